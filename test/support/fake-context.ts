import type { Clock } from '../../src/io/ports/clock.ts';
import type { Context, WorldOptions } from '../../src/io/ports/context.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import type { Terminal } from '../../src/io/ports/terminal.ts';
import { fakePorts, NOW } from './fake-ports.ts';

/** A terminal that keeps what was written; a pipe unless `parts` say otherwise. */
export function fakeTerminal(parts: Partial<Terminal> & { readonly input?: string } = {}): Terminal & Written {
  const written = { stdout: '', stderr: '' };
  return {
    out: (data) => {
      written.stdout += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    },
    err: (text) => {
      written.stderr += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: false,
    inIsPiped: parts.input !== undefined,
    canRedraw: false,
    canShowScreen: false,
    color: false,
    columns: 80,
    readLine: async () => parts.input ?? '',
    readInput: async () => Buffer.from(parts.input ?? ''),
    takeScreen: () => {
      throw new Error('this terminal shows no screen');
    },
    giveBackScreen: () => {},
    ...parts,
    written,
  };
}

export interface Written {
  readonly written: { readonly stdout: string; readonly stderr: string };
}

/** A clock whose sleepers wake when told to. */
export function fakeClock(): Clock & { readonly sleeping: number[]; wake(): Promise<void> } {
  const sleepers: { ms: number; wake: () => void }[] = [];
  return {
    now: () => NOW,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleepers.push({ ms, wake: resolve });
      }),
    get sleeping() {
      return sleepers.map(({ ms }) => ms);
    },
    async wake() {
      for (const { wake } of sleepers.splice(0)) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

export interface FakeContext extends Context {
  readonly terminal: Terminal & Written;
  readonly clock: ReturnType<typeof fakeClock>;
  /** What ports were opened with. */
  readonly worlds: WorldOptions[];
  interrupt(reason?: Error): void;
}

export function fakeContext(parts: { terminal?: Terminal & Written; ports?: Partial<Ports> } = {}): FakeContext {
  const abort = new AbortController();
  const worlds: WorldOptions[] = [];
  return {
    terminal: parts.terminal ?? fakeTerminal(),
    clock: fakeClock(),
    files: fakePorts(parts.ports).files,
    signal: abort.signal,
    worlds,
    interrupt: (reason) => abort.abort(reason),
    takeInterrupts: () => ({ stop: new AbortController().signal, abandon: new AbortController().signal }),
    openWorkshop: async () => {
      throw new Error('this context has no workshop');
    },
    openPorts: async (options) => {
      worlds.push(options);
      return fakePorts(parts.ports);
    },
  };
}
