import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { frameOf } from '../../../src/cli/ui/frame.ts';
import { type ScreenKind, screenOf } from '../../../src/cli/ui/screen.ts';
import { reduce, type Ui } from '../../../src/cli/ui/ui.ts';

interface Counter {
  readonly presses: number;
  readonly typed?: string;
}

/** Counts `down`, opens another of itself, asks, and has a field. */
const counter: ScreenKind<Counter> = {
  name: 'counter',
  about: 'Counts.',
  keys: [
    { intent: 'down', does: 'count', short: 'count' },
    { intent: 'open', does: 'another one' },
  ],
  title: ({ presses }) => [{ text: `counted ${presses}` }],
  body: ({ presses }) => Array.from({ length: presses }, (_, index) => [{ text: `press ${index}` }]),
  update: (state, intent) => {
    if (intent === 'down') return { state: { presses: state.presses + 1 } };
    if (intent === 'open') return { open: screenOf(counter, { presses: 0 }) };
    if (intent === 'run') return { ask: { text: 'sure?', yes: { do: 'plan', target: 'x' } } };
    if (intent === 'copy') return { effects: [{ do: 'copy', text: 'x' }], flash: 'copied' };
    if (intent === 'filter') return { state: { ...state, typed: '' } };
    return undefined;
  },
  type: ({ typed, ...state }, key) => {
    if (typed === undefined) return undefined;
    return { state: key === 'enter' ? state : { ...state, typed: typed + key } };
  },
};

const START: Ui = {
  world: { status: { command: 'layers', context: 'prod', namespace: 'all', readAt: 1000 }, now: 61_000 },
  size: { columns: 80, rows: 10 },
  stack: [screenOf(counter, { presses: 0 })],
};

function pressing(...keys: string[]) {
  let ui = START;
  const effects: string[] = [];
  for (const key of keys) {
    const step = reduce(ui, { type: 'press', key });
    ui = step.ui;
    effects.push(...step.effects.map((effect) => effect.do));
  }
  return { ui, effects, states: ui.stack.map(({ state }) => state as Counter) };
}

const textOf = (ui: Ui) => frameOf(ui).map((spans) => spans.map(({ text }) => text).join(''));

describe('pressing keys', () => {
  it('changes the screen on top by what it means', () => {
    deepStrictEqual(pressing('j', 'down', 'enter', 'j').states, [{ presses: 2 }, { presses: 1 }]);
  });

  it('goes back with Esc, but never from the first screen', () => {
    deepStrictEqual(pressing('j', 'enter', 'j', 'escape', 'escape').states, [{ presses: 1 }]);
  });

  it('gives keys to a field as text', () => {
    deepStrictEqual(pressing('/', 'j', 'q', '?').states, [{ presses: 0, typed: 'jq?' }]);
    deepStrictEqual(pressing('/', 'j', 'enter', 'j').states, [{ presses: 1 }]);
  });

  it('quits, interrupts and stops everywhere', () => {
    deepStrictEqual(pressing('q', 'ctrl-c', 'ctrl-z', 'ctrl-l').effects, ['quit', 'interrupt', 'suspend', 'redraw']);
  });

  it('does nothing with a key that means nothing', () => deepStrictEqual(pressing('x', 'ü').ui, START));
});

describe('a question', () => {
  for (const key of ['y', 'Y']) it(`is yes by ${key}`, () => deepStrictEqual(pressing('r', key).effects, ['plan']));

  for (const key of ['enter', 'n', 'N', 'escape', 'q']) {
    it(`is no by ${key}`, () => {
      const { ui, effects } = pressing('r', key);
      deepStrictEqual(effects, []);
      strictEqual(ui.question, undefined);
      match(textOf(ui).at(-1) ?? '', /^ No\. Nothing has been changed\.$/);
    });
  }

  it('waits through any other key', () => {
    const { ui, effects } = pressing('r', 'j', 'x', '?');
    deepStrictEqual(effects, []);
    strictEqual(ui.question?.text, 'sure?');
  });

  it('gives way to an interrupt', () => deepStrictEqual(pressing('r', 'ctrl-c').effects, ['interrupt']));

  it('is shown whole, whatever its length, above the keys that answer it', () => {
    const text = `renew ${'certificates '.repeat(12)}?`;
    const lines = textOf({ ...START, question: { text, yes: { do: 'plan', target: 'x' } } });
    strictEqual(lines.join(' ').match(/certificates/g)?.length, 12);
    match(lines.at(-1) ?? '', /Enter is No/);
  });
});

describe('help', () => {
  it('explains the keys of the screen and those of all', () => {
    const text = textOf({ ...pressing('?').ui, size: { columns: 80, rows: 30 } }).join('\n');
    match(text, /^ Help: counter$/m);
    match(text, /^ {3}↓ {2}j +count$/m);
    match(text, /^ {3}q +quit$/m);
  });

  for (const key of ['?', 'escape', 'q', 'enter']) {
    it(`closes by ${key}`, () => deepStrictEqual(pressing('?', key).ui, START));
  }

  it('scrolls, and gives the screen no key', () => {
    const { ui, states } = pressing('?', 'j', 'j');
    strictEqual(ui.help, 2);
    deepStrictEqual(states, [{ presses: 0 }]);
  });
});

describe('the frame', () => {
  it('has context, namespace and the age of the data in its first row', () => {
    match(textOf(START)[0] ?? '', /^ kubectl certs layers +prod {2}ns all {2}data 60s old $/);
  });

  it('says that data are being read', () => {
    const status = { command: 'layers', context: '', namespace: 'all' };
    match(textOf({ ...START, world: { status, now: 0 } })[0] ?? '', /none {2}ns all {2}reading $/);
  });

  it('has exactly as many rows as the window, and no row wider than it', () => {
    for (const rows of [4, 10, 60]) {
      const lines = textOf({ ...pressing(...Array<string>(20).fill('j')).ui, size: { columns: 30, rows } });
      strictEqual(lines.length, rows);
      ok(lines.every((line) => line.length <= 30));
    }
  });

  it('says a flash until the next key', () => {
    match(textOf(pressing('y').ui).at(-1) ?? '', /copied/);
    match(textOf(pressing('y', 'j').ui).at(-1) ?? '', /count {2}\? help {2}q quit$/);
  });
});
