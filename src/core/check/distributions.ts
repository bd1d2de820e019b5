import { manualStep, type Step } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** `kubeadm`, `k3s`, `eks`, ...; `unknown` when nothing tells. */
export function distributionOf(inventory: Inventory): string {
  return inventory.facts('cluster')[0]?.distribution ?? 'unknown';
}

const PROVIDER_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  eks: ['aws', 'eks', 'update-kubeconfig', '--name', 'CLUSTER'],
  gke: ['gcloud', 'container', 'clusters', 'get-credentials', 'CLUSTER'],
  aks: ['az', 'aks', 'get-credentials', '--resource-group', 'GROUP', '--name', 'CLUSTER'],
};

/** Starts the rotation of a CA by hand: both make nodes anew and end static kubeconfigs. */
const PROVIDER_ROTATIONS: Readonly<Record<string, readonly string[]>> = {
  gke: ['gcloud', 'container', 'clusters', 'update', 'CLUSTER', '--start-credential-rotation'],
  aks: ['az', 'aks', 'rotate-certs', '--resource-group', 'GROUP', '--name', 'CLUSTER'],
};

/** Whether a provider runs the control plane. */
export function isProviders(distribution: string): boolean {
  return Object.hasOwn(PROVIDER_COMMANDS, distribution);
}

/** On a managed cluster there is nothing to restart: what is left is to fetch what the provider has now. */
export function askProvider(inventory: Inventory): Step[] {
  const command = PROVIDER_COMMANDS[distributionOf(inventory)];
  if (!command) return [manualStep('provider', 'the provider rotates it: ask its support why it has not', [])];
  return [
    manualStep(
      'provider',
      'the provider rotates it: fetch its present credentials, and ask its support if they are old',
      command,
    ),
  ];
}

/** The CA of a managed cluster, which some providers let a person rotate. */
export function rotateAtProvider(inventory: Inventory): Step[] {
  const command = PROVIDER_ROTATIONS[distributionOf(inventory)];
  const rotate = manualStep(
    'rotate',
    'rotate it: nodes are made anew, and kubeconfigs of before end',
    command,
    'outage',
  );
  return [...askProvider(inventory), ...(command ? [rotate] : [])];
}

/** Where each distribution hands out the kubeconfig of an administrator. */
const KUBECONFIGS: Readonly<Record<string, readonly [title: string, command: readonly string[]]>> = {
  k3s: ["copy the server's own kubeconfig, which k3s renews", ['cat', '/etc/rancher/k3s/k3s.yaml']],
  rke2: ["copy the server's own kubeconfig, which rke2 renews", ['cat', '/etc/rancher/rke2/rke2.yaml']],
  microk8s: ['print the kubeconfig anew', ['microk8s', 'config']],
  talos: ['fetch a fresh kubeconfig', ['talosctl', 'kubeconfig']],
  openshift: ['log in again', ['oc', 'login']],
  kops: ['export a fresh kubeconfig', ['kops', 'export', 'kubeconfig', '--admin']],
  kind: ["write the cluster's kubeconfig again", ['kind', 'export', 'kubeconfig', '--name', 'CLUSTER']],
  minikube: ['start it: the kubeconfig is written anew', ['minikube', 'start']],
};

/** How a person gets a fresh kubeconfig; undefined where the distribution has no way of its own. */
export function fetchKubeconfig(inventory: Inventory): Step[] | undefined {
  const distribution = distributionOf(inventory);
  if (isProviders(distribution)) return askProvider(inventory);
  const known = KUBECONFIGS[distribution];
  return known && [manualStep('kubeconfig', known[0], known[1])];
}

/** A command on a control-plane node; kind's nodes are containers of the machine that kubectl runs on. */
export function onNode(inventory: Inventory, command: readonly string[]): readonly string[] {
  const isInside = inventory.facts('viewpoint').some(({ side }) => side === 'control-plane-node');
  if (distributionOf(inventory) !== 'kind' || isInside) return command;
  const node = inventory.facts('node').find(({ controlPlane }) => controlPlane)?.name ?? 'NODE';
  return ['docker', 'exec', node, ...command];
}
