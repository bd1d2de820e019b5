import type { FactKind, FactKinds } from '../../../core/model/facts.ts';
import { readEndpointSlice, readService } from '../../../core/parse/kube/service.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

interface FactList<K extends FactKind> {
  readonly id: string;
  readonly title: string;
  readonly kind: K;
  readonly read: (object: unknown) => FactKinds[K] | undefined;
  readonly list: ListOptions;
}

/** A source that keeps one fact of each object. */
function sourceOf<K extends FactKind>({ id, title, list, ...facts }: FactList<K>): Source {
  return {
    id,
    layer: 'ingress',
    title,
    needs: listNeeds(list),
    inScope: asksCluster('cluster', 'ingress', 'mesh'),
    command: listCommand(list),
    unknown: list.unknown,
    collect: async (context) => {
      await listFacts(context, list, facts);
    },
  };
}

export const services: Source = sourceOf({
  id: 'services',
  title: 'Services',
  kind: 'service',
  read: readService,
  list: {
    group: '',
    versions: ['v1'],
    resource: 'services',
    namespaced: true,
    unknown: 'where names of Services lead',
  },
});

export const endpoints: Source = sourceOf({
  id: 'endpoints',
  title: 'EndpointSlices',
  kind: 'endpoints',
  read: readEndpointSlice,
  list: {
    group: 'discovery.k8s.io',
    versions: ['v1', 'v1beta1'],
    resource: 'endpointslices',
    namespaced: true,
    unknown: 'whether anything stands behind a Service',
  },
});
