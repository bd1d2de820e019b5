import type { Coverage } from './coverage.ts';
import type { FactKinds } from './facts.ts';
import type { Handshake, ToolAnswer } from './handshake.ts';
import type { Key, Placement } from './placement.ts';

/** A value before the fold has numbered the readings. */
export type Unseen<T> = Omit<T, 'seen'>;

/** What one reading of one source gave: public data only. Folding observations gives a Snapshot. */
export interface Observation extends Coverage {
  /** DER in base64 by SHA-256 fingerprint (lower-case hex). */
  readonly certificates: Readonly<Record<string, string>>;
  /** DER of CRLs in base64. */
  readonly crls: readonly string[];
  readonly keys: readonly Key[];
  readonly placements: readonly Unseen<Placement>[];
  readonly facts: { readonly [K in keyof FactKinds]?: readonly FactKinds[K][] };
  readonly handshakes: readonly Unseen<Handshake>[];
  readonly tool?: Unseen<ToolAnswer>;
}

/** Something that a diagnosis or a verification would still like to know. */
export interface ObservationRequest {
  readonly source: string;
  readonly params: Readonly<Record<string, string>>;
  readonly why: string;
}
