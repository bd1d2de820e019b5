import type { ObservationRequest } from './observation.ts';
import type { Step } from './step.ts';

/**
 * What must hold before a step may run (precheck) or after it has run (verify), as data: judged by `meets` against
 * what the requests bring.
 */
export interface Condition {
  readonly requests: readonly ObservationRequest[];
  readonly expect: readonly Expectation[];
}

/** One thing that is expected of placements, by ref. Fingerprints are SHA-256, lower-case hex. */
export type Expectation =
  /** The placement's leaf is still this one: the world has not moved since the plan. */
  | { readonly is: 'leaf'; readonly ref: string; readonly sha256: string }
  /** The placement's leaf is another one than before. */
  | { readonly is: 'new-leaf'; readonly ref: string; readonly before: string }
  /** Two placements hold the same leaf: served and stored. */
  | { readonly is: 'same-leaf'; readonly ref: string; readonly as: string }
  /** The private key beside the placement belongs to its leaf. */
  | { readonly is: 'key-match'; readonly ref: string }
  /** The leaf ends later than this. Milliseconds since the epoch. */
  | { readonly is: 'ends-after'; readonly ref: string; readonly at: number }
  /** Every process of this program that reads the file started after the file's last change. */
  | { readonly is: 'process-newer'; readonly program: string; readonly path: string };

/** A step of a plan: what to do, what must hold before and after, and the way back. */
export interface PlannedStep extends Step {
  /** What the step renews or touches, for tables and locks. */
  readonly target: string;
  /**
   * The part of the plan that stands or falls as one: when a step of it fails, the part is undone, and whatever has a
   * step `after` one of it; verified steps of other parts stay. Steps without one are a part together.
   */
  readonly part?: string;
  readonly precheck?: Condition;
  readonly verify?: Condition;
  /** Undoes the step; null where there is nothing to undo. */
  readonly rollback: Step | null;
}

/** An ordered list of steps, made by a pure function from a snapshot. Plain data, no secrets. */
export interface Plan {
  readonly id: string;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  /** What the run locks: one cluster UID or one node. */
  readonly subject: { readonly kind: 'cluster' | 'node'; readonly name: string };
  /** When the snapshot that it came from was taken, RFC 3339 UTC. */
  readonly snapshotTakenAt: string;
  readonly steps: readonly PlannedStep[];
  readonly skipped: readonly SkippedTarget[];
}

/** A target that the plan leaves alone, and what to do instead. */
export interface SkippedTarget {
  readonly target: string;
  readonly reason: string;
  readonly instead: readonly Step[];
}

/**
 * What happens to a step while a plan runs. A refused step was never begun: the world had moved; what a waiting one
 * waits for goes on without the run.
 */
export type Transition =
  | 'refused'
  | 'started'
  | 'waiting'
  | 'done'
  | 'verified'
  | 'failed'
  | 'rolling-back'
  | 'rolled-back'
  | 'rollback-failed';

/** A line of the journal after the first, which is the plan whole. */
export interface JournalEvent {
  readonly step: string;
  readonly transition: Transition;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** Why it failed, or what was found. */
  readonly message?: string;
  /** What a person may do about it. */
  readonly hints?: readonly string[];
  /** A person asked for the way back of the whole run, whatever had failed. */
  readonly whole?: true;
}
