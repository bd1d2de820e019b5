import type { LeaseFact } from '../../../core/model/facts.ts';
import { asksCluster, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Source } from '../source.ts';

interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
  };
}

const LIST: ListOptions = {
  group: 'coordination.k8s.io',
  versions: ['v1'],
  resource: 'leases',
  namespaced: true,
  unknown: 'whether kubelets, the controller-manager and the scheduler still report',
};
const KUBELETS: ListOptions = { ...LIST, namespaces: ['kube-node-lease'] };
const COMPONENTS: ListOptions = { ...LIST, namespaces: ['kube-system'] };

/** Components that elect a leader and dial the API server with a client certificate of their own. */
const LEADERS: ReadonlySet<string> = new Set(['kube-controller-manager', 'kube-scheduler']);

/** Leases show, without access to any node, who stopped working: what expired there shows here within a minute. */
export const leases: Source = {
  id: 'leases',
  layer: 'cluster',
  title: 'leases',
  needs: listNeeds(LIST),
  inScope: asksCluster('cluster'),
  command: listCommand(KUBELETS, 'kube-node-lease'),
  unknown: LIST.unknown,
  collect: async (context) => {
    const read = (list: ListOptions, isWanted: (name: string) => boolean) =>
      listPages<Lease>(context, list, (items, reading) => {
        for (const item of items) {
          const fact = isWanted(item.metadata.name) ? factOf(item) : undefined;
          if (fact) reading.fact('lease', fact);
        }
      });
    await Promise.all([read(KUBELETS, () => true), read(COMPONENTS, (name) => LEADERS.has(name))]);
  },
};

/** One that was never renewed says nothing. */
function factOf({ metadata, spec = {} }: Lease): LeaseFact | undefined {
  const renewed = Date.parse(spec.renewTime ?? '');
  if (Number.isNaN(renewed)) return undefined;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    holder: spec.holderIdentity ?? '',
    durationSeconds: spec.leaseDurationSeconds ?? 40,
    renewed: new Date(renewed).toISOString(),
  };
}
