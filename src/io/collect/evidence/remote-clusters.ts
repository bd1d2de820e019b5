import { readRemoteCluster } from '../../../core/parse/kube/remote-cluster.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const SECRETS = {
  group: '',
  versions: ['v1'],
  resource: 'secrets',
  namespaced: true,
  unknown: 'by which credentials other clusters are reached, and until when',
} as const;

/** As `istioctl create-remote-secret` and `linkerd multicluster link` make them. */
const LISTS: readonly [ListOptions, ListOptions] = [
  { ...SECRETS, labelSelector: 'istio/multiCluster=true' },
  { ...SECRETS, fieldSelector: 'type=mirror.linkerd.io/remote-kubeconfig' },
];

/** Kubeconfigs by which a mesh reaches other clusters: when their credentials end. */
export const remoteClusters: Source = {
  id: 'remote-clusters',
  layer: 'mesh',
  title: 'credentials for other clusters of a mesh',
  needs: listNeeds(LISTS[0]),
  inScope: asksCluster('mesh'),
  command: listCommand(LISTS[0]),
  unknown: SECRETS.unknown,
  collect: async (context) => {
    await Promise.all(
      LISTS.map((list) => listFacts(context, list, { kind: 'remoteCluster', read: readRemoteCluster })),
    );
  },
};
