import { PLAYBOOKS } from '../diagnose/playbooks.ts';
import type { CodeDefinition } from '../model/finding.ts';
import { CODES_OF_CHECKS } from './codes-of-checks.ts';

/** Codes that an older version had and that mean nothing any more: they are never given to another finding. */
export const RETIRED_CODES: ReadonlySet<string> = new Set();

/** Every code that a finding or a root cause can carry, by code, in the order of their names. */
export const CODES: ReadonlyMap<string, CodeDefinition> = new Map(
  [...CODES_OF_CHECKS.values(), ...PLAYBOOKS.flatMap(({ causes }) => causes)]
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map((definition) => [definition.code, definition]),
);
