import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { groupIsAlive, killGroup, until } from '../run.ts';
import { isReady } from './probe.ts';
import type { ProcessSpec, ProcessState } from './protocol.ts';
import { readStaticPod } from './static-pod.ts';

const SECOND = 1000;
const MANIFEST_EVERY_MS = 500;

interface Kept {
  spec: ProcessSpec;
  child: ChildProcess | null;
  /** Text of the manifest that the child was started from. */
  manifest: string | null;
  /** Bytes of the log that were there before the child. */
  logFrom: number;
  state: ProcessState;
  wanted: boolean;
  busy: boolean;
}

/** Without setpriv (not on macOS) only a kill -9 of the supervisor itself could leave a process behind. */
const DIE_WITH_PARENT = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] : [];

/** Starts processes, each leading a group of its own, and sees that none outlives the keeper. */
export class Keeper {
  readonly #runDir: string;
  readonly #logs: string;
  readonly #pids: string;
  readonly #kept = new Map<string, Kept>();
  readonly #timer: NodeJS.Timeout;

  constructor(runDir: string) {
    this.#runDir = runDir;
    this.#logs = join(runDir, 'logs');
    this.#pids = join(runDir, 'pids');
    for (const folder of [this.#logs, this.#pids]) mkdirSync(folder, { recursive: true });
    this.#timer = setInterval(() => this.#followManifests(), MANIFEST_EVERY_MS);
  }

  /**
   * Starts a process and waits until it is ready. One that runs under that name already is stopped first.
   * @throws Error with the end of its log when it dies or is not ready in time
   */
  async start(spec: ProcessSpec): Promise<ProcessState> {
    if (this.#kept.has(spec.name)) await this.stop(spec.name);
    const log = join(this.#logs, `${spec.name}.log`);
    const state = { name: spec.name, pid: null, startedAt: null, starts: 0, log };
    const kept: Kept = { spec, child: null, manifest: null, logFrom: 0, state, wanted: true, busy: true };
    this.#kept.set(spec.name, kept);
    try {
      this.#spawn(kept);
      await this.#waitUntilReady(kept);
    } catch (error) {
      await this.stop(spec.name);
      throw error;
    } finally {
      kept.busy = false;
    }
    return kept.state;
  }

  /** SIGTERM, SIGKILL when that takes too long; returns when the whole group is gone. An unknown name is fine. */
  async stop(name: string): Promise<void> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    kept.wanted = false;
    await this.#end(kept);
    this.#kept.delete(name);
  }

  /** @throws Error when no process of that name runs */
  signal(name: string, signal: NodeJS.Signals): void {
    const pid = this.#kept.get(name)?.state.pid;
    if (pid == null) throw new Error(`no process ${name} runs in this bed`);
    process.kill(pid, signal);
  }

  list(): ProcessState[] {
    return [...this.#kept.values()].map((kept) => kept.state);
  }

  /** Kills everything at once: a bed's data is thrown away, so nobody needs an orderly end. */
  async killAll(): Promise<void> {
    clearInterval(this.#timer);
    const groups = this.list().flatMap(({ pid }) => pid ?? []);
    for (const kept of this.#kept.values()) kept.wanted = false;
    for (const pid of groups) killGroup(pid, 'SIGKILL');
    await until('the processes of the bed end', () => !groups.some(groupIsAlive), {
      withinMs: 10 * SECOND,
      everyMs: 20,
    });
  }

  #spawn(kept: Kept): void {
    const { spec, state } = kept;
    const pod = spec.manifest === undefined ? null : readStaticPod(spec.manifest);
    const argv = pod?.argv ?? spec.argv;
    if (argv === undefined) throw new Error(`${spec.name}: neither a command nor a manifest`);
    const [program = '', ...args] = [...DIE_WITH_PARENT, ...argv];
    const log = openSync(state.log, 'a');
    kept.logFrom = fstatSync(log).size;
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C', ...spec.env };
    const child = spawn(program, args, {
      cwd: spec.cwd ?? this.#runDir,
      env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    kept.child = child;
    kept.manifest = pod?.text ?? null;
    kept.state = { ...state, pid: child.pid ?? null, startedAt: Date.now(), starts: state.starts + 1 };
    writeFileSync(this.#pidFile(spec.name), `${child.pid}\n`);
    child.on('error', () => this.#ended(kept, child));
    child.on('exit', () => this.#ended(kept, child));
  }

  #ended(kept: Kept, child: ChildProcess): void {
    if (kept.child !== child) return;
    killGroup(child.pid, 'SIGKILL'); // Its children are nothing without it, and nobody else knows them.
    kept.child = null;
    kept.state = { ...kept.state, pid: null };
    rmSync(this.#pidFile(kept.spec.name), { force: true });
  }

  async #waitUntilReady(kept: Kept): Promise<void> {
    const { name, ready, readyWithinMs = 60 * SECOND } = kept.spec;
    let dead = false;
    const check = async () => {
      dead = kept.child === null;
      return dead || ready === undefined || (await isReady(ready, { file: kept.state.log, from: kept.logFrom }));
    };
    await until(`${name} is ready`, check, { withinMs: readyWithinMs }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.#tail(kept)}`);
    });
    if (dead) throw new Error(`${name} ended as soon as it was started\n${this.#tail(kept)}`);
  }

  #tail(kept: Kept): string {
    return readFileSync(kept.state.log, 'utf8').split('\n').slice(-15).join('\n');
  }

  async #end(kept: Kept): Promise<void> {
    const pid = kept.state.pid;
    if (pid === null) return;
    const gone = () => kept.child === null && !groupIsAlive(pid);
    killGroup(pid, 'SIGTERM');
    await until(`${kept.spec.name} ends`, gone, { withinMs: kept.spec.stopWithinMs ?? 10 * SECOND, everyMs: 20 }).catch(
      () => {
        killGroup(pid, 'SIGKILL');
        return until(`${kept.spec.name} ends`, gone, { withinMs: 10 * SECOND, everyMs: 20 });
      },
    );
  }

  /** What a kubelet does with its manifests: gone, end it; changed or its process dead, start it (again). */
  #followManifests(): void {
    for (const kept of this.#kept.values()) {
      const pod = kept.spec.manifest;
      if (pod === undefined || !kept.wanted || kept.busy) continue;
      const text = existsSync(pod.file) ? readFileSync(pod.file, 'utf8') : null;
      if (text === kept.manifest && (text === null || kept.child !== null)) continue;
      kept.busy = true;
      void this.#replace(kept, text);
    }
  }

  async #replace(kept: Kept, manifest: string | null): Promise<void> {
    try {
      await this.#end(kept);
      kept.manifest = manifest;
      if (manifest !== null && kept.wanted) this.#spawn(kept);
    } catch (error) {
      appendFileSync(kept.state.log, `supervisor: ${(error as Error).message}\n`); // A later change of the manifest may heal it.
    } finally {
      kept.busy = false;
    }
  }

  #pidFile(name: string): string {
    return join(this.#pids, `${name}.pid`);
  }
}
