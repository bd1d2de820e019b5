import type { Report } from '../view/section.ts';
import { csv } from './csv.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { names } from './name.ts';
import { table, wide } from './table.ts';
import { yaml } from './yaml.ts';

export interface FormatOptions {
  /** Escape sequences for colour. */
  readonly color: boolean;
  /** Without the first row of a table, as kubectl's --no-headers. */
  readonly noHeaders: boolean;
  /** Whether a person reads it: the headline is shown. */
  readonly terminal: boolean;
}

export interface Format {
  readonly id: string;
  /** What to write to standard output, its final newline included; empty when there is nothing. */
  readonly print: (report: Report, options: FormatOptions) => string;
  /** Whether notes (coverage, missing, verdict) are said on standard error, since the data does not carry them. */
  readonly notes: boolean;
}

/** Every output format of `layers` and `check`. */
export const FORMATS = [table, wide, json, yaml, names, csv, markdown] as const satisfies readonly Format[];
export type FormatId = (typeof FORMATS)[number]['id'];
export const FORMAT_IDS: readonly FormatId[] = FORMATS.map(({ id }) => id);

export function formatOf(id: FormatId): Format {
  return FORMATS.find((format) => format.id === id) as Format;
}
