import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { drawOrWatch } from '../../src/cli/watch.ts';
import { UserError } from '../../src/core/model/error.ts';
import { fakeContext, fakeTerminal } from '../support/fake-context.ts';

const INTERRUPTED = new UserError('interrupted', { exitCode: 130 });

/** Draws 1, 2, 3 and so on. */
function counter() {
  let drawn = 0;
  return async () => ({ out: `${++drawn}\nrow\n`, err: `note ${drawn}\n`, exitCode: 2 });
}

describe('drawing once', () => {
  it('writes data and notes to their streams and gives the exit code', async () => {
    const context = fakeContext();
    strictEqual(await drawOrWatch(context, false, counter()), 2);
    deepStrictEqual(context.terminal.written, { stdout: '1\nrow\n', stderr: 'note 1\n' });
  });
});

describe('watching', () => {
  it('appends on a pipe, ten seconds apart, until the interrupt', async () => {
    const context = fakeContext();
    const watching = drawOrWatch(context, true, counter());
    await new Promise((resolve) => setImmediate(resolve));
    deepStrictEqual(context.clock.sleeping, [10_000]);
    await context.clock.wake();
    context.interrupt(INTERRUPTED);
    await rejects(watching, INTERRUPTED);
    strictEqual(context.terminal.written.stdout, '1\nrow\n2\nrow\n');
  });

  it('draws over the last drawing on a terminal', async () => {
    const context = fakeContext({ terminal: fakeTerminal({ canRedraw: true }) });
    const watching = drawOrWatch(context, true, counter());
    await new Promise((resolve) => setImmediate(resolve));
    await context.clock.wake();
    context.interrupt(INTERRUPTED);
    await rejects(watching, INTERRUPTED);
    strictEqual(
      context.terminal.written.stdout,
      '\x1b[2J\x1b[H1\x1b[K\nrow\x1b[K\n\x1b[J\x1b[H2\x1b[K\nrow\x1b[K\n\x1b[J',
    );
  });

  it('ends with what a drawing throws', async () => {
    const fault = new Error('no');
    await rejects(
      drawOrWatch(fakeContext(), true, async () => {
        throw fault;
      }),
      fault,
    );
  });
});
