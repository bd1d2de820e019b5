import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { type InkKey, intentOf, KEYS, keysOf } from '../../../src/cli/ui/keys.ts';

const NO_FLAGS: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  backspace: false,
  delete: false,
  ctrl: false,
  shift: false,
  meta: false,
};

describe('keys of an input event', () => {
  const cases: [title: string, input: string, flags: Partial<InkKey>, keys: string[]][] = [
    ['one letter', 'j', {}, ['j']],
    ['letters that were typed fast', 'jjjj', {}, ['j', 'j', 'j', 'j']],
    ['a filter that was pasted with its Enter', '/app\r', {}, ['/', 'a', 'p', 'p', 'enter']],
    ['letters with a tab among them', 'j\tj', {}, ['j', 'tab', 'j']],
    ['letters with a backspace among them', 'ab\x7f', {}, ['a', 'b', 'backspace']],
    ['letters with a Ctrl-C among them', 'j\x03', {}, ['j', 'ctrl-c']],
    ['letters beyond ASCII', 'ü日', {}, ['ü', '日']],
    ['a character of two code units', '🔑', {}, ['🔑']],
    ['an arrow', '', { upArrow: true }, ['up']],
    ['Enter', '\r', { return: true }, ['enter']],
    ['Tab', '\t', { tab: true }, ['tab']],
    ['Shift-Tab', '', { tab: true, shift: true }, ['shift-tab']],
    ['Escape', '', { escape: true }, ['escape']],
    ['Escape with the next letter in its chunk', 'q', { meta: true }, ['escape', 'q']],
    ['Ctrl-C', 'c', { ctrl: true }, ['ctrl-c']],
    ['a capital letter', 'G', { shift: true }, ['G']],
    ['a control character that means nothing', '\x1f', {}, []],
    ['nothing', '', {}, []],
  ];
  for (const [title, input, flags, keys] of cases) {
    it(title, () => deepStrictEqual(keysOf(input, { ...NO_FLAGS, ...flags }), keys));
  }
});

describe('the table of keys', () => {
  it('gives no key to two intents', () => {
    const all = Object.values(KEYS).flat() as string[];
    strictEqual(new Set(all).size, all.length);
  });

  for (const [key, intent] of [
    ['j', 'down'],
    ['down', 'down'],
    ['k', 'up'],
    ['g', 'top'],
    ['G', 'bottom'],
    ['enter', 'open'],
    ['escape', 'back'],
    ['/', 'filter'],
    ['s', 'sort'],
    ['tab', 'next-layer'],
    ['3', 'layer-3'],
    ['?', 'help'],
    ['y', 'copy'],
    ['q', 'quit'],
    ['ctrl-c', 'interrupt'],
  ] as const) {
    it(`means ${intent} by ${key}`, () => strictEqual(intentOf(key), intent));
  }

  it('means nothing by any other key', () => {
    ok(['x', 'ü', 'left', 'ctrl-x'].every((key) => intentOf(key) === undefined));
  });
});
