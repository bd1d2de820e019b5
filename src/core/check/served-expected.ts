import type { PodFact } from '../model/facts.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { type Address, addressOf, isLoopbackName } from './addresses.ts';
import { backendAt } from './backends.ts';
import { coversHost } from './host-names.ts';
import { type Held, isHeld, newestFirst, storedFor } from './hosts.ts';
import { filesServedAt, isNodeRole } from './node-files.ts';
import { servedInNamespace } from './relations.ts';
import { claimsFor, servingClaims } from './serving.ts';

/** A served chain and what it should be. */
export interface Expected {
  readonly served: Held;
  readonly stored: readonly Held[];
  /** The objects that say so, for ingress. */
  readonly objects: readonly string[];
  /** The Pods that mount it, behind the Service that was asked. */
  readonly pods?: readonly PodFact[];
}

/** Every served chain for which something is stored. */
export function expectations(inventory: Inventory): Expected[] {
  const claims = servingClaims(inventory);
  return inventory.placements.flatMap((placed): Expected[] => {
    const address = addressOf(placed.placement.ref);
    if (!address || !isHeld(placed)) return [];
    if (isNodeRole(placed.placement.role)) {
      return isLoopbackName(address.sni) ? [] : expectNodeFile(inventory, placed, address);
    }
    const backend = isAskedFor(placed) ? backendAt(inventory, address) : undefined;
    if (backend) return [{ served: placed, stored: newestFirst(backend.mounted), objects: [], pods: backend.pods }];
    if (!address.sni) return [];
    const deciding = claimsFor(claims, address.sni).filter(({ granted }) => granted);
    const objects = [...new Set(deciding.map(({ object }) => object))];
    const stored =
      deciding.length > 0
        ? storedFor(inventory, deciding)
        : newestFirst(serviceSecrets(inventory, address.sni).filter(isHeld));
    return stored.length > 0 ? [{ served: placed, stored, objects }] : [];
  });
}

/** What a person asked about by address: a database, a mail server. */
function isAskedFor({ placement }: Held): boolean {
  return placement.role === 'served';
}

function expectNodeFile(inventory: Inventory, served: Held, address: Address): Expected[] {
  const stored = newestFirst(filesServedAt(inventory, served, address).filter(isHeld));
  return stored.length > 0 ? [{ served, stored, objects: [] }] : [];
}

/** The Secrets of a Service's namespace that are made for its name: `NAME.NS.svc`. */
function serviceSecrets(inventory: Inventory, sni: string): Placed[] {
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(sni) ?? [];
  if (!namespace) return [];
  return servedInNamespace(inventory, namespace).filter(({ leaf }) => leaf && coversHost(leaf, sni));
}
