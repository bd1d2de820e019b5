import type { ComponentFact, Seen } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** What runs says more than what is to run. */
const ORDER: readonly ComponentFact['by'][] = ['process', 'pod', 'manifest'];

/** The command lines of a component, each by its best witness: a process of this machine, else Pods, else the manifest. */
export function componentsNamed(inventory: Inventory, name: string): readonly Seen<ComponentFact>[] {
  const all = inventory.facts('component').filter(({ component }) => component === name);
  for (const by of ORDER) {
    const found = all.filter((one) => one.by === by);
    if (found.length > 0) return found;
  }
  return [];
}

/** The values of a flag, each by itself. */
export function valuesOf({ flags }: ComponentFact, name: string): readonly string[] {
  return (flags[name] ?? '').split(',').filter(Boolean);
}
