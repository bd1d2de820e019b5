import type { DiagnosisView } from '../../view/diagnosis.ts';

export interface DiagnosisFormOptions {
  /** Escape sequences for colour. */
  readonly color: boolean;
  /** Columns that text may take. */
  readonly columns: number;
}

/** One way of printing a diagnosis. */
export interface DiagnosisForm {
  readonly id: string;
  /** What to write to standard output, its final newline included. */
  readonly print: (view: DiagnosisView, options: DiagnosisFormOptions) => string;
}
