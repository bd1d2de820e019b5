import type { Report } from '../view/section.ts';

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
