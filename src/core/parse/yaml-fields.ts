import { type Document, isAlias, LineCounter, parseAllDocuments, visit } from 'yaml';

/** Something that is wrong with a text, and where. */
export interface TextProblem {
  /** From 1; 0: the text as a whole. */
  readonly line: number;
  readonly reason: string;
}

type Path = readonly (string | number)[];

/**
 * Reads the first document of a YAML (or JSON) text as fields that know their lines. Never throws: what does not
 * parse, and every field of another type than asked for, becomes a problem.
 */
export function readYaml(text: string, problems: TextProblem[]): Fields {
  const lines = new LineCounter();
  const nothing = new Fields({ value: {}, path: [], lineOf: () => 0, problems });
  let document: Document.Parsed | undefined;
  try {
    refuseEndless(text);
    document = [parseAllDocuments(text, { ...LINEAR, lineCounter: lines })].flat()[0] as Document.Parsed | undefined;
    for (const error of document?.errors ?? []) {
      problems.push({ line: lines.linePos(error.pos[0]).line, reason: `not YAML: ${firstLine(error.message)}` });
    }
    if (document) refuseAliases(document);
    const value: unknown = document?.toJS({ maxAliasCount: 100 });
    if (value === null || value === undefined) return nothing;
    if (!isRecord(value)) {
      problems.push({ line: 1, reason: 'the text is no YAML mapping' });
      return nothing;
    }
    return new Fields({ value, path: [], lineOf: lineFinder(document!, lines), problems });
  } catch (error) {
    problems.push({ line: 0, reason: `not YAML: ${firstLine(String((error as Error).message))}` });
    return nothing;
  }
}

/** Without these the reader's time grows with the square of the text: it compares keys, and quotes each error's line. */
const LINEAR = { uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const;
const MOST_LINES = 100_000;
const MOST_ALIASES = 100;

function refuseEndless(text: string): void {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  if (lines > MOST_LINES) throw new Error(`more than ${MOST_LINES} lines`);
}

/** What aliases stand for is looked up by a walk through the whole text, for each of them. */
function refuseAliases(document: Document.Parsed): void {
  let aliases = 0;
  visit(document, (_, node) => {
    if (isAlias(node)) aliases++;
  });
  if (aliases > MOST_ALIASES) throw new Error(`more than ${MOST_ALIASES} aliases`);
}

interface FieldsOptions {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: Path;
  readonly lineOf: (path: Path) => number;
  readonly problems: TextProblem[];
}

/** One mapping of the text. An absent field, an empty string and null are all undefined. */
export class Fields {
  readonly #options: FieldsOptions;

  constructor(options: FieldsOptions) {
    this.#options = options;
  }

  get line(): number {
    return this.#options.lineOf(this.#options.path);
  }

  get keys(): string[] {
    return Object.keys(this.#options.value);
  }

  text(key: string): string | undefined {
    return this.#read(key, 'a string', (value) => (typeof value === 'string' ? value : undefined)) || undefined;
  }

  flag(key: string): boolean {
    return this.#read(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined)) ?? false;
  }

  /** Standard base64, as Go's encoding/base64 takes it: padded, line breaks ignored. */
  base64(key: string): Uint8Array | undefined {
    const text = this.text(key)?.replace(/[\r\n]/g, '');
    if (text === undefined) return undefined;
    if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
    this.problem(key, 'is not base64');
    return undefined;
  }

  fields(key: string): Fields | undefined {
    const value = this.#read(key, 'a mapping', (found) => (isRecord(found) ? found : undefined));
    return value && new Fields({ ...this.#options, value, path: [...this.#options.path, key] });
  }

  /** The mapping of a field, empty when there is none. */
  fieldsOrEmpty(key: string): Fields {
    return this.fields(key) ?? new Fields({ ...this.#options, value: {}, path: [...this.#options.path, key] });
  }

  /** The mappings of a list; anything else in it is a problem. */
  list(key: string): Fields[] {
    return this.#items(key).flatMap((value, index) => {
      const path = [...this.#options.path, key, index];
      if (isRecord(value)) return [new Fields({ ...this.#options, value, path })];
      this.#options.problems.push({ line: this.#options.lineOf(path), reason: `${show(path)} is no mapping` });
      return [];
    });
  }

  texts(key: string): string[] {
    const items = this.#items(key);
    if (!items.every((item) => typeof item === 'string')) this.problem(key, 'is no list of strings');
    return items.filter((item) => typeof item === 'string');
  }

  /** The value as it stands, for what is passed on unread. */
  raw(key: string): unknown {
    return this.#options.value[key];
  }

  /** Says what is wrong with a field, at its line. */
  problem(key: string, reason: string): void {
    const path = [...this.#options.path, key];
    this.#options.problems.push({ line: this.#options.lineOf(path), reason: `${show(path)} ${reason}` });
  }

  #items(key: string): readonly unknown[] {
    return this.#read(key, 'a list', (value) => (Array.isArray(value) ? value : undefined)) ?? [];
  }

  #read<T>(key: string, wanted: string, narrow: (value: unknown) => T | undefined): T | undefined {
    const value = Object.hasOwn(this.#options.value, key) ? this.#options.value[key] : undefined;
    if (value === undefined || value === null) return undefined;
    const narrowed = narrow(value);
    if (narrowed === undefined) this.problem(key, `is not ${wanted}`);
    return narrowed;
  }
}

function lineFinder(document: Document.Parsed, lines: LineCounter): (path: Path) => number {
  return (path) => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[] } | undefined;
      if (node?.range) return lines.linePos(node.range[0]!).line;
    }
    return 0;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `users[0].user.token` */
function show(path: Path): string {
  return path.map((piece, index) => (typeof piece === 'number' ? `[${piece}]` : index ? `.${piece}` : piece)).join('');
}

/** The parser's message without its position and without what it quotes, which may be a secret. */
function firstLine(text: string): string {
  return text
    .split('\n', 1)[0]!
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/: .*$| ["'`].*$/, '');
}
