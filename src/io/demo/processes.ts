import type { Processes, ProcessInfo } from '../ports/processes.ts';
import { momentOf } from './planting/moment.ts';
import type { World } from './world/world.ts';

const FIRST_PID = 1000;

/** The planted processes of a world. */
export class DemoProcesses implements Processes {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async named(programs: readonly string[]): Promise<readonly ProcessInfo[]> {
    const { incident, now } = this.#world;
    return (incident.processes ?? [])
      .map(({ argv, start }, index) => ({ pid: FIRST_PID + index, argv, started: momentOf(start, now) }))
      .filter(({ argv: [path = ''] }) => programs.includes(path.slice(path.lastIndexOf('/') + 1)));
  }
}
