/**
 * Why a TLS peer was refused, in X.509's terms (RFC 5280 section 6), whatever library words it.
 * `verification`: it was, and the wording doesn't say why; `refused-client`: what a server says of a client's certificate;
 * `pair`: whoever was to show it could not load it with the key beside it.
 */
export type FailureClass =
  | 'expired'
  | 'not-yet-valid'
  | 'untrusted'
  | 'name'
  | 'revoked'
  | 'usage'
  | 'weak'
  | 'verification'
  | 'no-certificate'
  | 'refused-client'
  | 'pair';

/** How one TLS library, or a program by its means, words one class of failure. */
export interface Wording {
  /** Who words it so, and where that stands. */
  readonly library: string;
  readonly failure: FailureClass;
  readonly says: RegExp;
}

/** Wordings of one library. */
export function wordingsOf(
  library: string,
  rows: readonly (readonly [failure: FailureClass, says: RegExp])[],
): readonly Wording[] {
  return rows.map(([failure, says]) => ({ library, failure, says }));
}
