const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * A duration as kubectl prints ages, with the precision that its size deserves.
 * @param ms milliseconds; the sign is dropped
 * @see k8s.io/apimachinery pkg/util/duration HumanDuration
 */
export function humanDuration(ms: number): string {
  const length = Math.abs(ms);
  const parts = (big: number, bigUnit: string, small: number, smallUnit: string) => {
    const rest = Math.floor((length % big) / small);
    return `${Math.floor(length / big)}${bigUnit}${rest ? `${rest}${smallUnit}` : ''}`;
  };
  if (length < 2 * MINUTE) return `${Math.floor(length / SECOND)}s`;
  if (length < 10 * MINUTE) return parts(MINUTE, 'm', SECOND, 's');
  if (length < 3 * HOUR) return `${Math.floor(length / MINUTE)}m`;
  if (length < 8 * HOUR) return parts(HOUR, 'h', MINUTE, 'm');
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)}h`;
  if (length < 8 * DAY) return parts(DAY, 'd', HOUR, 'h');
  if (length < 2 * YEAR) return `${Math.floor(length / DAY)}d`;
  if (length < 8 * YEAR) return parts(YEAR, 'y', DAY, 'd');
  return `${Math.floor(length / YEAR)}y`;
}

/** `in 12d` or `3h ago`. Both in milliseconds since the epoch. */
export function relativeTime(at: number, now: number): string {
  return at >= now ? `in ${humanDuration(at - now)}` : `${humanDuration(now - at)} ago`;
}

/** RFC 3339 UTC; milliseconds only where there are any. @param at milliseconds since the epoch */
export function rfc3339(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
