import type { Coverage } from './coverage.ts';
import type { Evidence } from './finding.ts';
import type { Layer } from './layer.ts';
import type { Step } from './step.ts';
import type { Target } from './target.ts';

/** What a person came with: an error text or a log, a symptom of the menu, objects by name; any of them may be absent. */
export interface Symptom {
  /** The pasted text; empty where there is none. */
  readonly text: string;
  readonly targets: readonly Target[];
  /** Id of a playbook that was chosen instead of a text. */
  readonly playbook?: string;
}

export type Verdict = 'root-cause-found' | 'no-fault' | 'undecided';
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** One effect on the way from a root cause to the symptom, the nearest to the cause first. */
export interface Effect {
  readonly code: string;
  readonly object: string;
  readonly message: string;
}

export interface RootCause {
  readonly code: string;
  /** The code's title, one clause. */
  readonly title: string;
  readonly confidence: Confidence;
  /** Why the confidence is what it is. */
  readonly why: string;
  readonly layer: Layer;
  /** Ref of what is to be repaired, of any kind. */
  readonly object: string;
  /** Other refs that it is about. */
  readonly also: readonly string[];
  /** The root cause in one sentence. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly against: readonly Evidence[];
  readonly chain: readonly Effect[];
  /** What else breaks, and when. */
  readonly impact: string;
  readonly fix: readonly Step[];
  readonly verify: readonly Step[];
  readonly prevent: readonly string[];
}

/** A cause that evidence speaks against. */
export interface RuledOut {
  readonly code: string;
  readonly title: string;
  readonly object?: string;
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

/** A cause that could be neither shown nor ruled out. */
export interface OpenCause {
  readonly code: string;
  readonly title: string;
  readonly object?: string;
  /** What would have to be known, and how to find it out. */
  readonly missing: string;
  readonly command: string;
}

/** A true warning that is not the cause. */
export interface RedHerring {
  readonly code?: string;
  readonly object?: string;
  readonly message: string;
  /** Why it is not the cause. */
  readonly why: string;
}

/** One question that was asked on the way. */
export interface CheckedStep {
  readonly id: string;
  /** Id of the playbook it belongs to. */
  readonly playbook: string;
  readonly question: string;
  /** The equivalent command a person would type. */
  readonly command: string;
  readonly outcome: 'pass' | 'failed' | 'not applicable' | 'skipped' | 'unknown';
  /** What was found, or why it was not looked at. */
  readonly answer: string;
}

/** Where to look when no certificate is at fault. */
export interface NextPlace {
  readonly title: string;
  readonly command: string;
}

export interface Diagnosis {
  readonly symptom: {
    readonly text: string;
    /** Playbooks that the symptom points to, the likeliest first. */
    readonly playbooks: readonly { readonly id: string; readonly title: string }[];
    /** Names, hosts and addresses that were taken from it. */
    readonly names: readonly string[];
  };
  readonly verdict: Verdict;
  /** The verdict in one sentence. */
  readonly headline: string;
  /** In the order of their rank. */
  readonly rootCauses: readonly RootCause[];
  /** What explains the symptom where no certificate does. */
  readonly otherCauses: readonly RootCause[];
  readonly ruledOut: readonly RuledOut[];
  readonly open: readonly OpenCause[];
  readonly redHerrings: readonly RedHerring[];
  readonly checked: readonly CheckedStep[];
  readonly next: readonly NextPlace[];
  readonly coverage: readonly Coverage[];
}
