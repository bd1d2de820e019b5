import { staticPod } from '../cluster/node.ts';
import type { Component } from './component.ts';
import { KUBERNETES, kubernetesSource } from './kubernetes.ts';

export const kubeApiserver: Component = {
  name: 'kube-apiserver',
  version: KUBERNETES,
  source: kubernetesSource('kubernetes', KUBERNETES, 'kube-apiserver'),
  needs: ['etcd', 'kubectl'],
  service: {
    ports: ['kube-apiserver'],
    processes: (bed) => [staticPod(bed, 'kube-apiserver', { kind: 'http', url: `${bed.server}/readyz` })],
    /** What `kubeadm init` does once its API server answers: its administrators' binding, and the cluster's own RBAC. */
    async settle(bed) {
      const administrator = ['--kubeconfig', '/etc/kubernetes/super-admin.conf'];
      await bed.apply({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'kubeadm:cluster-admins' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'kubeadm:cluster-admins' }],
      });
      for (const phase of ['upload-config kubeadm', 'bootstrap-token --skip-token-print']) {
        await bed.kubeadm(['init', 'phase', ...phase.split(' '), ...administrator], { config: true });
      }
    },
  },
};
