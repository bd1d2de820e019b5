import { type Opened, openInventory } from '../app/open-inventory.ts';
import type { Target } from '../core/model/target.ts';
import { type Context, LOG_REQUESTS_FROM } from '../io/ports/context.ts';
import { printAge } from './print.ts';
import { startProgress } from './progress.ts';
import { momentOf, type ReadingFlags, worldOf } from './reading-flags.ts';
import { scopeOf } from './scope.ts';

export interface SessionOptions {
  readonly context: Context;
  readonly flags: ReadingFlags;
  /** TARGETs as typed. */
  readonly targets: readonly string[];
  readonly quiet: boolean;
  readonly tool: { readonly name: string; readonly version: string };
}

/** What a reading command works with: the flags understood, the ports opened, nothing read yet. */
export interface Session {
  readonly targets: readonly Target[];
  /** Reads the world, or the snapshot; progress goes to standard error. @throws UserError */
  read(): Promise<Opened>;
  /** The age of what was read from a snapshot, for standard error; empty for the live world. */
  age(opened: Opened): string;
}

/** @throws UserError (64) for a flag or TARGET that can't be understood */
export async function openSession({ context, flags, targets, quiet, tool }: SessionOptions): Promise<Session> {
  const at = momentOf(flags, context.clock.now());
  const world = worldOf(flags);
  const ports = await context.openPorts(world);
  const scope = await scopeOf(flags, targets, ports);
  const read = async () => {
    const progress = !quiet && world.verbosity < LOG_REQUESTS_FROM ? startProgress(context) : undefined;
    try {
      return await openInventory({
        ports,
        scope,
        tool,
        at,
        terminal: context.terminal,
        from: flags.from,
        timeout: world.requestTimeout,
        signal: context.signal,
        ...(progress && { onProgress: progress.update }),
      });
    } finally {
      progress?.stop();
    }
  };
  const age = ({ snapshot }: Opened) =>
    flags.from === undefined ? '' : printAge(snapshot.takenAt, context.clock.now());
  return { targets: scope.targets, read, age };
}
