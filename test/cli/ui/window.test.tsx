import { deepStrictEqual, doesNotMatch, match, strictEqual } from 'node:assert/strict';
import { cleanup } from 'ink-testing-library';
import { type ScreenKind, screenOf } from '../../../src/cli/ui/screen.ts';
import { inInk, settled, uiOf } from '../../support/screens.tsx';

interface Keys {
  readonly seen: readonly string[];
}

/** Shows every key that it gets. */
const recorder: ScreenKind<Keys> = {
  name: 'recorder',
  about: 'Shows keys.',
  keys: [],
  title: () => [{ text: 'keys', tone: 'critical', strong: true }],
  body: ({ seen }, { size }) =>
    [{ text: `seen: ${seen.join(' ')}` }, { text: `room: ${size.columns}x${size.rows}` }].map((span) => [span]),
  update: () => undefined,
  type: ({ seen }, key) => ({ state: { seen: [...seen, key] } }),
};

describe('the window', () => {
  afterEach(cleanup);
  const open = (options = {}) => inInk(uiOf(screenOf(recorder, { seen: [] })), options);

  for (const [title, chunk, keys] of [
    ['one key', 'j', 'j'],
    ['fast keys that arrive in one chunk', 'jjjj', 'j j j j'],
    ['arrows that arrive in one chunk', '\x1b[B\x1b[B\x1b[A', 'down down up'],
    ['letters and arrows mixed', 'j\x1b[Bk\x1bOA', 'j down k up'],
    ['Enter after letters', 'ab\r', 'a b enter'],
    ['Escape alone', '\x1b', 'escape'],
    ['Escape and a letter', '\x1bq', 'escape q'],
    ['page keys and ends', '\x1b[5~\x1b[6~\x1b[H\x1b[F', 'pageup pagedown home end'],
    ['Tab and Shift-Tab', '\t\x1b[Z', 'tab shift-tab'],
    ['Ctrl-C among letters', 'a\x03b', 'a ctrl-c b'],
    ['a paste in brackets', '\x1b[200~abc\x1b[201~', 'a b c'],
    ['wide characters', '日本', '日 本'],
  ] as const) {
    it(`hands on ${title}`, async () => {
      const { type, frame } = open();
      await type(chunk);
      match(frame(), new RegExp(`seen: ${keys}$`, 'm'));
    });
  }

  it('drops answers of the terminal that are no keys', async () => {
    const { type, frame } = open();
    await type('\x1b[I\x1b[12;40R');
    match(frame(), /seen:$/m);
  });

  it('knows the size that Ink has', async () => {
    const { frame } = open();
    await settled();
    match(frame(), /room: 100x21/);
  });

  it('draws as many rows as there are, and no more', async () => {
    const { frame } = open();
    await settled();
    strictEqual(frame().split('\n').length, 24);
  });

  it('has no colour without colour', async () => {
    const { frame } = open({ color: false });
    await settled();
    doesNotMatch(frame(), /\x1b\[3\dm/);
  });

  it('asks nobody to quit: it says so', async () => {
    const { store, effects } = open();
    store.dispatch({ type: 'open', screen: screenOf({ ...recorder, type: () => undefined }, { seen: [] }) });
    store.dispatch({ type: 'press', key: 'q' });
    deepStrictEqual(effects, [{ do: 'quit' }]);
  });
});
