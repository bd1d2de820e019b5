import { fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { PortFailure } from '../ports/failure.ts';
import type { Terminal } from '../ports/terminal.ts';
import { ScreenHolder } from './screen.ts';
import type { TerminalHost } from './terminal-host.ts';

export interface TerminalOptions {
  readonly host: TerminalHost;
  /** Called once when nobody reads standard output any more (`| head`). */
  readonly onClosed: () => void;
  /** Ends a wait for standard input. */
  readonly signal: AbortSignal;
}

const DEFAULT_COLUMNS = 80;

export function createTerminal({ host, onClosed, signal }: TerminalOptions): Terminal {
  const { stdin, stdout, stderr, env } = host;
  ignoreBrokenPipe(stdout, onClosed);
  ignoreBrokenPipe(stderr, () => {});
  const screen = new ScreenHolder(host);
  return {
    out: (data) => screen.write(stdout, data),
    err: (text) => screen.write(stderr, text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    inIsTerminal: stdin.isTTY === true,
    get inIsPiped() {
      return isPiped(stdin);
    },
    canRedraw: stdout.isTTY === true && env.TERM !== 'dumb',
    canShowScreen: stdin.isTTY === true && stdout.isTTY === true && env.TERM !== 'dumb',
    color: wantsColor(stdout.isTTY === true, env),
    get columns() {
      return stdout.columns ?? DEFAULT_COLUMNS;
    },
    readLine: () => readLine(stdin, signal),
    readInput: (maxBytes) => readAll(stdin, maxBytes, signal),
    takeScreen: (leave) => screen.take(leave),
    giveBackScreen: () => screen.giveBack(),
  };
}

/** A pipe, a file or a socket; not /dev/null, nor a descriptor that is closed. */
function isPiped(stdin: Readable & { readonly fd?: number }): boolean {
  if (stdin.fd === undefined) return false;
  try {
    const stat = fstatSync(stdin.fd);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

/** NO_COLOR (no-color.org: any non-empty value) wins over FORCE_COLOR, which wins over pipes and TERM=dumb. */
function wantsColor(isTerminal: boolean, env: TerminalHost['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

function ignoreBrokenPipe(stream: Writable, onClosed: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    onClosed();
  });
}

/** In the terminal's own line mode, so that Ctrl-C stays an interrupt. */
async function readLine(stdin: Readable, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const lines = createInterface({ input: stdin, terminal: false, signal });
  try {
    for await (const line of lines) return line;
    signal.throwIfAborted();
    return '';
  } finally {
    lines.close();
    stdin.pause();
  }
}

async function readAll(stdin: Readable, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  const chunks: Buffer[] = [];
  let size = 0;
  const stop = () => stdin.destroy(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBytes) throw new PortFailure('partial', `standard input holds more than ${maxBytes} bytes`);
      chunks.push(bytes);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks);
}
