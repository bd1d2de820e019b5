import type { CodeDefinition } from '../model/finding.ts';
import { CHECKS } from './checks.ts';

/** Every code that a finding can carry, by code. */
export const CODES_OF_CHECKS: ReadonlyMap<string, CodeDefinition> = new Map(
  CHECKS.flatMap(({ codes }) => codes).map((definition) => [definition.code, definition]),
);
