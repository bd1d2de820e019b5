import { cronFile } from './cron-file.ts';
import { CRON_PATH, type ScheduleForm, type ScheduleOptions, SERVICE_PATH, TIMER_PATH } from './schedule-options.ts';
import type { SetupFile } from './setup-file.ts';
import { serviceUnit, timerUnit } from './systemd-units.ts';

/** The files of one form, each where it belongs. */
export function scheduleFiles(form: ScheduleForm, options: ScheduleOptions): SetupFile[] {
  if (form === 'cron') return [{ path: CRON_PATH, mode: 0o644, content: cronFile(options) }];
  return [
    { path: SERVICE_PATH, mode: 0o644, content: serviceUnit(options) },
    { path: TIMER_PATH, mode: 0o644, content: timerUnit(options) },
  ];
}
