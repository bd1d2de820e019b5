import type { Context } from '../../io/ports/context.ts';
import type { ReadingFlags } from '../reading-flags.ts';

/** One run of `debug`: what was typed, and what it works with. */
export interface DebugJob {
  readonly context: Context;
  readonly flags: ReadingFlags & { readonly output?: string | undefined; readonly policy?: string | undefined };
  readonly words: readonly string[];
  readonly tool: { readonly name: string; readonly version: string };
}
