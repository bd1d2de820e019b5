/**
 * The JSON in a tool's output. istioctl logs failures of its port-forwards on standard output too, before or after it,
 * so that it is looked for at the start of a line.
 * @returns undefined when there is none
 */
export function jsonIn(text: string): unknown {
  const starts = [...text.matchAll(/^[{[]/gm)].map(({ index }) => index);
  for (const start of starts) {
    const ends = [text.length, ...[...text.matchAll(/^[}\]]\s*$/gm)].map(({ index }) => index + 1).toReversed()];
    for (const end of ends.filter((one) => one > start)) {
      try {
        return JSON.parse(text.slice(start, end));
      } catch {
        // Perhaps it ends earlier.
      }
    }
  }
  return undefined;
}
