import type { Source } from './source.ts';

/**
 * The catalogue: every place that certificates, or facts about them, are read from. Order matters: a source may only
 * wait for those above it, and the first one to see a placement speaks for it.
 */
export const SOURCES: readonly Source[] = [];
