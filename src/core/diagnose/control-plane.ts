import type { PodFact, Seen } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** Things that several playbooks ask of the control plane. */

/** The mirror Pods of a component, one for each control-plane node: `kube-apiserver-cp-1`. */
export function podsOf(inventory: Inventory, component: string): Seen<PodFact>[] {
  return inventory
    .facts('pod')
    .filter(
      ({ namespace, name, labels }) =>
        namespace === 'kube-system' && (labels?.component === component || name.startsWith(`${component}-`)),
    );
}

/** Ref of the component's Pod on a node, or on this one; its process where no Pod is known. */
export function componentRef(inventory: Inventory, component: string, node = thisNode(inventory)): string {
  const pods = podsOf(inventory, component);
  const pod = pods.find((one) => one.node === node) ?? (pods.length === 1 ? pods[0] : undefined);
  if (pod) return ref.object('pod', pod.name, pod.namespace);
  return node === undefined
    ? ref.object('process', component)
    : ref.object('pod', `${component}-${node}`, 'kube-system');
}

/** The node that this run looks from; undefined from elsewhere. */
export function thisNode(inventory: Inventory): string | undefined {
  return inventory.facts('viewpoint')[0]?.node;
}

/** Whether this run looks from a node of the cluster. */
export function onNode(inventory: Inventory): boolean {
  return inventory.facts('viewpoint').some(({ side }) => side === 'control-plane-node' || side === 'worker-node');
}

/** The node with this address or name. */
export function nodeAt(inventory: Inventory, where: string): string | undefined {
  return inventory
    .facts('node')
    .find(({ name, addresses }) => name === where || addresses.some(({ address }) => address === where))?.name;
}
