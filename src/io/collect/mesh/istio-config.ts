import {
  readDestinationRule,
  readIstioGateway,
  readIstioMesh,
  readIstioWebhook,
  readPeerAuthentication,
} from '../../../core/parse/kube/istio.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const MESH: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'configmaps',
  namespaced: true,
  fieldSelector: 'metadata.name=istio',
  unknown: "Istio's trust domain, its extra roots and where its mesh-wide policies stand",
};
const { fieldSelector: _name, ...CONFIG_MAPS } = MESH;
/** Those of further revisions bear the revision in their name. */
const REVISIONS: ListOptions = { ...CONFIG_MAPS, labelSelector: 'istio.io/rev,istio.io/rev!=default' };
const WEBHOOKS: ListOptions = {
  group: 'admissionregistration.k8s.io',
  versions: ['v1'],
  resource: 'mutatingwebhookconfigurations',
  namespaced: false,
  labelSelector: 'istio.io/rev',
  unknown: 'which revisions and tags of Istio inject proxies',
};
const policy = (resource: string, unknown: string): ListOptions => ({
  group: resource === 'peerauthentications' ? 'security.istio.io' : 'networking.istio.io',
  versions: ['v1', 'v1beta1', ...(resource === 'peerauthentications' ? [] : ['v1alpha3'])],
  resource,
  namespaced: true,
  unknown,
});
const PEER_AUTHENTICATIONS = policy('peerauthentications', 'which workloads of Istio take mTLS alone');
const DESTINATION_RULES = policy('destinationrules', 'whether clients of Istio are told to do without mTLS');
const GATEWAYS = policy('gateways', 'which Secrets the gateways of Istio need');

/** Istio's mesh configuration, revisions and tags, and its policies as far as they are about TLS. */
export const istioConfig: Source = {
  id: 'istio-config',
  layer: 'mesh',
  title: "Istio's configuration and policies",
  needs: listNeeds(MESH, WEBHOOKS, PEER_AUTHENTICATIONS, DESTINATION_RULES, GATEWAYS),
  inScope: asksCluster('mesh'),
  command: listCommand(PEER_AUTHENTICATIONS),
  unknown: PEER_AUTHENTICATIONS.unknown,
  collect: async (context) => {
    await Promise.all([
      listFacts(context, MESH, { kind: 'istioMesh', read: readIstioMesh }),
      listFacts(context, REVISIONS, { kind: 'istioMesh', read: readIstioMesh }),
      listFacts(context, WEBHOOKS, { kind: 'istioWebhook', read: readIstioWebhook }),
      listFacts(context, PEER_AUTHENTICATIONS, { kind: 'peerAuthentication', read: readPeerAuthentication }),
      listFacts(context, DESTINATION_RULES, { kind: 'destinationRule', read: readDestinationRule }),
      listFacts(context, GATEWAYS, { kind: 'istioGateway', read: readIstioGateway }),
    ]);
  },
};
