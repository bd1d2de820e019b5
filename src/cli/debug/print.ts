import type { Round } from '../../app/debug.ts';
import { DIAGNOSIS_FORMS } from '../../core/report/diagnosis/forms.ts';
import { viewDiagnosis } from '../../core/view/diagnosis.ts';
import { rfc3339 } from '../../core/view/time.ts';
import type { Context } from '../../io/ports/context.ts';

/** Writes the diagnosis to standard output. @param output a form's id; default text */
export function printDiagnosis({ diagnosis, opened }: Round, output: string | undefined, { terminal }: Context): void {
  const form = DIAGNOSIS_FORMS.find(({ id }) => id === (output ?? 'text'));
  const view = viewDiagnosis(diagnosis, { takenAt: opened.snapshot.takenAt, evaluatedAt: rfc3339(opened.now) });
  if (form) terminal.out(form.print(view, { color: terminal.color, columns: Math.min(terminal.columns, WIDEST) }));
}

/** Columns beyond which lines are hard to read. */
const WIDEST = 120;
