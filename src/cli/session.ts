import { type Opened, openInventory } from '../app/open-inventory.ts';
import type { Target } from '../core/model/target.ts';
import type { Progress } from '../io/collect/run.ts';
import type { Scope } from '../io/collect/scope.ts';
import { type Context, LOG_REQUESTS_FROM } from '../io/ports/context.ts';
import type { Ports } from '../io/ports/ports.ts';
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
  /** Changes what is looked at, once the flags are understood. */
  readonly adapt?: (scope: Scope, ports: Ports) => Promise<Scope>;
  readonly tool: { readonly name: string; readonly version: string };
}

/** What a reading command works with: the flags understood, the ports opened, nothing read yet. */
export interface Session {
  readonly targets: readonly Target[];
  readonly scope: Scope;
  readonly ports: Ports;
  /** Milliseconds that each wait for an answer may take; 0: no limit. */
  readonly timeout: number;
  /**
   * Reads the world, or the snapshot.
   * @param onProgress is told instead of standard error @throws UserError
   */
  read(onProgress?: (progress: Progress) => void): Promise<Opened>;
  /** When it was read, by the wall clock: a snapshot's own moment, or now. @param now milliseconds since the epoch */
  readAt(opened: Opened, now: number): number;
  /** The age of what was read from a snapshot, for standard error; empty for the live world. */
  age(opened: Opened): string;
}

/** @throws UserError (64) for a flag or TARGET that can't be understood */
export async function openSession({ context, flags, targets, quiet, tool, adapt }: SessionOptions): Promise<Session> {
  const at = momentOf(flags, context.clock.now());
  const world = worldOf(flags);
  const ports = await context.openPorts(world);
  const asked = await scopeOf(flags, targets, ports);
  const scope = adapt ? await adapt(asked, ports) : asked;
  const read: Session['read'] = async (onProgress) => {
    const silent = quiet || onProgress !== undefined || world.verbosity >= LOG_REQUESTS_FROM;
    const line = silent ? undefined : startProgress(context);
    const update = onProgress ?? line?.update;
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
        ...(update && { onProgress: update }),
      });
    } finally {
      line?.stop();
    }
  };
  const age = ({ snapshot }: Opened) =>
    flags.from === undefined ? '' : printAge(snapshot.takenAt, context.clock.now());
  const readAt: Session['readAt'] = ({ snapshot }, now) =>
    flags.from === undefined ? now : Date.parse(snapshot.takenAt);
  return { targets: asked.targets, scope, ports, timeout: world.requestTimeout, read, readAt, age };
}
