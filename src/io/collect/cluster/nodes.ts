import type { NodeFact } from '../../../core/model/facts.ts';
import { TELLING_LABELS } from '../../../core/parse/distribution.ts';
import type { KubeObject, ListOptions } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Source } from '../source.ts';

interface Node extends KubeObject {
  readonly spec?: { readonly providerID?: string };
  readonly status?: {
    readonly addresses?: NodeFact['addresses'];
    readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
    readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
    readonly nodeInfo?: { readonly kubeletVersion?: string; readonly osImage?: string };
  };
}

const LIST: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'nodes',
  namespaced: false,
  unknown: 'which nodes there are, and who runs the control plane',
};

/** Nodes: addresses to shake hands with, and what tells the distribution. */
export const nodes: Source = {
  id: 'nodes',
  layer: 'cluster',
  title: 'nodes',
  needs: [{ kind: 'rbac', group: '', resource: 'nodes', verb: 'list' }],
  inScope: ({ cluster }) => cluster,
  command: 'kubectl get nodes',
  unknown: LIST.unknown,
  collect: async (context) => {
    await listPages<Node>(context, LIST, (items, reading) => {
      for (const node of items) reading.fact('node', projectNode(node));
    });
  },
};

/** kubeadm's own mark (cmd/kubeadm/app/constants: AnnotationKubeadmCRISocket). */
const KUBEADM_ANNOTATION = 'kubeadm.alpha.kubernetes.io/cri-socket';
const ROLE_LABEL = 'node-role.kubernetes.io/';
const KEPT_LABELS: ReadonlySet<string> = new Set([
  ...TELLING_LABELS,
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);

function projectNode({ metadata, spec, status }: Node): NodeFact {
  const labels = Object.entries(metadata.labels ?? {});
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const kubeletPort = status?.daemonEndpoints?.kubeletEndpoint?.Port;
  return {
    name: metadata.name,
    version: status?.nodeInfo?.kubeletVersion ?? '',
    osImage: status?.nodeInfo?.osImage ?? '',
    ...(spec?.providerID && { providerID: spec.providerID }),
    addresses: (status?.addresses ?? []).map(({ type, address }) => ({ type, address })),
    ...(kubeletPort && { kubeletPort }),
    controlPlane: labels.some(([key]) => key === `${ROLE_LABEL}control-plane` || key === `${ROLE_LABEL}master`),
    ...(ready && { ready: { status: ready.status, reason: ready.reason ?? '', message: ready.message ?? '' } }),
    labels: Object.fromEntries(labels.filter(([key]) => KEPT_LABELS.has(key) || key.startsWith(ROLE_LABEL))),
    ...(KUBEADM_ANNOTATION in (metadata.annotations ?? {}) && { kubeadm: true as const }),
  };
}
