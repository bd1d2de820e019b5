import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { type Reference, splitReferences } from './reference.ts';

export interface Problem {
  readonly line: number;
  readonly reason: string;
}

/** A reference that was met, to be checked against the names of its incident. */
export interface Use {
  readonly reference: Reference;
  readonly line: number;
}

/** A text that is being read: lines, problems and references met. */
export class ShapeSource {
  readonly root: unknown;
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document;
  #uses: Use[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, merge: true });
    this.root = this.#document.contents;
    for (const error of this.#document.errors) {
      this.problems.push({
        line: this.#lines.linePos(error.pos[0]).line,
        reason: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
      });
    }
  }

  /** Aliases stand for what they name. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  /** The pairs of a mapping by name, with those that a merge key brings in. */
  entries(map: YAMLMap): [name: string, pair: Pair][] {
    const own: [string, Pair][] = [];
    const merged: [string, Pair][] = [];
    for (const pair of map.items) {
      if (!isMergeKey(pair.key)) own.push([String(isScalar(pair.key) ? pair.key.value : pair.key), pair]);
      else {
        const value = this.resolve(pair.value);
        for (const from of isSeq(value) ? value.items.map((item) => this.resolve(item)) : [value]) {
          if (isMap(from)) merged.push(...this.entries(from));
        }
      }
    }
    const names = new Set(own.map(([name]) => name));
    return [...merged.filter(([name]) => !names.has(name)), ...own];
  }

  lineOf(node: unknown): number {
    const start = (node as Node | undefined)?.range?.[0];
    return start === undefined ? 1 : this.#lines.linePos(start).line;
  }

  refuse(node: unknown, reason: string): void {
    this.problems.push({ line: this.lineOf(node), reason });
  }

  /** Notes the references in a text, at the lines where they stand. */
  noteReferences(node: unknown, text: string, where: string): void {
    if (!text.includes('${')) return;
    try {
      for (const piece of splitReferences(text)) {
        if (typeof piece !== 'string') this.#uses.push({ reference: piece, line: this.#lineWithin(node, piece.text) });
      }
    } catch (error) {
      const message = (error as Error).message;
      this.problems.push({
        line: this.#lineWithin(node, /^\$\{[^}]*\}/.exec(message)?.[0] ?? ''),
        reason: `${where}: ${message}`,
      });
    }
  }

  /** The references met since the last call. */
  takeUses(): Use[] {
    const uses = this.#uses;
    this.#uses = [];
    return uses;
  }

  #lineWithin(node: unknown, part: string): number {
    const range = (node as Node | undefined)?.range;
    const at = range ? this.#text.indexOf(part, range[0]) : -1;
    return range && at >= 0 && at < range[2] ? this.#lines.linePos(at).line : this.lineOf(node);
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}
