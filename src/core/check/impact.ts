import { ref } from '../model/ref.ts';
import { roleInfo } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { memo } from './memo.ts';
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
function hostsOf(inventory: Inventory, object: string): string {
  const hosts = [...new Set(hostsByObject(inventory).get(object))];
  return hosts.length > 0 ? ` for ${list(hosts)}` : '';
}

const hostsByObject = memo((inventory): ReadonlyMap<string, readonly string[]> => {
  const ingresses = inventory
    .facts('ingress')
    .map(
      ({ namespace, name, tls, hosts }) =>
        [ref.object('ingress', name, namespace), [...tls.flatMap((entry) => entry.hosts), ...hosts]] as const,
    );
  const gateways = inventory
    .facts('gateway')
    .map(
      ({ kind, namespace, name, listeners }) =>
        [ref.object(kind, name, namespace), listeners.flatMap(({ hostname }) => hostname ?? [])] as const,
    );
  return new Map([...ingresses, ...gateways]);
});
