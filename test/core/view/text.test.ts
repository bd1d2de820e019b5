import assert from 'node:assert/strict';
import fc from 'fast-check';
import { acts, clean, count, escapeInJson } from '../../../src/core/view/text.ts';

describe('untrusted text', () => {
  const cases = [
    ['an escape sequence', 'a\u001b[31mred', 'a\\u{1b}[31mred'],
    ['a window title (OSC)', '\u001b]0;owned\u0007', '\\u{1b}]0;owned\\u{7}'],
    ['an 8-bit control sequence introducer', '\u009b31m', '\\u{9b}31m'],
    ['a carriage return and a backspace', 'ok\rno\b', 'ok\\u{d}no\\u{8}'],
    ['a newline and a tab, which would break rows', 'a\n\tb', 'a\\u{a}\\u{9}b'],
    ['a right-to-left override', 'evil\u202egpj', 'evil\\u{202e}gpj'],
    ['a zero-width space', 'exa\u200bmple.com', 'exa\\u{200b}mple.com'],
    ['tag characters beyond the first plane', 'x\u{e0041}', 'x\\u{e0041}'],
    ['ordinary text of any script, untouched', 'CN=日本 Ünï 🔒', 'CN=日本 Ünï 🔒'],
  ] as const;
  for (const [title, text, expected] of cases) {
    it(`shows ${title}`, () => assert.equal(clean(text), expected));
  }

  it('never lets anything act once cleaned', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => !acts(clean(text)) && !/[\u0000-\u001f\u007f-\u009f]/.test(clean(text)),
      ),
    );
  });

  it('escapes in JSON without changing the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = escapeInJson(JSON.stringify({ text }, null, 2));
        assert.deepEqual(JSON.parse(json), { text });
        assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(json));
      }),
    );
  });

  it('counts in words', () => {
    assert.deepEqual(
      [count(1, 'certificate'), count(2, 'certificate'), count(2, 'entry', 'entries')],
      ['1 certificate', '2 certificates', '2 entries'],
    );
  });
});
