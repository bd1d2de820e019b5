import type { CodeDefinition, Finding } from '../model/finding.ts';
import type { Policy } from '../model/policy.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** What a check judges by. Everything is given: no clock, no environment. */
export interface CheckInput {
  readonly inventory: Inventory;
  readonly policy: Policy;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A finding that may have caused another one: the code, and a placement that it is about. */
export interface Cause {
  readonly code: string;
  readonly placement: string;
}

/** A finding before the whole is known: which of its possible causes were found is decided when all checks have run. */
export interface Draft extends Omit<Finding, 'explainedBy'> {
  /** In order of preference. */
  readonly causes?: readonly Cause[];
}

/** One rule of `check`. Adding one is a file of its own and a line in checks.ts. */
export interface Check {
  /** `kebab-case`. */
  readonly id: string;
  /** The state that is wanted, as a clause. */
  readonly title: string;
  /** The codes that its findings carry; no other check has them. */
  readonly codes: readonly CodeDefinition[];
  /** Whether this snapshot holds anything that the check is about. */
  readonly applies: (input: CheckInput) => boolean;
  readonly run: (input: CheckInput) => readonly Draft[];
}
