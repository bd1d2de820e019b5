import { readMeshNamespace } from '../../../core/parse/kube/istio.ts';
import { asksCluster, factsIn, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const NAMESPACES: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'namespaces',
  namespaced: false,
  metadataOnly: true,
  unknown: 'in which namespaces Pods ought to be in a mesh',
};

/** What namespaces ask of meshes. Where no mesh is, nobody has to be asked. */
export const meshNamespaces: Source = {
  id: 'mesh-namespaces',
  layer: 'mesh',
  title: 'namespaces of meshes',
  needs: listNeeds(NAMESPACES),
  after: ['pods', 'istio-config'],
  inScope: asksCluster('mesh'),
  command: listCommand(NAMESPACES),
  unknown: NAMESPACES.unknown,
  collect: async (context) => {
    const hasProxies = factsIn(await context.from('pods'), 'pod').some(({ mesh }) => mesh !== undefined);
    const hasIstio = factsIn(await context.from('istio-config'), 'istioMesh').length > 0;
    if (hasProxies || hasIstio)
      await listFacts(context, NAMESPACES, { kind: 'meshNamespace', read: readMeshNamespace });
  },
};
