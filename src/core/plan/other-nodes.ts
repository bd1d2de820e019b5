import { componentsNamed, valuesOf } from '../check/components.ts';
import type { SkippedTarget } from '../model/plan.ts';
import { manualStep, type Step } from '../model/step.ts';
import { initialMembers } from '../parse/etcd-members.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { KubeadmNode } from './kubeadm-node.ts';

/** Another control-plane node. */
interface OtherNode {
  readonly name: string;
  /** Where it is reached, where that is known. */
  readonly address?: string;
  /** What told of it. */
  readonly known: string;
}

/**
 * HA: leaves are each node's own, and one node at a time is renewed, the next one only while the last one is healthy. The
 * API server knows the nodes; with it away etcd's members tell them, or the list of those that there were when this one
 * joined; and a server in the kubeconfigs that is not this node says that there may be others.
 */
export function otherNodes(node: KubeadmNode, words: readonly string[]): SkippedTarget[] {
  const { inventory } = node;
  const others = ofCluster(inventory) ?? ofEtcd(inventory) ?? ofManifest(inventory) ?? [];
  const named = others.filter(({ name, address }) => name !== node.name && !isHere(inventory, address));
  if (others.length > 0)
    return named.map((other, index) => guide(other, { before: named[index - 1], words, isFirst: index === 0 }));
  const balancer = balancerOf(node);
  return balancer === undefined ? [] : [behind(balancer, words)];
}

function ofCluster(inventory: Inventory): OtherNode[] | undefined {
  const nodes = inventory.facts('node').filter(({ controlPlane }) => controlPlane);
  const known = nodes.map(({ name, addresses }) => {
    const address = addresses.find(({ type }) => type === 'InternalIP')?.address;
    return { name, known: 'its Node', ...(address !== undefined && { address }) };
  });
  return known.length > 0 ? known : undefined;
}

function ofEtcd(inventory: Inventory): OtherNode[] | undefined {
  const members = inventory.facts('etcdMember');
  return members.length > 0 ? members.map((member) => ofMember(member, 'etcd lists it as a member')) : undefined;
}

function ofManifest(inventory: Inventory): OtherNode[] | undefined {
  const flags = componentsNamed(inventory, 'etcd').flatMap((etcd) => etcd.flags['initial-cluster'] ?? []);
  const members = flags.flatMap((flag) => initialMembers(flag));
  const known = 'it was a member of etcd when this node joined';
  return members.length > 1 ? members.map((member) => ofMember(member, known)) : undefined;
}

function ofMember({ name, peerURLs }: { name: string; peerURLs: readonly string[] }, known: string): OtherNode {
  const address = URL.parse(peerURLs[0] ?? '')?.hostname;
  return { name: name || (address ?? 'unnamed'), known, ...(address && { address }) };
}

/** etcd names its members as their nodes, but only kubeadm's does so: the address tells this one too. */
function isHere(inventory: Inventory, address: string | undefined): boolean {
  return address !== undefined && (address === '127.0.0.1' || ownAddresses(inventory).has(address));
}

function ownAddresses(inventory: Inventory): ReadonlySet<string> {
  return new Set(componentsNamed(inventory, 'kube-apiserver').flatMap((api) => valuesOf(api, 'advertise-address')));
}

interface GuideOptions {
  readonly before: OtherNode | undefined;
  readonly words: readonly string[];
  readonly isFirst: boolean;
}

function guide({ name, address, known }: OtherNode, { before, words, isFirst }: GuideOptions): SkippedTarget {
  const previous = isFirst ? 'this node' : (before?.name ?? 'the node before');
  return {
    target: `node/${name}`,
    reason: `each control-plane node has certificates of its own (${known}): renew there once ${previous} is healthy, and stop where it is not`,
    instead: [
      healthOf(name, previous, isFirst ? '127.0.0.1' : before?.address),
      onNode(name, address, previous, words),
    ],
  };
}

function healthOf(name: string, previous: string, address = previous): Step {
  const url = `https://${address.includes(':') ? `[${address}]` : address}:6443/readyz`;
  return manualStep(`before-${name}`, `see that ${previous} is healthy: ok`, ['curl', '-k', url]);
}

function onNode(name: string, address: string | undefined, previous: string, words: readonly string[]): Step {
  const where = address === undefined ? name : `${name} (${address})`;
  return manualStep(`on-${name}`, `on ${where}, after ${previous}`, ['sudo', 'kubectl', 'certs', 'renew', ...words]);
}

/** The server of this node's kubeconfigs, where it is not this node. */
function balancerOf({ inventory, folder }: KubeadmNode): string | undefined {
  const own = ownAddresses(inventory);
  if (own.size === 0) return undefined;
  const servers = inventory
    .facts('kubeconfig')
    .filter(({ path }) => path === `${folder}/admin.conf` || path === `${folder}/super-admin.conf`)
    .flatMap(({ clusters }) => clusters.flatMap(({ server }) => URL.parse(server)?.hostname ?? []));
  return servers.find((host) => !own.has(host) && !/^(127\.|localhost$|\[?::1)/.test(host));
}

function behind(balancer: string, words: readonly string[]): SkippedTarget {
  return {
    target: 'other control-plane nodes',
    reason: `the kubeconfigs lead to ${balancer}, which is not this node: behind it may be others, with certificates of their own, that nothing here names`,
    instead: [
      healthOf('others', 'this node', '127.0.0.1'),
      manualStep('on-others', 'on each of them, one after the other, and stop where one is not healthy', [
        ...['sudo', 'kubectl', 'certs', 'renew', ...words],
      ]),
    ],
  };
}
