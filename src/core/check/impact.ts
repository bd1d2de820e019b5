import { roleInfo } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { list } from './words.ts';

/** Who breaks without what stands there, and how: the role's blast radius and the objects that use it. */
export function impactOf(inventory: Inventory, placed: Placed): string {
  const { breaks } = roleInfo(placed.placement.role);
  const users = inventory
    .consumers(placed)
    .filter(({ how }) => how !== 'role')
    .map(({ name, how }) => `${name} ${how} it${hostsOf(inventory, name)}`);
  return users.length > 0 ? `${breaks}: ${list(users, 5)}` : breaks;
}

/** The hosts of an Ingress or a Gateway, given by ref. */
function hostsOf(inventory: Inventory, ref: string): string {
  const [kind, namespace, name] = ref.split('/');
  const mine = (object: { namespace: string; name: string }) => object.namespace === namespace && object.name === name;
  const hosts =
    kind === 'ingress'
      ? inventory
          .facts('ingress')
          .filter(mine)
          .flatMap(({ tls, hosts }) => [...tls.flatMap((entry) => entry.hosts), ...hosts])
      : kind === 'gateway' || kind === 'listenerset'
        ? inventory
            .facts('gateway')
            .filter(mine)
            .flatMap(({ listeners }) => listeners.flatMap(({ hostname }) => hostname ?? []))
        : [];
  const unique = [...new Set(hosts)];
  return unique.length > 0 ? ` for ${list(unique)}` : '';
}
