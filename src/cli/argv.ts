import { EXIT, UserError } from '../core/model/error.ts';

/** What this file needs to know of a flag's definition. */
interface FlagShape {
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly multiple?: boolean;
}
export type FlagShapes = Readonly<Record<string, FlagShape>>;

export interface CommandLine {
  /** Flags that stood before the command, in their order. */
  readonly leading: readonly string[];
  /** The command and all that follows it. */
  readonly rest: readonly string[];
}

const ENDS_AT_ONCE = new Set(['--help', '-h', '--version']);

/**
 * Splits what stands before the command from the rest, so that `--context x layers` works as in kubectl. `help X`
 * becomes `X --help`.
 * @throws UserError (64) for a flag before the command that only some commands have
 */
export function splitCommandLine(argv: readonly string[], shared: FlagShapes): CommandLine {
  let at = 0;
  while (at < argv.length && argv[at]!.startsWith('-') && argv[at] !== '-') {
    if (ENDS_AT_ONCE.has(argv[at]!)) return { leading: [], rest: [argv[at]!, ...argv.slice(at + 1)] };
    at += widthOf(argv[at]!, shared);
  }
  const [command, ...others] = argv.slice(at);
  const rest = command === undefined ? [] : command === 'help' ? [...others, '--help'] : [command, ...others];
  return { leading: argv.slice(0, at), rest };
}

/** How many words a flag before the command takes: two when its value stands apart. */
function widthOf(word: string, shared: FlagShapes): 1 | 2 {
  const flag = findFlag(word, shared);
  if (!flag) {
    throw new UserError(`flag ${word} stands before the command`, {
      exitCode: EXIT.usage,
      hints: ['write the command first: kubectl certs COMMAND [flags]'],
    });
  }
  return flag.shape.type === 'option' && flag.value === undefined ? 2 : 1;
}

interface FoundFlag {
  readonly name: string;
  readonly shape: FlagShape;
  /** What stands in the same word. */
  readonly value?: string;
  /** More short flags in the same word: `-Aw`. */
  readonly more?: string;
}

function findFlag(word: string, shapes: FlagShapes): FoundFlag | undefined {
  const long = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word);
  if (long) {
    const [, name = '', value] = long;
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    return shape && { name, shape, ...(value !== undefined && { value }) };
  }
  const [name, shape] = Object.entries(shapes).find(([, { char }]) => char !== undefined && char === word[1]) ?? [];
  if (!word.startsWith('-') || word.startsWith('--') || !name || !shape) return undefined;
  const after = word.slice(2);
  if (after === '') return { name, shape };
  if (after.startsWith('=')) return { name, shape, value: after.slice(1) };
  return shape.type === 'boolean' ? { name, shape, more: after } : { name, shape, value: after };
}

/**
 * Gives oclif's parser what kubectl's users type and it does not understand: `--flag=true|false` for booleans, and the
 * last of a flag that is given more than once. Words, repeatable flags and unknown flags keep their places.
 * @throws UserError (64) for a boolean whose value is neither true nor false
 */
export function normalizeFlags(argv: readonly string[], shapes: FlagShapes): string[] {
  const end = argv.indexOf('--');
  const items = readItems(end === -1 ? argv : argv.slice(0, end), shapes);
  const last = new Map(items.map((item, index) => [item.flag, index]));
  const kept = items.filter(({ flag, multiple }, index) => !flag || multiple || last.get(flag) === index);
  return [...kept.flatMap(({ words }) => words), ...(end === -1 ? [] : argv.slice(end))];
}

interface Item {
  /** Name of a known flag; absent for words and unknown flags. */
  readonly flag?: string;
  readonly multiple?: boolean;
  readonly words: readonly string[];
}

function readItems(argv: readonly string[], shapes: FlagShapes): Item[] {
  const items: Item[] = [];
  const waiting = [...argv];
  while (waiting.length > 0) {
    const word = waiting.shift()!;
    const found = word === '-' ? undefined : findFlag(word, shapes);
    if (!found) {
      items.push({ words: [word] });
      continue;
    }
    const { name, shape, more } = found;
    if (more !== undefined) waiting.unshift(`-${more}`);
    const value = found.value ?? (shape.type === 'option' ? waiting.shift() : undefined);
    items.push({ flag: name, multiple: shape.multiple === true, words: wordsOf(name, shape, value) });
  }
  return items;
}

/** The values that Go's strconv.ParseBool takes. */
const TRUTHS: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true]),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false]),
]);

function wordsOf(name: string, shape: FlagShape, value: string | undefined): string[] {
  if (shape.type === 'option') return value === undefined ? [`--${name}`] : [`--${name}=${value}`];
  if (value === undefined) return [`--${name}`];
  const truth = TRUTHS[value];
  if (truth !== undefined) return truth ? [`--${name}`] : [];
  throw new UserError(`--${name}=${value}: expected true or false`, { exitCode: EXIT.usage });
}
