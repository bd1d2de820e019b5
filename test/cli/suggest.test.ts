import { deepStrictEqual } from 'node:assert/strict';
import { suggest } from '../../src/cli/suggest.ts';

describe('suggesting what was meant', () => {
  const names = ['layers', 'check', 'snapshot', 'explain', 'snapshot diff'];
  const cases: [word: string, suggested: string[]][] = [
    ['layres', ['layers']],
    ['LAYERS', ['layers']],
    ['chek', ['check']],
    ['snapshto', ['snapshot']],
    ['completely', []],
    ['', []],
  ];
  for (const [word, suggested] of cases) {
    it(`answers "${word}" with ${suggested.join(', ') || 'nothing'}`, () => {
      deepStrictEqual(suggest(word, names), suggested);
    });
  }

  it('puts the nearest first and names three at most', () => {
    deepStrictEqual(suggest('abcdef', ['abcdxx', 'abcdef', 'abcdex', 'abcdfx']), ['abcdef', 'abcdex', 'abcdxx']);
  });
});
