import type { Layer } from './layer.ts';
import type { Step } from './step.ts';

export const SEVERITIES = ['critical', 'unknown', 'warning', 'info'] as const;
/** Ordered by how much each weighs in a status: critical > unknown > warning > info. */
export type Severity = (typeof SEVERITIES)[number];

/** One fact that supports a finding or a diagnosis, and the reading it comes from. */
export interface Evidence {
  readonly fact: string;
  /** Source id. */
  readonly source: string;
  /** When it was read, RFC 3339 UTC. */
  readonly at: string;
  /** The command a person would type to see it. */
  readonly command: string;
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly layer: Layer;
  /** A placement's ref, or an object's. */
  readonly placement: string;
  /** Other placements that it is about: the same certificate, the same cause. */
  readonly also?: readonly string[];
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** Who breaks, and how. */
  readonly impact: string;
  readonly fix: readonly Step[];
  /** The finding that is this one's cause. */
  readonly explainedBy?: { readonly code: string; readonly placement: string };
}

/** The explanation of a code, as `explain CODE` prints it. Codes are never renamed or reused. */
export interface CodeDefinition {
  /** `UPPER_SNAKE`. */
  readonly code: string;
  /** The severity it usually has; a rule may raise or lower it with a reason. */
  readonly severity: Severity;
  /** One clause. */
  readonly title: string;
  readonly meaning: string;
  /** How to prove it by hand: commands with what to look for. */
  readonly prove: readonly string[];
  readonly fix: readonly string[];
  readonly prevent?: readonly string[];
  /** RFC section or upstream file that the rule stands on. */
  readonly source: string;
  /** Version of this tool that brought it. */
  readonly since: string;
}

export type Status = 'ok' | 'warning' | 'critical' | 'unknown';
