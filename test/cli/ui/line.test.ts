import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { cutLine, justify, type Line, pad, wrap } from '../../../src/cli/ui/line.ts';
import { acts } from '../../../src/core/view/text.ts';

const textOf = (spans: Line) => spans.map(({ text }) => text).join('');

describe('a cell of a row', () => {
  for (const [title, text, columns, shown] of [
    ['is filled up', 'app', 5, 'app  '],
    ['is cut and marked', 'app.example.com', 8, 'app.e...'],
    ['counts wide characters twice', '日本語', 7, '日本語 '],
    ['cuts between wide characters', '日本語日本語', 8, '日本... '],
    ['shows what would act on a terminal', 'a\x1b[2Jb', 20, 'a\\u{1b}[2Jb         '],
  ] as const) {
    it(title, () => strictEqual(pad(text, columns), shown));
  }

  it('is exactly as wide as asked for, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 3, max: 30 }), (text, columns) => {
        const cell = pad(text, columns);
        strictEqual(stringWidth(cell), columns);
        ok(!acts(cell));
      }),
    );
  });
});

describe('a line', () => {
  it('keeps the looks of its spans, cleans them, and ends at the edge', () => {
    const spans = cutLine([{ text: 'ab', tone: 'ok' }, { text: '\u202ecd' }, { text: 'never seen' }], 9);
    deepStrictEqual(spans, [{ text: 'ab', tone: 'ok' }, { text: '\\u{2...' }]);
  });

  it('stands at both ends, and gives way on the left', () => {
    strictEqual(textOf(justify([{ text: 'left' }], [{ text: 'right' }], 14)), 'left     right');
    strictEqual(textOf(justify([{ text: 'a long left' }], [{ text: 'right' }], 12)), 'a l... right');
  });
});

describe('wrapped text', () => {
  const textsOf = (text: string, columns: number, indent = 0) => wrap(text, columns, {}, indent).map(textOf);

  it('breaks between words', () => deepStrictEqual(textsOf('one two three', 9), ['one two', 'three']));

  it('breaks a word that is longer than a line', () => {
    deepStrictEqual(textsOf('an abcdefghijkl', 8), ['an', 'abcdefgh', 'ijkl']);
  });

  it('is indented', () => deepStrictEqual(textsOf('one two three', 12, 3), ['   one two', '   three']));

  it('loses nothing and never leaves its columns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 40 }), (text, columns) => {
        const lines = textsOf(text, columns);
        ok(lines.every((line) => stringWidth(line) <= columns));
      }),
    );
  });
});
