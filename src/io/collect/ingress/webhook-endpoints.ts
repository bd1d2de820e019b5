import { readEndpointSlice } from '../../../core/parse/kube/service.ts';
import { isCertManagersWebhook } from '../../../core/parse/kube/system.ts';
import { asksCluster, factsIn, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const SLICES: ListOptions = {
  group: 'discovery.k8s.io',
  versions: ['v1', 'v1beta1'],
  resource: 'endpointslices',
  namespaced: true,
  unknown: "whether anything stands behind the Service of cert-manager's webhook",
};

const NONE = "no webhook of cert-manager's is called through a Service";

/** Whether the API server, which asks cert-manager's webhook of every write to its kinds, finds anybody there. */
export const webhookEndpoints: Source = {
  id: 'webhook-endpoints',
  layer: 'ingress',
  title: "endpoints of cert-manager's webhook",
  needs: listNeeds(SLICES),
  after: ['cabundles'],
  inScope: asksCluster('ingress'),
  command: listCommand(SLICES, 'cert-manager'),
  unknown: SLICES.unknown,
  collect: async (context) => {
    const called = factsIn(await context.from('cabundles'), 'caBundle').filter(isCertManagersWebhook);
    const services = new Map(
      called.flatMap(({ service }) => (service ? [[`${service.namespace}/${service.name}`, service]] : [])),
    );
    const lists = [...services.values()].map(({ namespace, name }) =>
      listFacts(
        context,
        { ...SLICES, namespaces: [namespace], labelSelector: `kubernetes.io/service-name=${name}` },
        { kind: 'endpoints', read: readEndpointSlice },
      ),
    );
    if (lists.length === 0)
      context.begin({ command: listCommand(SLICES), unknown: SLICES.unknown }).end('not-applicable', NONE);
    await Promise.all(lists);
  },
};
