/** A threshold: the smaller of an absolute time and a share of the lifetime. Times in milliseconds. */
export interface Threshold {
  readonly before: number;
  readonly share: number;
}

/** By what `check` judges; flags and a policy file change each. */
export interface Policy {
  /** Leaves that nobody renews unasked. */
  readonly leaf: { readonly warn: Threshold; readonly critical: Threshold };
  readonly ca: { readonly warn: Threshold; readonly critical: Threshold };
  /** Certificates that renew themselves: shares of the time between due and end. */
  readonly selfRenewing: { readonly warnAfter: number; readonly criticalAfter: number };
  /** Tolerated difference between our clock and a server's, milliseconds. */
  readonly clockSkew: number;
  readonly minimumBits: { readonly rsa: number; readonly ecdsa: number };
  /** Codes that are not reported, with the refs (or `*`) they are silenced for. */
  readonly ignore: readonly { readonly code: string; readonly placement: string; readonly reason: string }[];
}

const DAY = 86_400_000;

export const DEFAULT_POLICY: Policy = {
  leaf: { warn: { before: 30 * DAY, share: 1 / 3 }, critical: { before: 7 * DAY, share: 1 / 10 } },
  ca: { warn: { before: 180 * DAY, share: 1 / 3 }, critical: { before: 30 * DAY, share: 1 / 10 } },
  selfRenewing: { warnAfter: 1 / 3, criticalAfter: 2 / 3 },
  clockSkew: 60_000,
  minimumBits: { rsa: 2048, ecdsa: 256 },
  ignore: [],
};
