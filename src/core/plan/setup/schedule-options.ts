export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The better one first. */
export const SCHEDULE_FORMS = ['systemd', 'cron'] as const;
export type ScheduleForm = (typeof SCHEDULE_FORMS)[number];

/** What is run, when, and where it leaves word. Paths are absolute. */
export interface ScheduleOptions {
  /** argv that starts this program: the Node and the script. */
  readonly program: readonly string[];
  /** Folders of the programs that a renewal runs: kubeadm, systemctl. */
  readonly searchPath: readonly string[];
  /** As `--expiring-within` takes it. */
  readonly expiringWithin: string;
  readonly day: Weekday;
  /** HH:MM, the machine's own time. */
  readonly time: string;
  /** Minutes over which runs are spread. */
  readonly delayMinutes: number;
  readonly stateDir: string;
  /** Absent: no metric is left. */
  readonly metricsFile?: string;
  /** Only where kubeadm's files are not in their usual folder. */
  readonly pkiDir?: string;
  /** Kubeconfigs to keep up to date with admin.conf. */
  readonly refresh: readonly string[];
  /** A unit that systemd starts when a run fails. */
  readonly onFailure?: string;
}

/** Name of the units, of the cron file, and in the log. */
export const SCHEDULE_NAME = 'kubectl-certs-renew';

export const SERVICE_PATH = `/etc/systemd/system/${SCHEDULE_NAME}.service`;
export const TIMER_PATH = `/etc/systemd/system/${SCHEDULE_NAME}.timer`;
/** cron reads no file whose name has a dot (cron(8), run-parts' rule). */
export const CRON_PATH = `/etc/cron.d/${SCHEDULE_NAME}`;

/**
 * The renewal that both forms run: what is due of this node, nothing of the other layers, with a check and a way back
 * of its own.
 */
export function renewCommand(options: ScheduleOptions): string[] {
  const { program, expiringWithin, stateDir, metricsFile, pkiDir, refresh } = options;
  return [
    ...program,
    'renew',
    'all',
    '--layer=cluster',
    `--expiring-within=${expiringWithin}`,
    '--yes',
    '--no-tui',
    `--state-dir=${stateDir}`,
    ...(metricsFile === undefined ? [] : [`--metrics-file=${metricsFile}`]),
    ...(pkiDir === undefined ? [] : [`--pki-dir=${pkiDir}`]),
    ...refresh.map((path) => `--refresh-kubeconfig=${path}`),
  ];
}
