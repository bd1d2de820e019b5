import type { Report, Section } from '../view/section.ts';
import { clean } from '../view/text.ts';
import type { Format } from './format.ts';

/** Every section that has rows, then the notes: to paste into a ticket or a channel. */
export const markdown = {
  id: 'md',
  print: ({ headline, sections, notes, hosts, mtls, tree }: Report) =>
    [
      ...(headline ? [`${plainMarkdown(headline)}\n`] : []),
      ...[...sections, hosts, mtls, tree].flatMap((section) =>
        section && section.rows.length > 0 ? [printSection(section)] : [],
      ),
      ...(notes.length > 0 ? [notes.map(({ text }) => `- ${plainMarkdown(text)}\n`).join('')] : []),
    ].join('\n'),
  notes: false,
} as const satisfies Format;

function printSection({ title, columns, rows }: Section): string {
  const shown = [...columns.keys()].filter((index) => !columns[index]?.wide);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const body = rows.map(({ cells, depth }) =>
    line(
      shown.map(
        (index, position) => `${position === 0 ? '↳ '.repeat(depth ?? 0) : ''}${plainMarkdown(cells[index] ?? '')}`,
      ),
    ),
  );
  return [
    `## ${title}\n\n`,
    line(shown.map((index) => columns[index]?.header ?? '')),
    line(shown.map(() => '---')),
    ...body,
  ].join('');
}

/** Text that is no markup: names from certificates and clusters must not become links, images or HTML. */
export function plainMarkdown(text: string): string {
  return clean(text).replace(/[\\`*_{}[\]<>|#!~]/g, (character) => `\\${character}`);
}
