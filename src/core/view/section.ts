import type { Severity } from '../model/finding.ts';

/** Colours go by meaning. */
export type Tone = Severity | 'ok' | 'muted';

export interface Column {
  readonly header: string;
  /** Shown in wide tables and in CSV only. */
  readonly wide?: true;
}

export interface Row {
  /** One per column, not yet cleaned. */
  readonly cells: readonly string[];
  readonly tone?: Tone;
  /** Rows that are explained by the one above them. */
  readonly depth?: number;
}

/** A titled table: what every reporter and every screen draws. */
export interface Section {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** One thing that is said of an object, under a short label; an empty label goes on with the one before. */
export interface Field {
  readonly label: string;
  readonly text: string;
  readonly tone?: Tone;
  /** Something to type: it is shown whole, and can be copied. */
  readonly command?: true;
}

/** What a use case has to say, in every form that a reporter may want. */
export interface Report {
  /** Carries apiVersion and kind: JSON and YAML print it as it is. */
  readonly document: { readonly apiVersion: string; readonly kind: string; readonly [field: string]: unknown };
  /** What `-o name` prints. */
  readonly names: readonly string[];
  /** The first one is the data; the others stand beside it where there is room (md). */
  readonly sections: readonly [Section, ...Section[]];
  /** Said on stderr beside a table: coverage, what is missing, an empty state. */
  readonly notes: readonly Note[];
  /** Drawn below a table with headers: what is served for each host. */
  readonly hosts?: Section;
  /** Drawn below a table with headers: whom workloads of a mesh let in. */
  readonly mtls?: Section;
  /** Drawn below a table: how what was asked for hangs together. */
  readonly tree?: Section;
  /** First line of a table on a terminal. */
  readonly headline?: string;
}

export interface Note {
  readonly tone: Tone;
  readonly text: string;
}

export const API_VERSION = 'certs.kubectl.io/v1';
