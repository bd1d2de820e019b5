import type { ProcessFact, StaticPodFact } from '../model/facts.ts';
import { refBase } from '../model/ref.ts';
import type { RoleId } from '../model/role.ts';
import { nodeRoot } from '../parse/node-root.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Component, KubeadmName } from './kubeadm-names.ts';

/** What is known of the control-plane node whose files are at hand. */
export interface KubeadmNode {
  readonly inventory: Inventory;
  /** Folder of kubeadm's files: `/etc/kubernetes`. */
  readonly folder: string;
  /** The root below which the node's paths are; undefined: a copied folder, which is no node. */
  readonly root: string | undefined;
  /** Folder of the certificates. */
  readonly certDir: string;
  /** Name of the node; undefined when nothing says it. */
  readonly name: string | undefined;
}

/** The node whose files were read at `folder`, or undefined where kubeadm's files are not. */
export function kubeadmNode(inventory: Inventory, folder: string): KubeadmNode | undefined {
  const ca = placedAs(inventory, folder, 'cluster-ca')[0] ?? placedAs(inventory, folder, 'apiserver-serving')[0];
  if (!ca) return undefined;
  const certDir = pathOf(ca).replace(/\/[^/]*$/, '');
  return { inventory, folder, root: nodeRoot(folder), certDir, name: nodeName(inventory, folder) };
}

/** Placements of kubeadm's that stand below the folder in this role; members of bundles, the first one. */
export function placedAs(inventory: Inventory, folder: string, role: RoleId): Placed[] {
  return inventory.placements.filter(
    ({ placement }) =>
      placement.role === role &&
      placement.manager === 'kubeadm' &&
      pathOfRef(placement.ref).startsWith(`${folder}/`) &&
      !/\[[1-9]\d*\]$/.test(placement.ref),
  );
}

/** The placement of a name: the client certificate in a kubeconfig, or the file. */
export function placedNamed(node: KubeadmNode, { role, name, kubeconfig }: KubeadmName): Placed | undefined {
  const found = placedAs(node.inventory, node.folder, role);
  return (
    found.find(({ placement }) => pathOfRef(placement.ref) === `${node.folder}/${name}`) ??
    (kubeconfig ? undefined : found[0])
  );
}

/** The file of a placement. */
export function pathOf({ placement }: Placed): string {
  return pathOfRef(placement.ref);
}

export function pathOfRef(ref: string): string {
  return refBase(ref)
    .replace(/^(file|kubeconfig):/, '')
    .replace(/#.*$/, '');
}

export function staticPod({ inventory, folder }: KubeadmNode, component: Component): StaticPodFact | undefined {
  return inventory
    .facts('staticPod')
    .find((pod) => pod.component === component && pod.manifest.startsWith(`${folder}/`));
}

/** Processes of a component that read this node's files. */
export function processesOf({ inventory }: KubeadmNode, pod: StaticPodFact): ProcessFact[] {
  return inventory
    .facts('process')
    .filter(({ program, files }) => program === pod.component && files.some(({ path }) => pod.files.includes(path)));
}

/** Whether something on this machine runs the node's static Pods: a kubelet, or what is seen to run of them. */
export function isLive(node: KubeadmNode): boolean {
  const pods = node.inventory.facts('staticPod').filter(({ manifest }) => manifest.startsWith(`${node.folder}/`));
  return (node.root === '' && kubeletRuns(node)) || pods.some((pod) => processesOf(node, pod).length > 0);
}

/** Undecided (true) where the system does not tell about processes. */
export function kubeletRuns({ inventory }: KubeadmNode): boolean {
  const untold = inventory.snapshot.coverage.some(
    ({ source, state }) => source === 'processes' && state !== 'complete',
  );
  return untold || inventory.facts('process').some(({ program }) => program === 'kubelet');
}

/** etcd runs elsewhere: the API server's manifest is here and etcd's is not. */
export function hasExternalEtcd(node: KubeadmNode): boolean {
  return staticPod(node, 'kube-apiserver') !== undefined && staticPod(node, 'etcd') === undefined;
}

/** The kubelet's identity says it; the API server's certificate names the node too, beside the fixed names. */
function nodeName(inventory: Inventory, folder: string): string | undefined {
  for (const { placement, leaf } of inventory.placements) {
    const isOfHere = pathOfRef(placement.ref).startsWith(`${folder}/`) || folder === '/etc/kubernetes';
    const name = /(?:^|,)CN=system:node:([^,+]+)/.exec(leaf?.subject ?? '')?.[1];
    if (placement.role === 'kubelet-client' && isOfHere && name) return name;
  }
  const serving = placedAs(inventory, folder, 'apiserver-serving')[0]?.leaf;
  return serving?.dnsNames.find((name) => !/^kubernetes(\.|$)/.test(name) && name !== 'localhost');
}
