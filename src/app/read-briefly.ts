import { type Inventory, takeInventory } from '../core/snapshot/inventory.ts';
import { collect } from '../io/collect/run.ts';
import type { Scope } from '../io/collect/scope.ts';
import type { Source } from '../io/collect/source.ts';
import { SOURCES } from '../io/collect/sources.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Ports } from '../io/ports/ports.ts';
import { foldSnapshot } from './take-snapshot.ts';

export interface BriefOptions {
  readonly ports: Ports;
  readonly scope: Scope;
  /** Ids of the sources that are wanted; what they wait for is read too, and nothing else. */
  readonly sources: readonly string[];
  /** Milliseconds for everything. */
  readonly within: number;
  readonly signal: AbortSignal;
  readonly tool: { readonly name: string; readonly version: string };
}

/** Why a cluster was left alone; absent: none is configured. */
export interface NotAsked {
  readonly reason: string | undefined;
}

/**
 * Reads little, quickly, and only where that costs nobody anything: a cluster that does not answer, or whose login is a
 * program that might ask a person, is left alone. What has not come in time is partial.
 * @throws the signal's reason
 */
export async function readBriefly(options: BriefOptions): Promise<Inventory | NotAsked> {
  const { ports, scope, within, signal, tool } = options;
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new PortFailure('timed-out', `not read within ${within / 1000} s`)),
    within,
  );
  try {
    const refusal = await askFirst(ports, AbortSignal.any([signal, late.signal]));
    if (refusal !== undefined) return { reason: refusal };
    const sources = closureOf(options.sources);
    const observations = await collect({ sources, ports, scope, timeout: 0, signal, enough: late.signal });
    return takeInventory(foldSnapshot(observations, { ports, tool, scope }));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PortFailure) return { reason: error.state === 'absent' ? undefined : error.message };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The smallest question there is, which needs no right. */
async function askFirst({ kube }: Ports, signal: AbortSignal): Promise<string | undefined> {
  const { credential } = await kube.connection();
  if (credential.kind === 'exec') return 'its login is a program, which is not run unasked';
  await Promise.race([kube.request({ path: '/version', signal }), rejected(signal)]);
  return undefined;
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** In the catalogue's order, with everything that each waits for. */
function closureOf(ids: readonly string[]): readonly Source[] {
  const wanted = new Set(ids);
  for (const source of SOURCES.toReversed()) {
    if (wanted.has(source.id)) for (const id of source.after ?? []) wanted.add(id);
  }
  return SOURCES.filter(({ id }) => wanted.has(id));
}
