import stringWidth from 'string-width';
import type { Report, Row, Section } from '../view/section.ts';
import { clean } from '../view/text.ts';
import type { Format, FormatOptions } from './format.ts';
import { paint } from './paint.ts';

/** kubectl's look: upper-case headers, three blanks between columns, no borders, nothing cut off. */
export const table = {
  id: 'table',
  print: (report, options) => print(report, options, false),
  notes: true,
} as const satisfies Format;

/** Every column. */
export const wide = {
  id: 'wide',
  print: (report, options) => print(report, options, true),
  notes: true,
} as const satisfies Format;

const GAP = '   ';

function print(report: Report, options: FormatOptions, withWide: boolean): string {
  const { headline, tree } = report;
  const below = options.noHeaders ? [] : [report.hosts, report.mtls];
  const first = headline && options.terminal ? `${clean(headline)}\n\n` : '';
  const tables = [report.sections[0], ...below, tree].map((section) =>
    section ? printSection(section, options, withWide) : '',
  );
  return first + tables.filter((text) => text !== '').join('\n');
}

/** One section as a table; nothing at all when it has no rows. */
export function printSection({ columns, rows }: Section, options: FormatOptions, withWide: boolean): string {
  if (rows.length === 0) return '';
  const shown = [...columns.keys()].filter((index) => withWide || !columns[index]?.wide);
  const header = shown.map((index) => columns[index]?.header ?? '');
  const body = rows.map((row) => shown.map((index, position) => cellText(row, index, position)));
  const lines = options.noHeaders ? body : [header, ...body];
  const widths = shown.map((_, position) =>
    lines.reduce((width, line) => Math.max(width, stringWidth(line[position] ?? '')), 0),
  );
  const tones = options.noHeaders ? rows.map(({ tone }) => tone) : [undefined, ...rows.map(({ tone }) => tone)];
  return lines.map((line, index) => `${paint(joinLine(line, widths), tones[index], options.color)}\n`).join('');
}

/** What a row is explained by stands above it: deeper rows are drawn as branches in their first column. */
function cellText({ cells, depth }: Row, index: number, position: number): string {
  const text = clean(cells[index] ?? '') || '<none>';
  return position === 0 && depth ? `${'  '.repeat(depth - 1)}└ ${text}` : text;
}

function joinLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, position) => cell + ' '.repeat(Math.max(0, (widths[position] ?? 0) - stringWidth(cell))))
    .join(GAP)
    .trimEnd();
}
