import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident, PlantedProcess } from '../../src/io/demo/planting/form.ts';
import { identityOf } from '../../src/io/demo/planting/identity.ts';
import { momentOf } from '../../src/io/demo/planting/moment.ts';
import type { World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';
import { until } from './run.ts';

/** A process that does nothing under the name and with the arguments that were planted. */
const STAND_IN = ['perl', '-e', 'exec { $^X } @ARGV'];
const RUNS = 'runs';
const WAIT = `$| = 1; print "${RUNS}\\n"; sleep`;
/** /proc tells starts in hundredths of a second. Milliseconds. */
const APART = 50;

interface Happening {
  /** When it is said to have happened, milliseconds since the epoch. */
  readonly at: number;
  happen(): Promise<unknown>;
}

/**
 * Starts an incident's processes. The kernel stamps their starts with today's: what changed after one of them had
 * started, as planted, and is named in its arguments, changes after it here as well, in the order that was said.
 * @param root the folder that stands for /: files that stand there are named there
 */
export async function plantProcesses(bed: Bed, world: World, root: string): Promise<void> {
  const processes = world.incident.processes ?? [];
  const names = namesOf(world.incident);
  const starts = processes.map((process, index): Happening => {
    const argv = [...STAND_IN, process.argv[0]!, '-e', WAIT, '--', ...argumentsOf(process, root)];
    const spec = { name: names[index]!, argv, ready: { kind: 'log', text: RUNS } } as const;
    return { at: startOf(world, process), happen: () => bed.spawn(spec) };
  });
  const happenings = [...starts, ...changesOf(world, root)].sort((a, b) => a.at - b.at);
  for (const { happen } of happenings) {
    await happen();
    const done = Date.now();
    await until('the next moment comes', () => Date.now() > done + APART, { everyMs: APART });
  }
}

/** What the bed calls the processes of an incident. */
export function namesOf({ id, processes = [] }: Incident): string[] {
  return processes.map((process) => `planted-${id}-${identityOf.process(process).replace(':', '-')}`);
}

function startOf({ now }: World, { start }: PlantedProcess): number {
  return momentOf(start, now);
}

/** Paths of planted files, also as the value of a flag. */
function argumentsOf({ argv }: PlantedProcess, root: string): string[] {
  return argv
    .slice(1)
    .map((word) => word.replace(/^(--?[^=]+=)?(\/.+)$/, (_, flag = '', path) => flag + inside(path, root)));
}

function inside(path: string, root: string): string {
  return existsSync(join(root, path)) ? join(root, path) : path;
}

function changesOf(world: World, root: string): Happening[] {
  const { files = {}, processes = [] } = world.incident;
  return Object.entries(files).flatMap(([path, { mtime }]): Happening[] => {
    if (mtime === undefined) return [];
    const at = momentOf(mtime, world.now);
    const isHeld = processes.some(
      (process) => startOf(world, process) < at && process.argv.some((word) => word.endsWith(path)),
    );
    const touch = () => utimesSync(join(root, path), new Date(), new Date());
    return isHeld ? [{ at, happen: async () => touch() }] : [];
  });
}
