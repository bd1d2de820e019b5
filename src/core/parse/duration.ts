import { EXIT, UserError } from '../model/error.ts';

/** Milliseconds of each unit. `m` is minutes, as Go has it; months and years have no fixed length: `y` is 365 days. */
const UNITS = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
} as const;
const FORM = /^(?:\d+(?:\.\d+)?(?:ms|[smhdwy]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhdwy])/g;
/** RFC 3339 section 5.6; a date alone means its first moment in UTC. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads `30d`, `720h`, `1w`, `1h30m`: Go's durations plus days, weeks and years.
 * @returns milliseconds, or undefined where the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (!FORM.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(PART)) total += Number(amount) * UNITS[unit as keyof typeof UNITS];
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

/**
 * Reads a point in time: RFC 3339, or a duration from now with its sign, `+90d` or `-1h`.
 * @param now milliseconds since the epoch
 * @returns milliseconds since the epoch
 * @throws UserError (64) that names `flag`
 */
export function parseMoment(text: string, { now, flag }: { now: number; flag: string }): number {
  const trimmed = text.trim();
  const sign = trimmed.startsWith('+') ? 1 : trimmed.startsWith('-') ? -1 : 0;
  const span = sign === 0 ? undefined : parseDuration(trimmed.slice(1));
  const at = span === undefined ? readMoment(trimmed) : now + sign * span;
  if (at !== undefined && Math.abs(at) <= 8.64e15) return at;
  throw new UserError(`${flag} ${text}: neither a time nor a distance from now`, {
    exitCode: EXIT.usage,
    hints: [`write a time as 2027-01-31T12:00:00Z, or a distance as +90d`],
  });
}

/**
 * Reads the duration that a flag was given.
 * @returns milliseconds
 * @throws UserError (64) that names `flag`
 */
export function parseDurationFlag(text: string, flag: string): number {
  const span = parseDuration(text);
  if (span !== undefined) return span;
  throw new UserError(`${flag} ${text}: not a duration`, {
    exitCode: EXIT.usage,
    hints: ['write it as 30d, 720h, 2w or 1h30m'],
  });
}

function readMoment(text: string): number | undefined {
  if (!MOMENT.test(text)) return undefined;
  const at = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(at) || !isRealDay(text) ? undefined : at;
}

/** Date.parse takes 30 February for 2 March. */
function isRealDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
