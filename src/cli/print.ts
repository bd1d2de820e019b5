import { type FormatId, formatOf } from '../core/report/formats.ts';
import type { Report } from '../core/view/section.ts';
import { clean } from '../core/view/text.ts';
import { humanDuration } from '../core/view/time.ts';
import type { Terminal } from '../io/ports/terminal.ts';

export interface PrintFlags {
  readonly output: string;
  readonly 'no-headers': boolean;
}

/** What goes to standard output, and what stands beside it on standard error: coverage, what is missing, the verdict. */
export interface Printed {
  readonly out: string;
  readonly err: string;
}

export function printReport(report: Report, flags: PrintFlags, terminal: Terminal): Printed {
  const format = formatOf(flags.output as FormatId);
  const options = { color: terminal.color, noHeaders: flags['no-headers'], terminal: terminal.outIsTerminal };
  const notes = format.notes ? report.notes : [];
  return { out: format.print(report, options), err: notes.map(({ text }) => `${clean(text)}\n`).join('') };
}

/**
 * How old data from a snapshot is, counted from the wall clock.
 * @param now milliseconds since the epoch
 */
export function printAge(takenAt: string, now: number): string {
  return `data of ${takenAt} (${humanDuration(now - Date.parse(takenAt))} old)\n`;
}
