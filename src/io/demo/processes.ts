import { controlPlaneCommand, programOf } from '../../core/parse/control-plane.ts';
import type { Files } from '../ports/files.ts';
import type { Processes, ProcessInfo } from '../ports/processes.ts';
import { momentOf } from './planting/moment.ts';
import type { World } from './world/world.ts';

const FIRST_PID = 1000;
const MANIFESTS = '/etc/kubernetes/manifests';
/** Bytes; a manifest is a page of text. */
const MAX_MANIFEST = 1 << 20;

/**
 * The planted processes of a world. A kubelet that looks at its manifests all the time is imitated: the process of a
 * static Pod ends when its manifest goes, and another one starts when it is back.
 */
export class DemoProcesses implements Processes {
  readonly #world: World;
  readonly #files: Files;
  #running: ProcessInfo[];
  #nextPid: number;

  constructor(world: World, files: Files) {
    const { incident, now } = world;
    this.#world = world;
    this.#files = files;
    this.#running = (incident.processes ?? []).map(({ argv, start }, index) => ({
      pid: FIRST_PID + index,
      argv,
      started: momentOf(start, now),
    }));
    this.#nextPid = FIRST_PID + this.#running.length;
  }

  async named(programs: readonly string[]): Promise<readonly ProcessInfo[]> {
    return this.#running.filter((process) => programs.includes(nameOf(process)));
  }

  /** Starts a program anew, as it was started before. */
  restart(program: string): void {
    this.#running = this.#running.map((process) => (nameOf(process) === program ? this.#start(process.argv) : process));
  }

  /** What the kubelet does when a file of its manifests has come or gone. */
  async follow(path: string): Promise<void> {
    const program = /^(.*)\.yaml$/.exec(path.startsWith(`${MANIFESTS}/`) ? path.slice(MANIFESTS.length + 1) : '')?.[1];
    if (program === undefined) return;
    const argv = (await this.#files.stat(path)) && (await this.#commandIn(path));
    const before = this.#running.find((process) => nameOf(process) === program);
    if (!argv) this.#running = this.#running.filter((process) => process !== before);
    else if (!before) this.#running = [...this.#running, this.#start(argv)];
  }

  async #commandIn(path: string): Promise<readonly string[] | undefined> {
    return controlPlaneCommand(Buffer.from(await this.#files.read(path, MAX_MANIFEST)).toString());
  }

  #start(argv: readonly string[]): ProcessInfo {
    return { pid: this.#nextPid++, argv, started: this.#world.now };
  }
}

function nameOf({ argv: [path = ''] }: ProcessInfo): string {
  return programOf(path);
}
