import { type FormatId, formatOf } from '../core/report/format.ts';
import type { Report } from '../core/view/section.ts';
import { clean } from '../core/view/text.ts';
import { humanDuration } from '../core/view/time.ts';
import type { Terminal } from '../io/ports/terminal.ts';

export interface PrintOptions {
  readonly terminal: Terminal;
  readonly format: FormatId;
  readonly noHeaders: boolean;
}

/** A report as text for standard output. */
export function printReport(report: Report, { terminal, format, noHeaders }: PrintOptions): string {
  return formatOf(format).print(report, { color: terminal.color, noHeaders, terminal: terminal.outIsTerminal });
}

/** What stands beside the data on standard error: coverage, what is missing, the verdict. */
export function printNotes(report: Report, format: FormatId): string {
  return formatOf(format).notes ? report.notes.map(({ text }) => `${clean(text)}\n`).join('') : '';
}

/**
 * How old data from a snapshot is, counted from the wall clock.
 * @param now milliseconds since the epoch
 */
export function printAge(takenAt: string, now: number): string {
  return `data of ${takenAt} (${humanDuration(now - Date.parse(takenAt))} old)\n`;
}
