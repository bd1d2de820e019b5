/** The shape that a part of a document must have to be worked on. */
export type Shape =
  | 'text'
  | 'number'
  | 'flag'
  /** RFC 3339. */
  | 'time'
  /** Text by name. */
  | 'texts'
  /** One of some words. */
  | ReadonlySet<string>
  | { readonly each: Shape }
  /** May be absent. */
  | { readonly maybe: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

export const list = (each: Shape): Shape => ({ each });
export const maybe = (shape: Shape): Shape => ({ maybe: shape });
export const record = (fields: Readonly<Record<string, Shape>>): Shape => ({ fields });
/** Every key of a table. */
export const wordsOf = (table: object): Shape => new Set(Object.keys(table));

/** Says where and how a value is not of the shape; undefined where it is. Fields beyond the shape are let through. */
export function findMisfit(value: unknown, shape: Shape, at: string): string | undefined {
  if (typeof shape === 'string') return SIMPLE[shape](value) ? undefined : `${at} is no ${shape}`;
  if (shape instanceof Set)
    return shape.has(value as string) ? undefined : `${at} is ${show(value)}, which is not known`;
  if ('maybe' in shape) return value === undefined ? undefined : findMisfit(value, shape.maybe, at);
  if ('each' in shape) {
    if (!Array.isArray(value)) return `${at} is no list`;
    return first(value, (one, index) => findMisfit(one, shape.each, `${at}[${index}]`));
  }
  if (!('fields' in shape)) return undefined;
  if (!isRecord(value)) return `${at} is no object`;
  return first(Object.entries(shape.fields), ([name, field]) =>
    findMisfit(value[name], field, at === '' ? name : `${at}.${name}`),
  );
}

function first<T>(items: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

const SIMPLE: Readonly<Record<Extract<Shape, string>, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  texts: (value) => isRecord(value) && Object.values(value).every((one) => typeof one === 'string'),
};

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 60);
}
