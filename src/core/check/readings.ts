import { type Coverage, leavesUnknown } from '../model/coverage.ts';
import type { Evidence } from '../model/finding.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';

/** Sources that say who uses a Secret. Only when all of them were read may one be called unused. */
export const SOURCES_THAT_NAME_SECRETS = ['ingresses', 'gateways', 'issuers', 'pods', 'cabundles', 'routes'] as const;

/** Sources that may hold a CA that clients or servers here have: what is not at hand may stand in one that was not read. */
export const SOURCES_THAT_HOLD_CAS = ['secrets', 'configmaps', 'public-roots'] as const;

/** Readings of these sources that leave something unknown. */
export function unreadAmong(inventory: Inventory, sources: readonly string[]): Coverage[] {
  return inventory.snapshot.coverage.filter(({ source, state }) => sources.includes(source) && leavesUnknown(state));
}

/** Whether a source was read to the end, or has nothing to read. */
export function wasRead(inventory: Inventory, source: string): boolean {
  const readings = inventory.snapshot.coverage.filter((coverage) => coverage.source === source);
  return readings.length > 0 && readings.every(({ state }) => !leavesUnknown(state));
}

/** Evidence from the reading of each placement, at most `limit` of them. */
export function placementEvidence(
  inventory: Inventory,
  placed: readonly Placed[],
  say: (placed: Placed) => string,
  limit = 10,
): Evidence[] {
  return placed.slice(0, limit).map((one) => inventory.evidence(one.placement.seen, say(one)));
}

/** Tools whose facts come from elsewhere too: where that was read, their silence leaves nothing unknown. */
const SECOND_OPINIONS: Readonly<Record<string, string>> = {
  kubeadm: 'kubeadm-files',
  'linkerd-check': 'mesh-bundles',
};

/** Whether a reading leaves something unknown that no other source has told. */
export function leavesOpen(inventory: Inventory, { source, state }: Coverage): boolean {
  const first = SECOND_OPINIONS[source];
  return leavesUnknown(state) && !(first !== undefined && wasRead(inventory, first));
}
