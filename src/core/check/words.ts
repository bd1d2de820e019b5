import { ref } from '../model/ref.ts';
import { roleInfo } from '../model/role.ts';
import type { Placed } from '../snapshot/inventory.ts';
import { displayName } from '../view/display-name.ts';
import { relativeTime, rfc3339 } from '../view/time.ts';
import type { Certificate } from '../x509/certificate.ts';

/** `certificate shop.example.com (ingress TLS)`: how a message names one. */
export function describe(certificate: Certificate, { placement, leaf }: Placed): string {
  const role = leaf && leaf.sha256 !== certificate.sha256 ? 'intermediate' : placement.role;
  return `certificate ${displayName(certificate)}${role === 'file' ? '' : ` (${roleInfo(role).title})`}`;
}

/** Where a certificate stands: the placement's ref, with its position where it is not the first of a chain. */
export function placeOf({ sha256 }: Certificate, { placement }: Placed): string {
  const position = placement.chain.indexOf(sha256);
  return position > 0 ? ref.member(placement.ref, position) : placement.ref;
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
