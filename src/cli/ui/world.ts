import type { Explored } from '../../app/explore.ts';
import type { Case } from './debug/case.ts';
import type { RenewalProgress } from './renew/progress.ts';

/** What all screens look at: plain data that only `learn` changes. */
export interface World {
  readonly status: Status;
  /** The wall clock, milliseconds since the epoch. */
  readonly now: number;
  readonly renewal?: RenewalProgress;
  /** What is being diagnosed. */
  readonly case?: Case;
  /** What was read so far; while `reading` says what is waited for, it is not all. */
  readonly explored?: Explored;
  readonly reading?: string | undefined;
}

/** What is always visible. */
export interface Status {
  /** The command that draws: `layers`, `renew`. */
  readonly command: string;
  readonly context: string;
  /** `all` for every namespace. */
  readonly namespace: string;
  /** When the data was read, milliseconds since the epoch; undefined: it is being read. */
  readonly readAt?: number;
}
