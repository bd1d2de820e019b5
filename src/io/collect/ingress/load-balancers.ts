import { readLoadBalancer } from '../../../core/parse/kube/load-balancer.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const SERVICES: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'services',
  namespaced: true,
  unknown: 'which load balancers of Services have a certificate of the cloud',
};

/** Services whose load balancer ends TLS with a certificate that the cloud keeps: annotations say so. */
export const loadBalancers: Source = {
  id: 'load-balancers',
  layer: 'ingress',
  title: 'load balancers of Services',
  needs: listNeeds(SERVICES),
  inScope: asksCluster('ingress'),
  command: listCommand(SERVICES),
  unknown: SERVICES.unknown,
  collect: async (context) => {
    await listFacts(context, SERVICES, { kind: 'loadBalancer', read: readLoadBalancer });
  },
};
