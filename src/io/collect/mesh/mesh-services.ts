import { readService } from '../../../core/parse/kube/service.ts';
import { asksCluster, factsIn, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const SERVICES: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'services',
  namespaced: true,
  unknown: 'which workloads of a mesh stand behind which Services',
};

/** Services, where there is a mesh: by them callers reach its workloads, and by their selectors these are known. */
export const meshServices: Source = {
  id: 'mesh-services',
  layer: 'mesh',
  title: 'Services before the workloads of meshes',
  needs: listNeeds(SERVICES),
  after: ['istio-config', 'linkerd-config'],
  inScope: asksCluster('mesh'),
  command: listCommand(SERVICES),
  unknown: SERVICES.unknown,
  collect: async (context) => {
    const hasIstio = factsIn(await context.from('istio-config'), 'istioMesh').length > 0;
    const hasLinkerd = factsIn(await context.from('linkerd-config'), 'linkerdConfig').length > 0;
    if (hasIstio || hasLinkerd) await listFacts(context, SERVICES, { kind: 'service', read: readService });
  },
};
