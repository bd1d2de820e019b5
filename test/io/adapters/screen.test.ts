import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { createTerminal } from '../../../src/io/adapters/terminal.ts';
import type { TerminalHost } from '../../../src/io/adapters/terminal-host.ts';

function open(parts: { readonly tty?: boolean; readonly env?: TerminalHost['env']; readonly platform?: string } = {}) {
  const { tty = true, env = {}, platform = 'linux' } = parts;
  const sent: [pid: number, signal: string][] = [];
  const stream = () => Object.assign(new PassThrough(), { isTTY: tty });
  const streams = { stdin: stream(), stdout: stream(), stderr: stream() };
  const host = Object.assign(new EventEmitter(), {
    ...streams,
    env,
    platform,
    kill: (pid: number, signal: string) => void sent.push([pid, signal]),
  });
  const terminal = createTerminal({
    host: host as unknown as TerminalHost,
    onClosed: () => {},
    signal: new AbortController().signal,
  });
  const written = () => [streams.stdout, streams.stderr].map((one) => String(one.read() ?? ''));
  return { host, terminal, sent, written };
}

describe('a screen', () => {
  it('keeps what is written until it is given back, and leaves first', () => {
    const { terminal, written } = open();
    const order: string[] = [];
    terminal.takeScreen(() => order.push(`left, written: ${written().join('')}`));
    terminal.out('data\n');
    terminal.err('note\n');
    terminal.giveBackScreen();
    deepStrictEqual(order, ['left, written: ']);
    deepStrictEqual(written(), ['data\n', 'note\n']);
  });

  it('is left once, whoever gives it back', () => {
    const { terminal } = open();
    let left = 0;
    terminal.takeScreen(() => left++);
    terminal.giveBackScreen();
    terminal.giveBackScreen();
    strictEqual(left, 1);
  });

  it('is one at a time', () => {
    const { terminal } = open();
    terminal.takeScreen(() => {});
    throws(() => terminal.takeScreen(() => {}), /already/);
  });

  for (const [title, parts, can] of [
    ['can be shown on a terminal', {}, true],
    ['cannot be shown on a pipe', { tty: false }, false],
    ['cannot be shown on a dumb terminal', { env: { TERM: 'dumb' } }, false],
  ] as const) {
    it(title, () => strictEqual(open(parts).terminal.canShowScreen, can));
  }
});

describe('job control', () => {
  it('stops the whole group as a terminal does, and goes on when told to', async () => {
    const { host, terminal, sent } = open();
    const { jobControl } = terminal.takeScreen(() => {});
    let asked = 0;
    const end = jobControl?.onStopRequest(() => asked++);
    const stopped = jobControl?.stop();
    deepStrictEqual(sent, [[0, 'SIGTSTP']]);
    strictEqual(host.listenerCount('SIGTSTP'), 0, 'the signal is the system’s');
    host.emit('SIGCONT');
    await stopped;
    host.emit('SIGTSTP');
    strictEqual(asked, 1);
    end?.();
    strictEqual(host.listenerCount('SIGTSTP'), 0);
  });

  it('is not there on Windows', () => {
    strictEqual(open({ platform: 'win32' }).terminal.takeScreen(() => {}).jobControl, undefined);
  });
});
