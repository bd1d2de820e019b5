import type { Layer } from './layer.ts';

/** How far a source could be read. `partial`, `denied`, `unreachable` and `timed-out` leave something unknown. */
export const COVERAGE_STATES = [
  'complete',
  'partial',
  'denied',
  'unreachable',
  'timed-out',
  'absent',
  'not-applicable',
] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** One reading of one source: what was asked, when, and what is therefore unknown. */
export interface Coverage {
  readonly source: string;
  readonly layer: Layer;
  readonly state: CoverageState;
  /** Why the state is not `complete`: what happened and where. */
  readonly reason?: string;
  /** What cannot be said because of it. */
  readonly unknown?: string;
  /** When it was read, RFC 3339 UTC. */
  readonly at: string;
  /** The equivalent command a person would type. */
  readonly command: string;
}

const UNKNOWN_STATES: ReadonlySet<CoverageState> = new Set(['partial', 'denied', 'unreachable', 'timed-out']);

/** Whether a reading in this state leaves something unknown (absent and not-applicable do not). */
export function leavesUnknown(state: CoverageState): boolean {
  return UNKNOWN_STATES.has(state);
}
