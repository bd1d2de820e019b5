/** A range of ports, both ends in it. */
type Range = readonly [number, number];

/** Longest text that is read: what names more ports than this is no list that a person made. */
const LONGEST = 2048;

/** `25,4190-4191`: what does not read is left out. */
function rangesOf(text: string): Range[] {
  return text
    .slice(0, LONGEST)
    .split(',')
    .flatMap((word) => {
      const [, from, to = from] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(word) ?? [];
      return from === undefined ? [] : [[Number(from), Number(to)] as const];
    });
}

/** Whether a list of ports and ranges (`25,4190-4191`, `*`) names this one. */
export function namesPort(text: string, port: number): boolean {
  return text.trim() === '*' || rangesOf(text).some(([from, to]) => from <= port && port <= to);
}

/** Those of a list that another one does not name; undefined where none is left. A range stays whole. */
export function portsBeyond(text: string, known: string): string | undefined {
  if (text.trim() === '*') return '*';
  const rest = rangesOf(text).filter(([from, to]) => !(namesPort(known, from) && namesPort(known, to)));
  return rest.length === 0 ? undefined : rest.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
}
