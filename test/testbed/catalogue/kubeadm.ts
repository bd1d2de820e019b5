import type { Component } from './component.ts';
import { KUBERNETES, KUBERNETES_OLD, kubernetesSource } from './kubernetes.ts';

export const kubeadm: Component = {
  name: 'kubeadm',
  version: KUBERNETES,
  source: kubernetesSource('kubernetes', KUBERNETES, 'kubeadm'),
};

/** Three minor versions back, as far as one may lag behind a cluster that is being upgraded. */
export const kubeadmOld: Component = {
  name: 'kubeadm-old',
  version: KUBERNETES_OLD,
  source: kubernetesSource('kubernetes-old', KUBERNETES_OLD, 'kubeadm'),
};

export const kubectl: Component = {
  name: 'kubectl',
  version: KUBERNETES,
  source: kubernetesSource('kubernetes', KUBERNETES, 'kubectl'),
};
