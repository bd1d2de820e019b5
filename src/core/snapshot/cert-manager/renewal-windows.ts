import type { RenewalWindow } from '../../model/facts/cert-manager.ts';
import { parseCron } from '../../parse/cron.ts';
import { parseDuration } from '../../parse/duration.ts';
import type { Validity } from './validity.ts';

/** What spec.renewal.windows make of a moment of renewal. */
export type InWindows =
  /** Inside a window already, or put off to the start of the next one. Milliseconds since the epoch. */
  | { readonly is: 'inside' | 'put off'; readonly at: number }
  /** No window opens in its life: cert-manager says WindowError and renews at the moment itself. */
  | { readonly is: 'out of reach' }
  /** A window is no crontab line with a duration, or one by a distance (`@every`). */
  | { readonly is: 'unreadable' };

/**
 * The first moment, not before the one that is wanted, that lies in any window; one that opens within its own length of
 * the certificate's end still counts (cert-manager pkg/util/pki/renewaltime.go, applyRenewBeforeWithWindows).
 * @param wanted milliseconds since the epoch
 */
export function intoWindows(
  windows: readonly RenewalWindow[],
  wanted: number,
  { notBefore, notAfter }: Validity,
): InWindows {
  const opens = windows.map(({ cron, duration, timezone }) => {
    const length = parseDuration(duration) ?? 0;
    const schedule = parseCron(cron, timezone);
    if (!schedule || length <= 0) return 'unreadable';
    return schedule.first(Math.max(wanted, notBefore) - length, notAfter + length);
  });
  if (opens.includes('unreadable')) return { is: 'unreadable' };
  const starts = opens.filter((start) => typeof start === 'number');
  if (starts.length === 0) return { is: 'out of reach' };
  const first = Math.min(...starts);
  return first <= wanted ? { is: 'inside', at: wanted } : { is: 'put off', at: first };
}
