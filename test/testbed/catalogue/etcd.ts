import { layOutNode, staticPod } from '../cluster/node.ts';
import type { Component } from './component.ts';

export const etcd: Component = {
  name: 'etcd',
  version: '3.7.3',
  source: { kind: 'go', upstream: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  needs: ['kubeadm'],
  service: {
    ports: ['etcd', 'etcd-peer', 'etcd-metrics'],
    prepare: layOutNode,
    processes: (bed) => [
      staticPod(bed, 'etcd', { kind: 'http', url: `http://127.0.0.1:${bed.port('etcd-metrics')}/readyz` }),
    ],
  },
};

export const etcdctl: Component = {
  name: 'etcdctl',
  version: '3.7.3',
  source: { kind: 'go', upstream: 'etcd', package: 'go.etcd.io/etcd/etcdctl/v3' },
};
