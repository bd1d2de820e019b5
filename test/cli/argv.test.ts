import { deepStrictEqual, throws } from 'node:assert/strict';
import { normalizeFlags, splitCommandLine } from '../../src/cli/argv.ts';
import { UserError } from '../../src/core/model/error.ts';

const FLAGS = {
  namespace: { type: 'option', char: 'n' },
  context: { type: 'option' },
  'as-group': { type: 'option', multiple: true },
  'all-namespaces': { type: 'boolean', char: 'A' },
  watch: { type: 'boolean', char: 'w' },
  v: { type: 'option', char: 'v' },
} as const;

const usage = (pattern: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === 64 && pattern.test(error.message);

describe('splitting a command line', () => {
  const cases: [title: string, typed: string, leading: string, rest: string][] = [
    ['leaves a command that comes first', 'layers a -n x', '', 'layers a -n x'],
    ['takes a flag and its value off the front', '--context x layers', '--context x', 'layers'],
    ['takes a flag with its value in one word', '--context=x layers', '--context=x', 'layers'],
    ['takes short flags, joined to their value or not', '-n x -ny -A layers', '-n x -ny -A', 'layers'],
    ['takes a word after a boolean for the command', '-A layers', '-A', 'layers'],
    ['turns help into a flag', 'help snapshot diff', '', 'snapshot diff --help'],
    ['turns help alone into a flag', 'help', '', '--help'],
    ['keeps flags before help', '-n x help layers', '-n x', 'layers --help'],
    ['lets --help before the command win', '-n x --help layers', '', '--help layers'],
    ['lets --version win', '--version', '', '--version'],
    ['knows an empty line', '', '', ''],
    ['knows flags alone', '-n x', '-n x', ''],
  ];
  for (const [title, typed, leading, rest] of cases) {
    it(title, () => {
      const line = splitCommandLine(words(typed), FLAGS);
      deepStrictEqual(line, { leading: words(leading), rest: words(rest) });
    });
  }

  it('refuses a flag before the command that it does not know', () => {
    throws(() => splitCommandLine(['--warn', '30d', 'check'], FLAGS), usage(/--warn stands before the command/));
  });

  it('does not mistake the name of an inherited property for a flag', () => {
    throws(() => splitCommandLine(['--constructor', 'check'], FLAGS), usage(/--constructor/));
  });
});

describe('normalizing flags', () => {
  const cases: [title: string, typed: string, normal: string][] = [
    ['writes options as one word', '-n x --context y', '--namespace=x --context=y'],
    ['keeps words in their places', 'a -n x b', 'a --namespace=x b'],
    ['keeps the last of a flag given twice', '-n x --namespace=y', '--namespace=y'],
    ['keeps every one of a repeatable flag', '--as-group a --as-group=b', '--as-group=a --as-group=b'],
    ['gives a repeatable flag one value only', '--as-group a b', '--as-group=a b'],
    ['takes =true for a bare flag', '--watch=true', '--watch'],
    ['takes =false for none', '--watch=false a', 'a'],
    ['lets =false undo an earlier flag', '-w --watch=false', ''],
    ['lets a later flag undo =false', '--watch=false -w', '--watch'],
    ['reads a value joined to a short boolean', '-A=true -w=0', '--all-namespaces'],
    ['reads short booleans in one word', '-Aw', '--all-namespaces --watch'],
    ['reads a short option at the end of such a word', '-Anx', '--all-namespaces --namespace=x'],
    ['reads levels joined or apart', '-v4 -v 6', '--v=6'],
    ['takes what follows an option for its value, whatever it looks like', '-n -w', '--namespace=-w'],
    ['leaves unknown flags to the parser', '--nope a -z', '--nope a -z'],
    ['leaves a dash alone', '-', '-'],
    ['leaves an option without a value to the parser', 'a -n', 'a --namespace'],
    ['leaves alone what follows two dashes', '-w -- -n x --watch=false', '--watch -- -n x --watch=false'],
  ];
  for (const [title, typed, normal] of cases) {
    it(title, () => deepStrictEqual(normalizeFlags(words(typed), FLAGS), words(normal)));
  }

  it('keeps the line breaks of a value', () => {
    deepStrictEqual(normalizeFlags(['--context=a\nb=c'], FLAGS), ['--context=a\nb=c']);
  });

  it('keeps an empty value', () => {
    deepStrictEqual(normalizeFlags(['--context='], FLAGS), ['--context=']);
  });

  for (const word of ['true', 'True', 'TRUE', 't', 'T', '1']) {
    it(`takes ${word} for true, as Go does`, () => {
      deepStrictEqual(normalizeFlags([`--watch=${word}`], FLAGS), ['--watch']);
    });
  }

  for (const word of ['yes', 'tRUE', '']) {
    it(`refuses "${word}" as a boolean`, () => {
      throws(() => normalizeFlags([`--watch=${word}`], FLAGS), usage(/expected true or false/));
    });
  }
});

function words(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}
