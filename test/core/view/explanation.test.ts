import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { CODES } from '../../../src/core/check/codes.ts';
import type { CodeDefinition } from '../../../src/core/model/finding.ts';
import { codesText, explanationText } from '../../../src/core/view/explanation.ts';

const definition: CodeDefinition = {
  code: 'A_CODE',
  severity: 'warning',
  title: 'something is off',
  meaning: 'one two three four five',
  prove: ['command --with many flags that are not broken'],
  fix: ['do this and that'],
  source: 'RFC 1',
  since: '0.1.0',
};

describe('the explanation of a code', () => {
  it('breaks paragraphs to the width and leaves commands whole', () => {
    strictEqual(
      explanationText(definition, 24),
      `A_CODE: something is off
usually warning; since version 0.1.0

WHAT IT MEANS
  one two three four
  five

HOW TO PROVE IT
  command --with many flags that are not broken

WHAT TO DO
  do this and that

SOURCE
  RFC 1
`,
    );
  });

  it('says how to prevent it where something is known', () => {
    ok(explanationText({ ...definition, prevent: ['watch it'] }, 80).includes('\nHOW TO PREVENT IT\n  watch it\n'));
  });

  it('is within 80 columns for every code, but for commands', () => {
    for (const each of CODES.values()) {
      const long = explanationText(each, 80)
        .split('\n')
        .filter((line) => line.length > 80);
      deepStrictEqual(
        long.filter((line) => !each.prove.includes(line.trim())),
        [],
        each.code,
      );
    }
  });
});

describe('the list of codes', () => {
  it('has one line for each, in columns', () => {
    strictEqual(
      codesText([definition, { ...definition, code: 'A_LONGER_CODE', severity: 'critical' }]),
      `CODE            USUALLY    MEANS
A_CODE          warning    something is off
A_LONGER_CODE   critical   something is off
`,
    );
  });

  it('is plain ASCII for every code, whose width is its length', () => {
    for (const { code, title } of CODES.values()) match(`${code} ${title}`, /^[\x20-\x7e]+$/);
  });
});
