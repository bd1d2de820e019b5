import { readLoadBalancer } from '../../../core/parse/kube/load-balancer.ts';
import { readManagedCertificate } from '../../../core/parse/kube/managed-certificate.ts';
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

const MANAGED: ListOptions = {
  group: 'networking.gke.io',
  versions: ['v1', 'v1beta2'],
  resource: 'managedcertificates',
  namespaced: true,
  unknown: 'whether Google has issued and renewed its ManagedCertificates',
};

/** Services whose load balancer ends TLS with a certificate that the cloud keeps, by annotation, and GKE's objects. */
export const loadBalancers: Source = {
  id: 'load-balancers',
  layer: 'ingress',
  title: 'load balancers with certificates of their cloud',
  needs: listNeeds(SERVICES, MANAGED),
  inScope: asksCluster('ingress'),
  command: listCommand(SERVICES),
  unknown: SERVICES.unknown,
  collect: async (context) => {
    await Promise.all([
      listFacts(context, SERVICES, { kind: 'loadBalancer', read: readLoadBalancer }),
      listFacts(context, MANAGED, { kind: 'managedCertificate', read: readManagedCertificate }),
    ]);
  },
};
