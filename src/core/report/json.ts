import { escapeInJson } from '../view/text.ts';
import type { Format } from './format.ts';

/** The document, indented as kubectl does; characters that act on a terminal are escaped, the values stay the same. */
export const json = {
  id: 'json',
  print: ({ document }) => `${escapeInJson(JSON.stringify(document, null, 2))}\n`,
  notes: false,
} as const satisfies Format;
