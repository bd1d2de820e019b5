import { renewCommand, SCHEDULE_NAME, type ScheduleOptions } from './schedule-options.ts';
import { MARK } from './setup-file.ts';

/** The service: one renewal. Units and their quoting: systemd.service(5), systemd.exec(5). */
export function serviceUnit(options: ScheduleOptions): string {
  const { onFailure, searchPath } = options;
  return unit([
    [
      'Unit',
      [
        'Description=Renew the certificates of this control-plane node that are due',
        'Wants=network-online.target',
        'After=network-online.target kubelet.service',
        onFailure === undefined
          ? '# OnFailure=UNIT starts a unit of yours when a run fails; setup schedule --on-failure UNIT writes it.'
          : `OnFailure=${onFailure}`,
      ],
    ],
    [
      'Service',
      [
        'Type=oneshot',
        `Environment=${quote(`PATH=${searchPath.join(':')}`)}`,
        'Environment=KUBECONFIG=/etc/kubernetes/admin.conf',
        `ExecStart=${renewCommand(options).map(argument).join(' ')}`,
        // A stop asks this program alone: it ends the step at hand, and what it has started goes on to its end.
        'KillMode=mixed',
        'TimeoutStartSec=1h',
        'TimeoutStopSec=10min',
        'UMask=0077',
        'NoNewPrivileges=yes',
        'PrivateTmp=yes',
      ],
    ],
  ]);
}

/** The timer; a run that was missed while the machine was off is made up for. Calendar: systemd.time(7). */
export function timerUnit({ day, time, delayMinutes }: ScheduleOptions): string {
  return unit([
    ['Unit', ['Description=When the certificates of this control-plane node are looked after']],
    [
      'Timer',
      [
        `OnCalendar=${day} *-*-* ${time}:00`,
        `RandomizedDelaySec=${delayMinutes}min`,
        'Persistent=true',
        `Unit=${SCHEDULE_NAME}.service`,
      ],
    ],
    ['Install', ['WantedBy=timers.target']],
  ]);
}

function unit(sections: readonly (readonly [string, readonly string[]])[]): string {
  const blocks = sections.map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`);
  return `${MARK} schedule\n${blocks.join('\n')}`;
}

/** One word of a command line: `$` starts a variable, and is written twice. */
function argument(word: string): string {
  return quote(word.replaceAll('$', () => '$$'));
}

/** `%` starts a specifier, and is written twice. */
function quote(word: string): string {
  const escaped = word.replaceAll('%', '%%');
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replace(/["\\]/g, '\\$&')}"`;
}
