import { manualStep, type Step } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** Where the control plane is not made of static pods in /etc/kubernetes/manifests that a person may move. */
const OWN_WAYS: ReadonlySet<string> = new Set(['talos', 'openshift', 'microk8s', 'kops', 'minikube']);

/** Restarts the API server the way this distribution does it. */
export function restartApiServer(inventory: Inventory): Step[] {
  return restartComponent(inventory, 'kube-apiserver');
}

/** Restarts a component of the control plane the way this distribution does it. */
export function restartComponent(inventory: Inventory, component: string): Step[] {
  const distribution = distributionOf(inventory);
  if (distribution === 'k3s') return [restartService('k3s')];
  if (distribution === 'rke2') return [restartService('rke2-server')];
  if (isProviders(distribution)) return askProvider(inventory);
  if (OWN_WAYS.has(distribution)) {
    return [manualStep('restart', `restart ${component} the way that ${distribution} does it`, [], 'restart')];
  }
  if (component === 'kubelet') return [restartKubelet()];
  return restartStaticPod(component);
}

export function restartKubelet(): Step {
  return manualStep('restart', 'restart the kubelet on its node', ['systemctl', 'restart', 'kubelet'], 'restart');
}

/** Restarting the kubelet, or deleting the mirror Pod, leaves a static pod's container running. */
export function restartStaticPod(pod: string): Step[] {
  const manifest = `/etc/kubernetes/manifests/${pod}.yaml`;
  const title = `stop ${pod}: move its manifest away and wait until crictl ps no longer shows it (on each control plane node, one at a time)`;
  return [
    manualStep(`stop-${pod}`, title, ['mv', manifest, '/etc/kubernetes/'], 'restart'),
    manualStep(
      `start-${pod}`,
      `start ${pod} again`,
      ['mv', `/etc/kubernetes/${pod}.yaml`, '/etc/kubernetes/manifests/'],
      'restart',
    ),
  ];
}

/** `kubeadm`, `k3s`, `eks`, ...; `unknown` when nothing tells. */
export function distributionOf(inventory: Inventory): string {
  return inventory.facts('cluster')[0]?.distribution ?? 'unknown';
}

/** For distributions whose control plane is one systemd unit. */
export function restartService(unit: string): Step {
  return manualStep(
    'restart',
    `restart ${unit} on its node: it renews at start what is near its end`,
    ['systemctl', 'restart', unit],
    'restart',
  );
}

const PROVIDER_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  eks: ['aws', 'eks', 'update-kubeconfig', '--name', 'CLUSTER'],
  gke: ['gcloud', 'container', 'clusters', 'get-credentials', 'CLUSTER'],
  aks: ['az', 'aks', 'get-credentials', '--resource-group', 'GROUP', '--name', 'CLUSTER'],
};

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

/** Whether a provider runs the control plane. */
export function isProviders(distribution: string): boolean {
  return Object.hasOwn(PROVIDER_COMMANDS, distribution);
}
