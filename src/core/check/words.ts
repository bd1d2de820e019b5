import { roleInfo } from '../model/role.ts';
import type { Placed } from '../snapshot/inventory.ts';
import { displayName } from '../view/inventory.ts';
import { relativeTime, rfc3339 } from '../view/time.ts';
import type { Certificate } from '../x509/certificate.ts';

/** `certificate shop.example.com (ingress TLS)`: how a message names one. */
export function describe(certificate: Certificate, { placement }: Placed): string {
  const { title } = roleInfo(placement.role);
  return `certificate ${displayName(certificate)}${placement.role === 'file' ? '' : ` (${title})`}`;
}

/** `3d ago, at 2026-11-21T12:00:00Z`. Both in milliseconds since the epoch. */
export function when(at: number, now: number): string {
  return `${relativeTime(at, now)}, at ${rfc3339(at)}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function list(items: readonly string[], limit = 3): string {
  const shown = items.slice(0, limit);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
