import { deepStrictEqual, doesNotMatch, ok, rejects, strictEqual } from 'node:assert/strict';
import { type ScreenKind, screenOf } from '../../../src/cli/ui/screen.ts';
import { type Control, showScreens } from '../../../src/cli/ui/show.tsx';
import type { JobControl } from '../../../src/io/ports/terminal.ts';
import { fakeContext, fakeTerminal } from '../../support/fake-context.ts';
import { FakeScreen, uiOf, WINDOW } from '../../support/screens.tsx';

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';
const SHOW_CURSOR = '\x1b[?25h';

const counter: ScreenKind<number> = {
  name: 'counter',
  about: 'Counts.',
  keys: [],
  title: (presses) => [{ text: `counted ${presses}` }],
  body: (presses) => {
    if (presses === 3) throw new Error('cannot draw 3');
    return [];
  },
  update: (presses, intent) => {
    if (intent === 'copy') return { effects: [{ do: 'copy', text: 'kubectl get csr' }] };
    return intent === 'down' ? { state: presses + 1 } : undefined;
  },
};

/** Milliseconds after which keys are listened to, and some. */
const AWAKE = 250;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds, as long as a busy machine may take. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    ok(waited < 5000, `waited in vain: ${holds}`);
    await pause(10);
  }
}

function open(jobControl?: JobControl) {
  const window = new FakeScreen(WINDOW.small);
  let leave = () => {};
  let left = 0;
  const terminal = {
    ...fakeTerminal({ canShowScreen: true, color: true }),
    takeScreen: (how: () => void) => {
      leave = how;
      const stream = window as unknown as NodeJS.ReadStream & NodeJS.WriteStream;
      return { input: stream, output: stream, ...(jobControl && { jobControl }) };
    },
    giveBackScreen: () => {
      left++;
      leave();
    },
  };
  const context = { ...fakeContext(), terminal };
  let control: Control<string> | undefined;
  const answer = showScreens<string>({
    context,
    ui: uiOf(screenOf(counter, 0)),
    perform: (effect, { end }) => end(effect.do),
    begin: (given) => {
      control = given;
    },
  });
  return { window, context, answer, control: () => control, left: () => left };
}

function isGivenBack({ window, left }: Pick<ReturnType<typeof open>, 'window' | 'left'>): void {
  const { written } = window;
  ok(written.indexOf(ENTER) >= 0, 'the window was taken');
  ok(written.lastIndexOf(LEAVE) > written.lastIndexOf(ENTER), 'the window was given back');
  ok(written.lastIndexOf(SHOW_CURSOR) > written.lastIndexOf('\x1b[?25l'), 'the cursor is shown');
  strictEqual(window.raw, false, 'keys are the line discipline’s again');
  strictEqual(left(), 1);
}

describe('showing screens', () => {
  it('takes the window, and gives it back with the answer', async () => {
    const shown = open();
    await pause(AWAKE);
    strictEqual(shown.window.raw, true);
    shown.window.type('jj');
    await until(() => shown.control()?.store.get().stack[0]?.state === 2);
    shown.window.type('q');
    strictEqual(await shown.answer, 'quit');
    isGivenBack(shown);
  });

  it('drops keys that were typed before there was anything to answer', async () => {
    const shown = open();
    await pause(20);
    shown.window.type('q');
    await pause(AWAKE);
    doesNotMatch(shown.window.written, /\[\?1049l/);
    shown.window.type('q');
    strictEqual(await shown.answer, 'quit');
  });

  it('gives it back when what runs behind it fails', async () => {
    const shown = open();
    const fault = new Error('no');
    await pause(20);
    shown.control()?.fail(fault);
    await rejects(shown.answer, fault);
    isGivenBack(shown);
  });

  it('gives it back when the user interrupts', async () => {
    const shown = open();
    await pause(20);
    const reason = new Error('interrupted');
    shown.context.interrupt(reason);
    await rejects(shown.answer, reason);
    isGivenBack(shown);
  });

  it('gives it back when a screen cannot be drawn', async () => {
    const shown = open();
    await pause(AWAKE);
    shown.window.type('jjj');
    await rejects(shown.answer, /cannot draw 3/);
    isGivenBack(shown);
  });

  it('draws to the new size of the window', async () => {
    const shown = open();
    await pause(20);
    shown.window.written = '';
    shown.window.resize(WINDOW.large);
    await until(() => shown.control()?.store.get().size.rows === WINDOW.large.rows);
    deepStrictEqual(shown.control()?.store.get().size, WINDOW.large);
    shown.control()?.end('done');
    await shown.answer;
  });

  it('copies through the terminal', async () => {
    const shown = open();
    await pause(AWAKE);
    shown.window.type('yq');
    await shown.answer;
    ok(shown.window.written.includes(`\x1b]52;c;${Buffer.from('kubectl get csr').toString('base64')}\x07`));
  });

  it('gives the window back while it is stopped, and takes it again', async () => {
    const goOn = Promise.withResolvers<void>();
    const shown = open({ stop: () => goOn.promise, onStopRequest: () => () => {} });
    await pause(AWAKE);
    shown.window.type('\x1a');
    await until(() => shown.window.written.includes(LEAVE));
    strictEqual(shown.window.raw, false);
    shown.window.written = '';
    goOn.resolve();
    await until(() => /counted 0/.test(shown.window.written));
    strictEqual(shown.window.raw, true);
    ok(shown.window.written.includes(ENTER));
    shown.window.type('q');
    strictEqual(await shown.answer, 'quit');
    isGivenBack(shown);
  });
});
