import type { Seen, TrustSourceFact } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** What was seen of the sources of a Bundle of trust-manager. */
export function sourcesOf(inventory: Inventory, bundle: string): Seen<TrustSourceFact>[] {
  return inventory.facts('trustSource').filter((source) => source.bundle === bundle);
}
