import type { ManagerId } from '../../../core/model/manager.ts';
import { ref } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import {
  type ManagedCluster,
  type ManagedEntry,
  type ManagedKeeper,
  readManagedCluster,
} from '../../../core/parse/kube/managed-cluster.ts';
import { asksCluster, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import { placeBundle } from '../place-bundle.ts';
import type { Reading } from '../reading.ts';
import type { Source } from '../source.ts';

const SECRETS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'secrets',
  namespaced: true,
  unknown: 'certificates by which this cluster gets to others (Cluster API, Argo CD)',
};
const CLUSTER_API: ListOptions = { ...SECRETS, fieldSelector: 'type=cluster.x-k8s.io/secret' };
const ARGO_CD: ListOptions = { ...SECRETS, labelSelector: 'argocd.argoproj.io/secret-type=cluster' };

const ROLES: Readonly<Record<ManagedEntry['is'], RoleId>> = {
  client: 'remote-client',
  trust: 'remote-trust',
  authority: 'remote-ca',
};
/** Argo CD keeps what a person, or a tool beside it, has put there. */
const MANAGERS: Readonly<Record<ManagedKeeper, ManagerId>> = { 'cluster-api': 'cluster-api', argocd: 'person' };

/** Kubeconfigs and CAs of other clusters in Secrets of this one: without them it deploys and repairs nothing there. */
export const managedClusters: Source = {
  id: 'managed-clusters',
  layer: 'ingress',
  title: 'Secrets with the way to other clusters',
  needs: listNeeds(SECRETS),
  inScope: asksCluster('ingress'),
  command: `${listCommand(CLUSTER_API)}; ${listCommand(ARGO_CD)}`,
  unknown: SECRETS.unknown,
  collect: async (context) => {
    const read = (list: ListOptions) =>
      listPages<KubeObject>(context, list, (items, reading) => {
        for (const item of items) {
          const found = readManagedCluster(item);
          if (found) place(found, reading);
        }
      });
    await Promise.all([CLUSTER_API, ARGO_CD].map(read));
  },
};

function place({ namespace, name, keeper, entries }: ManagedCluster, reading: Reading): void {
  for (const { key, is, certificates, privateKey } of entries) {
    const base = ref.secret(namespace, name, key);
    const head = { layer: 'ingress', role: ROLES[is] } as const;
    const manager = is === 'client' ? MANAGERS[keeper] : 'unknown';
    if (is === 'trust') {
      placeBundle(reading, base, { ...head, certificates, managerOf: () => manager });
      continue;
    }
    if (privateKey) reading.key(privateKey);
    const chain = reading.chain(certificates.map(({ der }) => der));
    reading.place({ ref: base, ...head, manager, chain, ...(privateKey && { key: privateKey.spki }) });
  }
}
