import type { Inventory } from '../snapshot/inventory.ts';

/** Makes an index of an inventory once, however many rules ask for it; it lives as long as the inventory. */
export function memo<T>(build: (inventory: Inventory) => T): (inventory: Inventory) => T {
  const made = new WeakMap<Inventory, { readonly value: T }>();
  return (inventory) => {
    const known = made.get(inventory) ?? { value: build(inventory) };
    made.set(inventory, known);
    return known.value;
  };
}
