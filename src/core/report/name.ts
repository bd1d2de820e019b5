import { clean } from '../view/text.ts';
import type { Format } from './format.ts';

/** One ref a line: what a TARGET accepts. */
export const names = {
  id: 'name',
  print: ({ names: lines }) => lines.map((line) => `${clean(line)}\n`).join(''),
  notes: true,
} as const satisfies Format;
