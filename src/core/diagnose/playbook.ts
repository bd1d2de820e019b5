import type { NextPlace, Symptom } from '../model/diagnosis.ts';
import type { CodeDefinition, Evidence, Finding } from '../model/finding.ts';
import type { Layer } from '../model/layer.ts';
import type { ObservationRequest } from '../model/observation.ts';
import type { Policy } from '../model/policy.ts';
import type { RoleId } from '../model/role.ts';
import type { Step } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Saying } from './sayings.ts';
import type { SymptomReading } from './symptom.ts';

/** Everything that is diagnosed from. No clock, no environment. */
export interface DiagnoseInput {
  readonly inventory: Inventory;
  readonly policy: Policy;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly symptom: Symptom;
}

/** What a step judges by: the input, what `check` found in it, and what the symptom says. */
export interface StepContext extends DiagnoseInput {
  readonly findings: readonly Finding[];
  readonly reading: SymptomReading;
  /** Everything that anybody said in words, the pasted text included; the newest first. */
  readonly sayings: readonly Saying[];
}

/** How one cause stands after one step. A step that says nothing of a cause leaves it as it was. */
export type Judgement = Supported | RuledOutBy | LeftOpen | Misleading;

interface About {
  readonly code: string;
  /** Ref of what is to be repaired. */
  readonly object: string;
}

export interface Supported extends About {
  readonly is: 'supports';
  /** The cause in one sentence, with the names of this cluster. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** False where the evidence fits other causes as well: a hint. Default true. */
  readonly decisive?: boolean;
  /** Other refs that it is about. */
  readonly also?: readonly string[];
  /** What else breaks. Default: the code's meaning. */
  readonly impact?: string;
  /** Default: the code's own. */
  readonly fix?: readonly Step[];
  readonly verify?: readonly Step[];
  /** Findings that this cause explains: they become its effects. */
  readonly explains?: readonly { readonly code: string; readonly placement: string }[];
  /** It is about what the symptom names, though no name of its own says so. */
  readonly named?: boolean;
}

export interface RuledOutBy {
  readonly is: 'rules-out';
  readonly code: string;
  /** Absent: this cause wherever it may be. */
  readonly object?: string;
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

export interface LeftOpen {
  readonly is: 'open';
  readonly code: string;
  readonly object?: string;
  readonly missing: string;
  readonly command: string;
}

/** A true statement that points the wrong way. */
export interface Misleading {
  readonly is: 'misleads';
  readonly code?: string;
  readonly object?: string;
  readonly message: string;
  readonly why: string;
}

/** One question, the observation that answers it, and what the answer means for each cause. */
export interface PlaybookStep {
  readonly id: string;
  readonly question: string;
  /** The equivalent command; names in capitals stand for what the symptom did not say. */
  readonly command: (context: StepContext) => string;
  /** Observations that would answer it; those that were made are left out by the engine. */
  readonly wants?: (context: StepContext) => readonly ObservationRequest[];
  /** Whether what it asks could be there at all. Default: yes. */
  readonly applies?: (context: StepContext) => boolean;
  /** Sources that answer it: while one of them is unread, its silence says nothing. */
  readonly sources: readonly string[];
  /** Codes of causes that stay open while it has no answer. */
  readonly causes?: readonly string[];
  /** Findings of `check` that answer it; they are candidates already. */
  readonly finds?: (context: StepContext) => readonly Finding[];
  readonly judge: (context: StepContext) => readonly Judgement[];
}

/** A root cause that a playbook may name: a code of the same namespace as those of findings. */
export interface CauseDefinition extends CodeDefinition {
  readonly layer: Layer;
  /** False: it explains symptoms, and no certificate, key, token or trust is at fault. Default true. */
  readonly fault?: false;
  readonly verify?: readonly string[];
}

/** Codes of findings and of causes. */
export interface HidingEdge {
  readonly cause: string;
  readonly hidden: string;
  /** Only where both are about the same thing: the one says nothing of the others of the layer. */
  readonly sameThing?: true;
}

/** A symptom, what points to it, what may cause it, and how to tell. One file each, one line in playbooks.ts. */
export interface Playbook {
  /** `kebab-case`. */
  readonly id: string;
  readonly layer: Layer;
  /** As the menu shows it: what a person sees. */
  readonly title: string;
  /**
   * Error texts that point to it. Named groups are taken as names of the symptom: host, address, port, namespace,
   * name, pod, node, service, webhook, secret, csr, user, path.
   */
  readonly patterns: readonly RegExp[];
  /**
   * What the TLS library of its programs says, as every other program that is built with it does: it points to this
   * symptom where certificates of its roles are, and leaves the general ones beside it.
   */
  readonly sharedPatterns?: readonly RegExp[];
  /** Kinds of TARGETs (`ingress`, `node`, `host`, `address`) that are looked at by it where no text is given. */
  readonly targets?: readonly string[];
  /** Too broad to say more than a narrower one that fits too: left out beside it. */
  readonly general?: true;
  /** What `check` finds that can show as this symptom, the likeliest first. */
  readonly explainedBy: readonly string[];
  /** Roles of the certificates that it is about; empty: of any. */
  readonly roles: readonly RoleId[];
  /** Kinds of refs (`mutatingwebhookconfiguration`, `csr`) whose findings it is about beside those of its roles. */
  readonly kinds?: readonly string[];
  /** Sources that would show these findings: while one of them is unread, finding nothing proves nothing. */
  readonly reads: readonly string[];
  readonly causes: readonly CauseDefinition[];
  readonly steps: readonly PlaybookStep[];
  /** Where both are found in one layer, the second is an effect of the first. */
  readonly hides?: readonly HidingEdge[];
  /** Where to look when none of its causes is found. */
  readonly next: readonly NextPlace[];
}
