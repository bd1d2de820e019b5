import type { Tone } from '../../core/view/section.ts';
import { type Line, pad } from './line.ts';
import { markOf } from './theme.ts';

/** A column of a list on a screen: widths are fixed, so that nothing moves while rows pass by. */
export interface ScreenColumn<T> {
  readonly header: string;
  readonly width: number;
  /** Takes a share of what is left over. */
  readonly grow?: number;
  /** Shown only where the screen has so many columns. */
  readonly from?: number;
  readonly cell: (row: T) => string;
}

export interface ScreenTable<T> {
  readonly columns: readonly ScreenColumn<T>[];
  readonly toneOf: (row: T) => Tone | undefined;
}

const GAP = 2;
/** The cursor, the mark of the tone, and a blank. */
const LEAD = 3;

/** Which columns there is room for, and how wide each is. */
export function layOut<T>(columns: readonly ScreenColumn<T>[], width: number): [ScreenColumn<T>, number][] {
  const shown = columns.filter(({ from = 0 }) => width >= from);
  const needed = shown.reduce((sum, column) => sum + column.width + GAP, LEAD - GAP);
  const shares = shown.reduce((sum, { grow = 0 }) => sum + grow, 0);
  const spare = Math.max(0, width - needed);
  return shown.map((column) => [column, column.width + Math.floor((spare * (column.grow ?? 0)) / Math.max(1, shares))]);
}

export function headerLine<T>({ columns }: ScreenTable<T>, width: number): Line {
  const cells = layOut(columns, width).map(([{ header }, columnWidth]) => pad(header, columnWidth));
  return [{ text: ' '.repeat(LEAD) + cells.join(' '.repeat(GAP)), tone: 'muted', strong: true }];
}

/** One row; the cursor's is marked from edge to edge. */
export function rowLine<T>(table: ScreenTable<T>, row: T, options: { width: number; marked: boolean }): Line {
  const { width, marked } = options;
  const tone = table.toneOf(row);
  const cells = layOut(table.columns, width).map(([{ cell }, columnWidth]) => pad(cell(row), columnWidth));
  const text = `${marked ? '>' : ' '}${markOf(tone)} ${cells.join(' '.repeat(GAP))}`;
  return [{ text: marked ? pad(text, width) : text.trimEnd(), tone, marked }];
}
