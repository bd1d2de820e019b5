import { staticPod } from '../cluster/node.ts';
import { until } from '../run.ts';
import type { Component } from './component.ts';
import { KUBERNETES, kubernetesSource } from './kubernetes.ts';

export const kubeControllerManager: Component = {
  name: 'kube-controller-manager',
  version: KUBERNETES,
  source: kubernetesSource('kubernetes', KUBERNETES, 'kube-controller-manager'),
  needs: ['kube-apiserver'],
  service: {
    ports: ['kube-controller-manager'],
    processes(bed) {
      const url = `https://127.0.0.1:${bed.port('kube-controller-manager')}/healthz`;
      return [staticPod(bed, 'kube-controller-manager', { kind: 'http', url })];
    },
    /** Its first effect, and one that every Pod of a namespace waits for. */
    async settle(bed) {
      const get = ['get', 'configmap,serviceaccount', '-n', 'default', '-o', 'name'];
      await until('kube-root-ca.crt and the default service account appear', async () => {
        const names = await bed.kubectl(get);
        return names.includes('configmap/kube-root-ca.crt') && names.includes('serviceaccount/default');
      });
    },
  },
};
