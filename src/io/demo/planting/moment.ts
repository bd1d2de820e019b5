import type { Moment } from './form.ts';

const UNITS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};
const DURATION = /^(\d+[ywdhms])+$/;
const RELATIVE = /^now(?:([+-])(.+))?$/;

/** Milliseconds of `3d`, `1d12h`, `2y`; undefined for anything else. A year has 365 days. */
function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  return (text.match(/\d+[ywdhms]/g) ?? []).reduce(
    (sum, part) => sum + Number(part.slice(0, -1)) * UNITS[part.slice(-1)]!,
    0,
  );
}

/** Signed milliseconds of `-3d` or `+5m`; undefined for anything else. */
export function parseSkew(text: string): number | undefined {
  const duration = /^[+-]/.test(text) ? parseDuration(text.slice(1)) : undefined;
  return duration === undefined ? undefined : text.startsWith('-') ? -duration : duration;
}

/** Milliseconds since the epoch of a moment, given now; undefined when the text is none. */
export function parseMoment(text: Moment, now: number): number | undefined {
  const relative = RELATIVE.exec(text);
  if (!relative)
    return /^\d{4}-\d\d-\d\dT.*Z$/.test(text) && Number.isFinite(Date.parse(text)) ? Date.parse(text) : undefined;
  const [, sign, length] = relative;
  if (!sign || !length) return now;
  const duration = parseDuration(length);
  return duration === undefined ? undefined : sign === '-' ? now - duration : now + duration;
}

/** A moment of a checked form. @throws Error when the text is none */
export function momentOf(text: Moment, now: number): number {
  const at = parseMoment(text, now);
  if (at === undefined) throw new Error(`${text} is no moment`);
  return at;
}
