import type { Inventory } from '../snapshot/inventory.ts';
import { relativeTime, rfc3339 } from './time.ts';

const KINDS = {
  certificate: 'client certificate',
  token: 'token',
  exec: 'token from an exec plugin',
  basic: 'user name and password',
  'service-account': 'service account token',
  none: 'no credential',
} as const;

/**
 * The user's own credential and when it ends, in one line; undefined where no cluster was asked.
 * @param now milliseconds since the epoch
 */
export function credentialLine(inventory: Inventory, now: number): string | undefined {
  const [credential] = inventory.facts('credential');
  if (!credential) return undefined;
  const { kind, user, context, subject, notAfter } = credential;
  const who = subject ? `${user} (${subject})` : user || 'anonymous';
  const end = notAfter === undefined ? undefined : Date.parse(notAfter);
  const when =
    end === undefined
      ? 'which does not say when it ends'
      : `${end < now ? 'EXPIRED' : 'expires'} ${rfc3339(end)} (${relativeTime(end, now)})`;
  return `you are ${who} in context ${context}: ${KINDS[kind]}${kind === 'none' ? '' : ` ${when}`}`;
}
