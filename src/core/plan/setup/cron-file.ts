import { commandLine } from '../../view/plan.ts';
import { renewCommand, SCHEDULE_NAME, type ScheduleOptions, WEEKDAYS } from './schedule-options.ts';
import { MARK } from './setup-file.ts';

/**
 * A file for /etc/cron.d (crontab(5)): cron has no random delay, no log and no catching up of its own. `sleep` spreads
 * the runs, and `logger` keeps what is said.
 */
export function cronFile(options: ScheduleOptions): string {
  const { searchPath, day, time, delayMinutes } = options;
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  // Seconds of a number that the kernel makes: sh has no $RANDOM.
  const delay = delayMinutes === 0 ? '' : `sleep $(( $(od -An -N4 -tu4 /dev/urandom) % ${delayMinutes * 60} )); `;
  const command = `${delay}${commandLine(renewCommand(options))} 2>&1 | logger -t ${SCHEDULE_NAME}`;
  return [
    `${MARK} schedule --form cron`,
    '# A run that falls into a time when the machine is off is not made up for; the systemd timer does that.',
    'SHELL=/bin/sh',
    `PATH=${searchPath.join(':')}`,
    'KUBECONFIG=/etc/kubernetes/admin.conf',
    '',
    `${minute} ${hour} * * ${WEEKDAYS.indexOf(day) + 1} root ${escapePercent(command)}`,
    '',
  ].join('\n');
}

/** To cron an unescaped `%` is the end of the command. */
function escapePercent(command: string): string {
  return command.replaceAll('%', '\\%');
}
