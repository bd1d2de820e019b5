import { manualStep, type Step } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { askProvider, distributionOf, isProviders, onNode } from './distributions.ts';

/** Where the control plane is not made of static pods in /etc/kubernetes/manifests that a person may move. */
const OWN_WAYS: Readonly<Record<string, readonly string[]>> = {
  talos: ['talosctl', 'reboot', '--nodes', 'NODE'],
  openshift: ['oc', 'get', 'clusteroperators'],
  microk8s: ['snap', 'restart', 'microk8s'],
  kops: ['kops', 'rolling-update', 'cluster', '--force', '--yes'],
  minikube: ['minikube', 'start'],
};

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
  const ownWay = OWN_WAYS[distribution];
  if (ownWay) {
    return [manualStep('restart', `restart ${component} the way that ${distribution} does it`, ownWay, 'restart')];
  }
  if (component === 'kubelet') return [restartKubelet()];
  return restartStaticPod(inventory, component);
}

export function restartKubelet(): Step {
  return manualStep('restart', 'restart the kubelet on its node', ['systemctl', 'restart', 'kubelet'], 'restart');
}

/** Restarting the kubelet, or deleting the mirror Pod, leaves a static pod's container running. */
export function restartStaticPod(inventory: Inventory, pod: string): Step[] {
  const manifest = `/etc/kubernetes/manifests/${pod}.yaml`;
  const title = `stop ${pod}: move its manifest away and wait until crictl ps no longer shows it (on each control plane node, one at a time)`;
  return [
    manualStep(`stop-${pod}`, title, onNode(inventory, ['mv', manifest, '/etc/kubernetes/']), 'restart'),
    manualStep(
      `start-${pod}`,
      `start ${pod} again`,
      onNode(inventory, ['mv', `/etc/kubernetes/${pod}.yaml`, '/etc/kubernetes/manifests/']),
      'restart',
    ),
  ];
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
