import { clean } from '../view/text.ts';
import type { Format } from './format.ts';

/**
 * RFC 4180, every column of the first section. A cell that a spreadsheet would take for a formula gets a leading
 * apostrophe: names in certificates are chosen by others.
 */
export const csv = {
  id: 'csv',
  print: ({ sections: [{ columns, rows }] }, { noHeaders }) => {
    const header = columns.map(({ header }) => header);
    const lines = [
      ...(noHeaders ? [] : [header]),
      ...rows.map(({ cells }) => cells.map((cell) => harmless(clean(cell)))),
    ];
    return lines.map((cells) => `${cells.map(quote).join(',')}\r\n`).join('');
  },
  notes: true,
} as const satisfies Format;

function harmless(cell: string): string {
  return /^[=+\-@]/.test(cell) ? `'${cell}` : cell;
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
