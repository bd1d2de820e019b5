/** Moments that a crontab line names, in a time zone. */
export interface CronSchedule {
  /**
   * The first moment of the schedule that is not before `from` and not after `to`.
   * Milliseconds since the epoch, whole minutes.
   */
  readonly first: (from: number, to: number) => number | undefined;
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** `*` or `?`: says nothing. */
  readonly any: boolean;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Whoever looks further sees nothing: cert-manager's own limit of five years. */
const FAR = 5 * 366 * DAY;
const BOUNDS: readonly Bounds[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * Reads minute, hour, day of month, month and day of week as cert-manager does (internal/cron/parser.go: names, ranges,
 * steps, descriptors). A moment that a change of clocks leaves out is left out, one that it repeats is taken once.
 * @param timeZone IANA name
 * @returns undefined for what is no such line, for an unknown zone, and for `@every`, which is no time of day
 */
export function parseCron(text: string, timeZone = 'UTC'): CronSchedule | undefined {
  const parts = (DESCRIPTORS[text.trim()] ?? text.trim()).split(/\s+/);
  const fields = parts.length === BOUNDS.length ? parts.map((part, index) => readField(part, BOUNDS[index]!)) : [];
  const offsetAt = offsetsOf(timeZone);
  const [minutes, hours, days, months, weekdays] = fields;
  if (!offsetAt || !minutes || !hours || !days || !months || !weekdays) return undefined;
  const isDay = (midnight: number) => {
    const date = new Date(midnight);
    const inMonth = days.values.has(date.getUTCDate());
    const inWeek = weekdays.values.has(date.getUTCDay());
    // As in Vixie cron: both restricted, either will do.
    return (
      months.values.has(date.getUTCMonth() + 1) && (days.any || weekdays.any ? inMonth && inWeek : inMonth || inWeek)
    );
  };
  const clock = [...hours.values].flatMap((hour) => [...minutes.values].map((minute) => hour * HOUR + minute * MINUTE));
  const times = clock.sort((a, b) => a - b);
  return { first: (from, to) => firstMoment({ from, to: Math.min(to, from + FAR) }, { times, isDay, offsetAt }) };
}

interface Days {
  /** Milliseconds from midnight, ascending. */
  readonly times: readonly number[];
  /** @param midnight of a day on the wall, as if it were UTC */
  readonly isDay: (midnight: number) => boolean;
  /** Milliseconds that the zone is ahead of UTC at a moment. */
  readonly offsetAt: (at: number) => number;
}

/** Day by day on the wall, from the day before: offsets are less than a day. */
function firstMoment({ from, to }: { from: number; to: number }, { times, isDay, offsetAt }: Days): number | undefined {
  for (let midnight = Math.floor(from / DAY) * DAY - DAY; midnight <= to + DAY; midnight += DAY) {
    if (!isDay(midnight)) continue;
    for (const time of times) {
      const at = momentOf(midnight + time, offsetAt);
      if (at !== undefined && at >= from) return at <= to ? at : undefined;
    }
  }
  return undefined;
}

/** The first moment at which clocks show this; undefined where a change of clocks leaves it out. */
function momentOf(wall: number, offsetAt: Days['offsetAt']): number | undefined {
  const candidates = [offsetAt(wall - DAY), offsetAt(wall + DAY)].map((offset) => wall - offset);
  return candidates.sort((a, b) => a - b).find((at) => at + offsetAt(at) === wall);
}

function readField(text: string, bounds: Bounds): Field | undefined {
  const ranges = text.split(',').map((part) => readRange(part, bounds));
  if (ranges.some((range) => range === undefined)) return undefined;
  const found = ranges as Field[];
  return { values: new Set(found.flatMap(({ values }) => [...values])), any: found.some(({ any }) => any) };
}

function readRange(text: string, { least, most, names = [] }: Bounds): Field | undefined {
  const [, low = '', high, stepText] = /^([*?]|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(text) ?? [];
  const named = (word: string) => {
    const index = names.indexOf(word.toLowerCase());
    return index >= 0 ? index + least : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const wild = low === '*' || low === '?';
  const step = stepText === undefined ? 1 : Number(stepText);
  const start = wild ? least : named(low);
  const end = wild || (high === undefined && stepText !== undefined) ? most : named(high ?? low);
  if (!(start >= least && start <= end && end <= most && step > 0)) return undefined;
  const values = new Set(
    Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step),
  );
  return { values, any: wild && step === 1 };
}

function offsetsOf(timeZone: string): ((at: number) => number) | undefined {
  if (timeZone === 'UTC') return () => 0;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return (at) => readOffset(format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '');
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `GMT+05:30`, `GMT-03:30:52`, `GMT`. */
function readOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
  const size = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * 1000;
  return sign === '-' ? -size : size;
}
