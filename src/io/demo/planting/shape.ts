import { isMap, isScalar, isSeq } from 'yaml';
import type { ShapeSource } from './shape-source.ts';

/**
 * Reads one YAML node into a value. A value that is wrong is noted with its line and read on, so that one run names
 * every problem; what was read is used only when there is none.
 */
export type Shape<T> = (node: unknown, source: ShapeSource, where: string) => T;

/** A string; numbers and booleans are taken by their spelling. */
export const text: Shape<string> = (given, source, where) => {
  const node = source.resolve(given);
  if (!isScalar(node) || node.value === null || typeof node.value === 'object') {
    source.refuse(node ?? given, `${where} must be a text`);
    return '';
  }
  const value = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  source.noteReferences(node, value, where);
  return value;
};

export const integer: Shape<number> = (given, source, where) => {
  const node = source.resolve(given);
  if (isScalar(node) && Number.isInteger(node.value)) return node.value as number;
  source.refuse(node, `${where} must be a whole number`);
  return 0;
};

export const flag: Shape<boolean> = (given, source, where) => {
  const node = source.resolve(given);
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  source.refuse(node, `${where} must be true or false`);
  return false;
};

/** A text that passes a test. @param hint what it must be */
export function textLike<T extends string = string>(hint: string, test: (value: string) => boolean): Shape<T> {
  return (node, source, where) => {
    const value = text(node, source, where);
    if (value !== '' && !test(value)) source.refuse(node, `${where}: ${value} is not ${hint}`);
    return value as T;
  };
}

export function oneOf<const T extends string>(words: readonly T[]): Shape<T> {
  return textLike<T>(`one of ${words.join(', ')}`, (value) => (words as readonly string[]).includes(value));
}

export function list<T>(item: Shape<T>): Shape<T[]> {
  return (given, source, where) => {
    const node = source.resolve(given);
    if (isSeq(node)) return node.items.map((each, index) => item(each, source, `${where}[${index}]`));
    source.refuse(node, `${where} must be a list`);
    return [];
  };
}

export function dictionary<T>(item: Shape<T>): Shape<Record<string, T>> {
  return (given, source, where) => {
    const node = source.resolve(given);
    if (isMap(node)) {
      return Object.fromEntries(
        source.entries(node).map(([name, pair]) => [name, item(pair.value ?? pair.key, source, `${where}.${name}`)]),
      );
    }
    source.refuse(node, `${where} must be a mapping`);
    return {};
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Of<S> = S extends Shape<infer T> ? T : never;
type RecordOf<R extends Fields, O extends Fields> = { readonly [K in keyof R]: Of<R[K]> } & {
  readonly [K in keyof O]?: Of<O[K]>;
};

/** A mapping with the fields given and no others. */
export function record<R extends Fields, O extends Fields>(required: R, optional: O): Shape<RecordOf<R, O>> {
  const fields: Fields = { ...required, ...optional };
  return (given, source, where) => {
    const node = source.resolve(given);
    const value: Record<string, unknown> = {};
    if (!isMap(node)) {
      source.refuse(node, `${where} must be a mapping with ${Object.keys(fields).join(', ')}`);
      return value as RecordOf<R, O>;
    }
    for (const [name, pair] of source.entries(node)) {
      const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (shape) value[name] = shape(pair.value ?? pair.key, source, `${where}.${name}`);
      else source.refuse(pair.key, `${where}: unknown key ${name} (there are ${Object.keys(fields).join(', ')})`);
    }
    for (const name of Object.keys(required)) {
      if (!(name in value)) source.refuse(node, `${where}: ${name} is missing`);
    }
    return value as RecordOf<R, O>;
  };
}

/** Anything that YAML can say, with its references noted. */
export const anything: Shape<unknown> = (given, source, where) => {
  const node = source.resolve(given);
  if (isSeq(node)) return node.items.map((each, index) => anything(each, source, `${where}[${index}]`));
  if (isMap(node)) {
    return Object.fromEntries(
      source.entries(node).map(([name, pair]) => [name, anything(pair.value, source, `${where}.${name}`)]),
    );
  }
  if (!isScalar(node)) return null;
  if (typeof node.value === 'string') source.noteReferences(node, node.value, where);
  return node.value;
};
