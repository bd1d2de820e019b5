import { EXIT, UserError } from '../core/model/error.ts';
import type { Observation } from '../core/model/observation.ts';
import type { Snapshot, SnapshotScope } from '../core/model/snapshot.ts';
import { fold } from '../core/snapshot/fold.ts';
import { type CollectOptions, collect } from '../io/collect/run.ts';
import type { Scope } from '../io/collect/scope.ts';
import { SOURCES } from '../io/collect/sources.ts';

export interface TakeSnapshotOptions extends Omit<CollectOptions, 'sources'> {
  readonly tool: { readonly name: string; readonly version: string };
}

/**
 * Asks every source in scope and folds what they say.
 * @throws UserError (exit 69) when no source gave anything, and what `collect` throws
 */
export async function takeSnapshot(options: TakeSnapshotOptions): Promise<Snapshot> {
  const observations = await collect({ ...options, sources: SOURCES });
  refuseNothing(observations);
  return foldSnapshot(observations, options);
}

/** What was observed so far, as a snapshot of this moment. */
export function foldSnapshot(
  observations: readonly Observation[],
  { ports, tool, scope }: Pick<TakeSnapshotOptions, 'ports' | 'tool' | 'scope'>,
): Snapshot {
  const takenAt = new Date(ports.clock.now()).toISOString();
  return fold(observations, { takenAt, tool, scope: describeScope(scope, observations) });
}

/** @throws UserError (exit 69) when no source gave anything */
export function refuseNothing(observations: readonly Observation[]): void {
  if (!observations.some(gaveSomething)) throw nothingGiven(observations);
}

/** Sources that speak of our own side, or of nothing that holds certificates: they answer when nothing else does. */
const OWN_SIDE: ReadonlySet<string> = new Set(['credential', 'viewpoint', 'public-roots', 'processes']);

function gaveSomething({ source, state, placements, handshakes }: Observation): boolean {
  if (OWN_SIDE.has(source)) return false;
  const shook = handshakes.some(({ protocol }) => protocol !== undefined);
  return state === 'complete' || state === 'partial' || placements.length > 0 || shook;
}

function nothingGiven(observations: readonly Observation[]): UserError {
  const asked = observations.filter(({ source }) => !OWN_SIDE.has(source));
  const reasons = Map.groupBy(asked, ({ reason }) => reason ?? 'nothing there');
  return new UserError('nothing could be read: no source gave anything', {
    exitCode: EXIT.nothing,
    hints: [
      ...[...reasons].map(
        ([reason, readings]) => `${[...new Set(readings.map(({ source }) => source))].join(', ')}: ${reason}`,
      ),
      'name a kubeconfig (--kubeconfig), a folder (--pki-dir), a file or an address (TARGET), or try --demo',
    ],
  });
}

function describeScope(scope: Scope, observations: readonly Observation[]): SnapshotScope {
  const facts = observations.flatMap(({ facts: found }) => found);
  const context = facts.flatMap(({ credential }) => credential ?? [])[0]?.context;
  const clusterUID = facts.flatMap(({ cluster }) => cluster ?? [])[0]?.uid;
  return {
    ...(context !== undefined && { context }),
    ...(clusterUID !== undefined && { clusterUID }),
    namespaces: scope.namespaces,
    layers: scope.layers,
    targets: [...scope.targets.map(({ text }) => text), ...scope.probes.map(probeText)],
    ...(scope.host !== undefined && { host: scope.host }),
  };
}

function probeText({ scheme, host, port, sni }: Scope['probes'][number]): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${sni ? `#${sni}` : ''}`;
}
