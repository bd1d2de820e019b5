import { Flags, type Interfaces } from '@oclif/core';
import { SCHEDULE_FORMS, WEEKDAYS } from '../../core/plan/setup/schedule-options.ts';
import type { ReadingFlags } from '../reading-flags.ts';

/** What every `setup` command takes: print, or install. */
export const SETUP_FLAGS = {
  output: Flags.string({
    helpGroup: 'output',
    char: 'o',
    options: ['text', 'json', 'yaml'],
    default: 'text',
    summary: 'format of what is printed',
  }),
  apply: Flags.boolean({
    helpGroup: 'install',
    summary: 'install it: shows the plan, asks, checks what was installed',
  }),
  remove: Flags.boolean({
    helpGroup: 'install',
    exclusive: ['apply'],
    summary: 'take away what --apply has installed',
  }),
  'dry-run': Flags.string({
    helpGroup: 'install',
    options: ['client'],
    summary: 'print what --apply (or --remove) would do, and change nothing',
  }),
  yes: Flags.boolean({ helpGroup: 'install', char: 'y', summary: 'do not ask before anything is changed' }),
};

export const SCHEDULE_FLAGS = {
  ...SETUP_FLAGS,
  form: Flags.string({
    options: [...SCHEDULE_FORMS],
    summary: 'a systemd service and timer, or a line for cron [default: both are printed, systemd is installed]',
  }),
  'expiring-within': Flags.string({
    helpValue: 'TIME',
    default: '30d',
    summary: 'each run renews what ends within this time, and what has ended',
  }),
  day: Flags.string({
    options: WEEKDAYS.map((day) => day.toLowerCase()),
    summary: 'day of the week [default: control-plane nodes take turns from Tuesday on]',
  }),
  time: Flags.string({
    helpValue: 'HH:MM',
    default: '03:00',
    summary: 'when the run may begin, by the clock of the node',
  }),
  'random-delay': Flags.string({
    helpValue: 'TIME',
    default: '1h',
    summary: 'begin at a random moment within this time',
  }),
  'metrics-dir': Flags.string({
    helpValue: 'DIR',
    summary: "folder of node_exporter's textfile collector, none for no metric [default: that of the one that runs]",
  }),
  'on-failure': Flags.string({ helpValue: 'UNIT', summary: 'unit that systemd starts when a run fails' }),
  'refresh-kubeconfig': Flags.string({
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'each run brings this copy of admin.conf up to date too (repeatable)',
  }),
  root: Flags.string({
    helpGroup: 'install',
    helpValue: 'DIR',
    summary: 'install below this folder, an image that is being built, and start nothing',
  }),
  'state-dir': Flags.string({
    helpGroup: 'install',
    helpValue: 'DIR',
    summary: 'folder of journals, backups and locks, of the runs too [default: /var/lib/kubectl-certs]',
  }),
};

export type ScheduleFlags = ReadingFlags & Interfaces.InferredFlags<typeof SCHEDULE_FLAGS>;
