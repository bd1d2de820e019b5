import type { Readable, Writable } from 'node:stream';

type Stream<T> = T & { readonly isTTY?: boolean; readonly columns?: number };

/** The streams, environment and job control of a process. */
export interface TerminalHost {
  readonly stdin: Stream<Readable>;
  readonly stdout: Stream<Writable>;
  readonly stderr: Stream<Writable>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
  on(event: NodeJS.Signals, listener: () => void): unknown;
  once(event: NodeJS.Signals, listener: () => void): unknown;
  off(event: NodeJS.Signals, listener: () => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}
