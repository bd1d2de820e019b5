import stringWidth from 'string-width';
import { cutTo } from '../../core/view/cut-to.ts';
import type { Tone } from '../../core/view/section.ts';
import { clean } from '../../core/view/text.ts';

/** A piece of a line in one look. Its text may come from anywhere: it is cleaned where lines are fitted. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone | undefined;
  readonly strong?: boolean;
  /** Drawn inverse: the row that the cursor is on. */
  readonly marked?: boolean;
}

/** One row of the screen. */
export type Line = readonly Span[];

export const BLANK: Line = [];

export function line(text: string, look: Omit<Span, 'text'> = {}): Line {
  return [{ text, ...look }];
}

/** Exactly so many columns: cut and marked where it is longer, filled up where it is shorter. */
export function pad(text: string, columns: number): string {
  const shown = cutTo(clean(text), columns);
  return shown + ' '.repeat(Math.max(0, columns - stringWidth(shown)));
}

/** Cleaned spans of a line that take at most so many columns. */
export function cutLine(spans: Line, columns: number): Line {
  const fitted: Span[] = [];
  let room = columns;
  for (const span of spans) {
    if (room <= 0) break;
    const text = cutTo(clean(span.text), room);
    room -= stringWidth(text);
    if (text !== '') fitted.push({ ...span, text });
  }
  return fitted;
}

/** `left` and `right` at both ends of a row; what does not fit beside `right` is cut from `left`. */
export function justify(left: Line, right: Line, columns: number): Line {
  const end = cutLine(right, Math.max(0, columns - 1));
  const start = cutLine(left, Math.max(0, columns - widthOf(end) - 1));
  return [...start, { text: ' '.repeat(Math.max(1, columns - widthOf(start) - widthOf(end))) }, ...end];
}

function widthOf(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

/** Text in lines of at most so many columns, broken between words, and within one that is longer than a line. */
export function wrap(text: string, columns: number, look: Omit<Span, 'text'> = {}, indent = 0): Line[] {
  const width = Math.max(8, columns - indent);
  const lines: string[] = [];
  let current = '';
  for (const word of clean(text)
    .split(' ')
    .flatMap((part) => pieces(part, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (stringWidth(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current].map((part) => [{ text: ' '.repeat(indent) }, { text: part, ...look }]);
}

/** No more than so many lines; what is left out is marked. */
export function atMost(lines: readonly Line[], most: number): readonly Line[] {
  const last = lines[most - 1];
  return lines.length > most && last ? [...lines.slice(0, most - 1), [...last, { text: ' ...' }]] : lines;
}

/** A word as it is, or cut into pieces no wider than a line. */
function pieces(word: string, width: number): string[] {
  if (stringWidth(word) <= width) return [word];
  const found: string[] = [];
  let piece = '';
  for (const character of word) {
    if (stringWidth(piece + character) > width) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}
