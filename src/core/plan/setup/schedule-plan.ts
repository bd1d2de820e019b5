import type { PlannedStep } from '../../model/plan.ts';
import type { Installed, InstalledFile } from './installed.ts';
import { CRON_PATH, SERVICE_PATH, TIMER_PATH } from './schedule-options.ts';
import { backup, disable, enable, reload, remove, start, verify, write } from './schedule-steps.ts';
import type { SetupFile } from './setup-file.ts';

export interface SchedulePlanOptions {
  /** What shall be there; empty: nothing, it is removed. */
  readonly wanted: readonly SetupFile[];
  readonly installed: Installed;
  /** A folder in place of `/`: an image that is being built, which no systemd runs from. Empty for the machine itself. */
  readonly root: string;
}

/** Brings the machine from what is installed to what is wanted; no step where nothing differs. */
export function scheduleSteps({ wanted, installed, root }: SchedulePlanOptions): PlannedStep[] {
  const changed = wanted.filter((file) => differs(file, installed.files.get(file.path)));
  const gone = SCHEDULE_PATHS.filter((path) => installed.files.has(path) && !wanted.some((file) => file.path === path));
  const paths = [...changed.map(({ path }) => path), ...gone];
  const wantsTimer = wanted.some(({ path }) => path === TIMER_PATH);
  if (paths.length === 0 && installed.timerRuns === wantsTimer) return [];
  const units = paths.some((path) => path !== CRON_PATH);
  const live = root === '';
  return [
    ...(paths.length > 0 ? [backup(paths, { root, reloads: units && live })] : []),
    ...(gone.includes(TIMER_PATH) ? [disable(root)] : []),
    ...changed.map((file) => write(file, { there: installed.files.get(file.path), root })),
    ...gone.map((path) => remove(path, root)),
    ...(wantsTimer && units ? [verify(root)] : []),
    ...(units && live ? [reload()] : []),
    ...(wantsTimer ? [enable(root, installed.files.has(TIMER_PATH))] : []),
    ...(wantsTimer && live ? [start(installed.files.has(TIMER_PATH))] : []),
  ];
}

/** Everything that any form of a schedule consists of. */
export const SCHEDULE_PATHS: readonly string[] = [SERVICE_PATH, TIMER_PATH, CRON_PATH];

function differs({ content, mode }: SetupFile, there: InstalledFile | undefined): boolean {
  return there?.content !== content || there.mode !== mode;
}
