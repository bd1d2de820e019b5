/** Values of every wrong type that JSON can carry. */
const ODD = [null, 0, true, '', 'x', [], [null], [[]], {}, { x: 1 }, '\u0000\ud800', '!!not base64!!'];

/** Copies of an object, each with one field, at any depth, replaced by an odd value or left out. */
export function* oddVariants(object: unknown): Generator<unknown> {
  for (const path of pathsOf(object)) {
    for (const odd of [...ODD, undefined]) yield replaceAt(object, path, odd);
  }
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner).map((path) => [key, ...path]))];
}

function replaceAt(value: unknown, [head, ...rest]: readonly string[], by: unknown): unknown {
  if (head === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string, unknown>)[head] = replaceAt((value as Record<string, unknown>)[head], rest, by);
  return copy;
}
