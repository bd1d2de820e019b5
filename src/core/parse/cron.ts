import { Cron } from 'croner';

/** Moments that a crontab line names, in a time zone. */
export interface CronSchedule {
  /**
   * The first moment of the schedule that is not before `from` and not after `to`.
   * Milliseconds since the epoch, whole minutes.
   */
  readonly first: (from: number, to: number) => number | undefined;
}

/**
 * Reads minute, hour, day of month, month and day of week as cert-manager does (internal/cron/parser.go: names, ranges,
 * steps, descriptors), but that a moment which a change of clocks leaves out comes an hour later, not a day.
 * @param timeZone IANA name
 * @returns undefined for what is no such line, for an unknown zone, and for `@every`, which is no time of day
 */
export function parseCron(text: string, timeZone = 'UTC'): CronSchedule | undefined {
  const cron = readLine(text.trim(), timeZone);
  return (
    cron && {
      first: (from, to) => {
        const next = cron.nextRun(new Date(from - 1))?.getTime();
        return next !== undefined && next <= to ? next : undefined;
      },
    }
  );
}

function readLine(line: string, timezone: string): Cron | undefined {
  try {
    const cron = new Cron(line.replaceAll('?', '*'), { mode: '5-part', timezone, paused: true });
    cron.nextRun(); // An unknown zone is refused only when it is used.
    return cron;
  } catch {
    return undefined;
  }
}
