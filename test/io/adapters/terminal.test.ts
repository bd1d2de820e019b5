import { rejects, strictEqual } from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { createTerminal } from '../../../src/io/adapters/terminal.ts';
import type { TerminalHost } from '../../../src/io/adapters/terminal-host.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';

interface Parts {
  readonly tty?: boolean;
  readonly env?: TerminalHost['env'];
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly onClosed?: () => void;
  readonly signal?: AbortSignal;
}

function terminalOf({ tty = false, env = {}, onClosed = () => {}, ...parts }: Parts) {
  const stdout = Object.assign(parts.stdout ?? new PassThrough(), { isTTY: tty, columns: tty ? 120 : undefined });
  const stderr = Object.assign(new PassThrough(), { isTTY: tty });
  const host = { stdin: parts.stdin ?? Readable.from([]), stdout, stderr, env };
  return createTerminal({
    host: host as unknown as TerminalHost,
    onClosed,
    signal: parts.signal ?? new AbortController().signal,
  });
}

describe('colour', () => {
  const cases: [title: string, tty: boolean, env: TerminalHost['env'], color: boolean][] = [
    ['is used on a terminal', true, {}, true],
    ['is not used on a pipe', false, {}, false],
    ['is not used on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['is forced on a pipe', false, { FORCE_COLOR: '1' }, true],
    ['is forced on a dumb terminal', true, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
    ['is switched off by FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['is switched off by NO_COLOR, whatever its value', true, { NO_COLOR: '0' }, false],
    ['is switched off by NO_COLOR in spite of FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['ignores an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ];
  for (const [title, tty, env, color] of cases) {
    it(title, () => strictEqual(terminalOf({ tty, env }).color, color));
  }
});

describe('the terminal', () => {
  it('can be drawn over unless it is dumb or a pipe', () => {
    strictEqual(terminalOf({ tty: true }).canRedraw, true);
    strictEqual(terminalOf({ tty: true, env: { TERM: 'dumb' } }).canRedraw, false);
    strictEqual(terminalOf({ tty: false }).canRedraw, false);
  });

  it('has 80 columns where it does not say', () => {
    strictEqual(terminalOf({ tty: true }).columns, 120);
    strictEqual(terminalOf({ tty: false }).columns, 80);
  });

  it('says when nobody reads any more, and is quiet about it', async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    const closed = new Promise<void>((resolve) => terminalOf({ stdout, onClosed: resolve }).out('data'));
    await closed;
  });
});

describe('standard input', () => {
  it('is read whole', async () => {
    const bytes = await terminalOf({ stdin: Readable.from([Buffer.from('a'), Buffer.from('b')]) }).readInput(2);
    strictEqual(Buffer.from(bytes).toString(), 'ab');
  });

  it('is refused beyond the limit', async () => {
    const reading = terminalOf({ stdin: Readable.from([Buffer.from('abc')]) }).readInput(2);
    await rejects(reading, (error) => error instanceof PortFailure && /more than 2 bytes/.test(error.message));
  });

  it('is not waited for after an interrupt', async () => {
    const abort = new AbortController();
    const reading = terminalOf({ stdin: new PassThrough(), signal: abort.signal }).readInput(10);
    abort.abort(new Error('interrupted'));
    await rejects(reading, /interrupted/);
  });
});
