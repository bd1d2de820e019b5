import { readIngress } from '../../../core/parse/kube/ingress.ts';
import { asksCluster, listFacts, listNeeds, selected } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const INGRESSES: ListOptions = {
  group: 'networking.k8s.io',
  versions: ['v1'],
  resource: 'ingresses',
  namespaced: true,
  unknown: 'which hosts Ingresses serve with which Secrets',
};

/** Ingresses: hosts, and the Secrets that they are served with. */
export const ingresses: Source = {
  id: 'ingresses',
  layer: 'ingress',
  title: 'Ingresses',
  needs: listNeeds(INGRESSES),
  inScope: asksCluster('ingress'),
  command: listCommand(INGRESSES),
  unknown: INGRESSES.unknown,
  collect: async (context) => {
    await listFacts(context, selected(INGRESSES, context.scope), { kind: 'ingress', read: readIngress });
  },
};
