import type { ExpectedName } from './names.ts';
import type { PolicyInputs } from './policies.ts';

export type Purpose = 'serverAuth' | 'clientAuth' | 'any';

/** What the caller asks of a path. */
export interface Demands {
  /** Milliseconds since the epoch; counted in whole seconds, as certificates do. */
  readonly now: number;
  readonly purpose: Purpose;
  readonly name?: ExpectedName;
  /** Most intermediates between leaf and anchor; self-issued ones don't count. */
  readonly maxDepth?: number;
  /** Bits that keyUsage must have, and purposes that extendedKeyUsage must have, where they are present. */
  readonly keyUsage?: readonly string[];
  readonly extKeyUsage?: readonly string[];
  readonly policy?: PolicyInputs;
  /** A certificate without a usable revocation list is refused. Default: only where a list of its issuer is at hand. */
  readonly requireCrls?: boolean;
}
