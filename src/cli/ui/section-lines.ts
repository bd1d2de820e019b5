import stringWidth from 'string-width';
import type { Section } from '../../core/view/section.ts';
import { clean } from '../../core/view/text.ts';
import { type Line, line, pad } from './line.ts';
import { rule } from './rule.ts';
import { markOf } from './theme.ts';

const GAP = 2;
const LEAD = 3;

/** A whole section below a rule with its title: columns as wide as they need, the last one cut by the edge. */
export function sectionLines(section: Section, columns: number): readonly Line[] {
  if (section.rows.length === 0) return [];
  return [rule(section.title, columns), ...tableLines(section)];
}

/** The header and the rows of a section. */
export function tableLines({ columns: all, rows }: Section): readonly Line[] {
  const shown = [...all.keys()].filter((index) => !all[index]?.wide);
  const headers = shown.map((index) => all[index]?.header ?? '');
  const widths = shown.map((index, position) =>
    rows.reduce(
      (width, { cells }) => Math.max(width, stringWidth(clean(cells[index] ?? ''))),
      stringWidth(headers[position] ?? ''),
    ),
  );
  const rowText = (cells: readonly string[]) =>
    cells
      .map((cell, position) => cellText(cell, widths[position] ?? 0, position === cells.length - 1))
      .join(' '.repeat(GAP));
  return [
    line(' '.repeat(LEAD) + rowText(headers), { tone: 'muted', strong: true }),
    ...rows.map(
      ({ cells, tone }): Line => [
        { text: ` ${markOf(tone)} ${rowText(shown.map((index) => cells[index] ?? ''))}`, tone },
      ],
    ),
  ].map((spans) => spans.map((span) => ({ ...span, text: span.text.trimEnd() })));
}

function cellText(cell: string, width: number, last: boolean): string {
  return last ? cell : pad(cell, width);
}
