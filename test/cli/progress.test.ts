import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { startProgress } from '../../src/cli/progress.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import { fakeClock, fakeTerminal } from '../support/fake-context.ts';

/** What a source gave, as far as progress looks at it. */
const gave = (...fingerprints: string[]) =>
  ({ certificates: Object.fromEntries(fingerprints.map((sha256) => [sha256, ''])) }) as unknown as Observation;
const progress = { ended: 2, total: 5, waitingFor: ['Secrets', 'Ingresses'], observations: [gave('a', 'b')] };
const LINE = 'reading: 2 certificates from 2 of 5 sources, waiting for Secrets, Ingresses';

describe('progress', () => {
  it('says nothing while all goes fast', () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true }), fakeClock()];
    const line = startProgress({ terminal, clock });
    line.update(progress);
    line.stop();
    strictEqual(terminal.written.stderr, '');
  });

  it('names what is waited for after a second on a terminal, and wipes it at the end', async () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true }), fakeClock()];
    const line = startProgress({ terminal, clock });
    line.update(progress);
    deepStrictEqual(clock.sleeping, [1000]);
    await clock.wake();
    strictEqual(terminal.written.stderr, LINE);
    line.stop();
    strictEqual(terminal.written.stderr, `${LINE}\r${' '.repeat(LINE.length)}\r`);
  });

  it('draws over the line when something ends', async () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true }), fakeClock()];
    const line = startProgress({ terminal, clock });
    await clock.wake();
    line.update(progress);
    strictEqual(terminal.written.stderr.split('\r').at(-1), LINE);
  });

  it('counts each certificate once, those that came before the line was shown too', async () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true }), fakeClock()];
    const line = startProgress({ terminal, clock });
    line.update(progress);
    line.update({ ...progress, ended: 3, observations: [gave('b'), gave('c')] });
    await clock.wake();
    match(terminal.written.stderr, /^reading: 3 certificates from 3 of 5 sources/);
  });

  it('says that nothing has answered yet', async () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true }), fakeClock()];
    startProgress({ terminal, clock });
    await clock.wake();
    strictEqual(terminal.written.stderr, 'reading: no answer yet');
  });

  it('keeps the line within the terminal', async () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true, columns: 20 }), fakeClock()];
    startProgress({ terminal, clock }).update(progress);
    await clock.wake();
    strictEqual(terminal.written.stderr, LINE.slice(0, 19));
  });

  it('says it once, after two seconds, in a log', async () => {
    const [terminal, clock] = [fakeTerminal(), fakeClock()];
    const line = startProgress({ terminal, clock });
    line.update(progress);
    deepStrictEqual(clock.sleeping, [2000]);
    await clock.wake();
    line.update({ ...progress, ended: 3 });
    line.stop();
    strictEqual(terminal.written.stderr, `${LINE}\n`);
  });

  it('says nothing after its end', async () => {
    const [terminal, clock] = [fakeTerminal({ errIsTerminal: true }), fakeClock()];
    const line = startProgress({ terminal, clock });
    line.stop();
    await clock.wake();
    line.update(progress);
    strictEqual(terminal.written.stderr, '');
  });
});
