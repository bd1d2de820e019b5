import { asksCluster, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Source } from '../source.ts';

interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}

/** Every API server enters itself here (pkg/controlplane/reconcilers, the lease reconciler). */
const LIST: ListOptions = {
  group: 'discovery.k8s.io',
  versions: ['v1', 'v1beta1'],
  resource: 'endpointslices',
  namespaced: true,
  namespaces: ['default'],
  labelSelector: 'kubernetes.io/service-name=kubernetes',
  unknown: 'how many API servers there are behind the address of the kubeconfig',
};

/** The API servers behind the Service `default/kubernetes`, each by its own address. */
export const apiEndpoints: Source = {
  id: 'api-endpoints',
  layer: 'cluster',
  title: 'API server endpoints',
  needs: listNeeds(LIST),
  inScope: asksCluster('cluster'),
  command: listCommand(LIST, 'default'),
  unknown: LIST.unknown,
  collect: async (context) => {
    await listPages<EndpointSlice>(context, LIST, (items, reading) => {
      for (const { endpoints = [], ports = [] } of items) {
        const port = (ports.find(({ name }) => name === 'https') ?? ports[0])?.port;
        const addresses = endpoints.flatMap((endpoint) => endpoint.addresses ?? []);
        if (port !== undefined) for (const address of addresses) reading.fact('apiEndpoint', { address, port });
      }
    });
  },
};
