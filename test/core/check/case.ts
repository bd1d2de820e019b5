import type { Severity } from '../../../src/core/model/finding.ts';
import type { World } from './world.ts';

/** What a rule has to say, or not to say, of a small world. */
export interface Case {
  readonly code: string;
  /** A sentence that follows the code. */
  readonly title: string;
  readonly build: (world: World) => Promise<unknown> | unknown;
  /** The findings of this code, by placement; an empty list: the rule is silent. */
  readonly expect: readonly Expectation[];
}

export interface Expectation {
  readonly placement: string;
  readonly severity?: Severity;
  readonly message?: string;
  readonly also?: readonly string[];
  /** Code of the finding that explains it; `none`: it stands by itself. */
  readonly explainedBy?: string;
  /** Words of a step's command or title. */
  readonly fix?: string;
  readonly impact?: RegExp;
  /** Matches one fact of the evidence. */
  readonly evidence?: RegExp;
}
