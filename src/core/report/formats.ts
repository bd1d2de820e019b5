import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { names } from './name.ts';
import { table, wide } from './table.ts';
import { yaml } from './yaml.ts';

/** Every output format of `layers` and `check`. */
export const FORMATS = [table, wide, json, yaml, names, csv, markdown] as const satisfies readonly Format[];
export type FormatId = (typeof FORMATS)[number]['id'];
export const FORMAT_IDS: readonly FormatId[] = FORMATS.map(({ id }) => id);

export function formatOf(id: FormatId): Format {
  return FORMATS.find((format) => format.id === id) as Format;
}
