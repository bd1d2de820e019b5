import type { Seen, TrustBundleFact, TrustSourceFact } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** What was seen of the sources of a Bundle of trust-manager. */
export function sourcesOf(inventory: Inventory, bundle: string): Seen<TrustSourceFact>[] {
  return inventory.facts('trustSource').filter((source) => source.bundle === bundle);
}

/** Bundles that count: one that has been carried over to a ClusterBundle of its name is only kept. */
export function bundlesOf(inventory: Inventory): Seen<TrustBundleFact>[] {
  const all = inventory.facts('trustBundle');
  const followed = new Set(all.flatMap(({ kind, name }) => (kind === 'ClusterBundle' ? [name] : [])));
  return all.filter(({ kind, name }) => kind === 'ClusterBundle' || !followed.has(name));
}

/** Ref of a Bundle or ClusterBundle. */
export function refOfBundle({ kind, name }: Pick<TrustBundleFact, 'kind' | 'name'>): string {
  return ref.object(kind, name);
}
