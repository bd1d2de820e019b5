import { resolve } from 'node:path';
import type { ScheduleWish } from '../../app/setup/schedule.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import { parseDurationFlag } from '../../core/parse/duration.ts';
import { WEEKDAYS } from '../../core/plan/setup/schedule-options.ts';
import { given } from '../reading-flags.ts';
import type { ScheduleFlags } from './flags.ts';

/** Where root keeps its runs. */
const STATE_DIR = '/var/lib/kubectl-certs';
const MINUTE = 60_000;
/** A run that begins a day late is another day's. */
const LONGEST_DELAY = 12 * 60;

/** What the flags say. @throws UserError (64) for one that can't be written into a schedule */
export function scheduleWish(flags: ScheduleFlags): ScheduleWish {
  parseDurationFlag(flags['expiring-within'], '--expiring-within');
  const metricsDir = flags['metrics-dir'];
  return given({
    expiringWithin: flags['expiring-within'],
    day: WEEKDAYS.find((day) => day.toLowerCase() === flags.day),
    time: timeOf(flags.time),
    delayMinutes: delayOf(flags['random-delay']),
    stateDir: resolve(flags['state-dir'] ?? STATE_DIR),
    metricsDir: metricsDir === undefined || metricsDir === 'none' ? metricsDir : resolve(metricsDir),
    pkiDir: flags['pki-dir'] === undefined ? undefined : resolve(flags['pki-dir']),
    refresh: (flags['refresh-kubeconfig'] ?? []).map((path) => resolve(path)),
    onFailure: flags['on-failure'] === undefined ? undefined : unitOf(flags['on-failure']),
    root: flags.root === undefined ? '' : resolve(flags.root).replace(/^\/$/, ''),
  });
}

function timeOf(text: string): string {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
  throw new UserError(`--time ${text}: not a time of the day`, {
    exitCode: EXIT.usage,
    hints: ['write it as 03:00 or 22:30'],
  });
}

function delayOf(text: string): number {
  const minutes = Math.ceil(parseDurationFlag(text, '--random-delay') / MINUTE);
  if (minutes <= LONGEST_DELAY) return minutes;
  throw new UserError(`--random-delay ${text}: control-plane nodes would no longer keep to days of their own`, {
    exitCode: EXIT.usage,
    hints: ['12h is the most'],
  });
}

/** systemd.unit(5): what a unit may be called. */
function unitOf(text: string): string {
  if (/^[\w:.\\@-]+\.(service|target)$/.test(text)) return text;
  throw new UserError(`--on-failure ${text}: not the name of a service`, {
    exitCode: EXIT.usage,
    hints: ['name it with its ending: notify-oncall.service'],
  });
}
