import { asksCluster } from '../cluster-source.ts';
import { bundleList, readTrustBundle, type TrustBundle } from '../config-map-list.ts';
import { listCommand } from '../list.ts';
import type { Source } from '../source.ts';

/** Where meshes publish whom their proxies trust (mesh-layer 1.2, 3.1). */
export const MESH_BUNDLES: readonly TrustBundle[] = [
  {
    name: 'istio-ca-root-cert',
    layer: 'mesh',
    manager: 'istiod',
    roles: { 'root-cert.pem': 'istio-root' },
    unknown: 'which roots the workloads of Istio trust',
  },
  {
    name: 'linkerd-identity-trust-roots',
    layer: 'mesh',
    manager: 'unknown',
    roles: { 'ca-bundle.crt': 'linkerd-trust-anchor' },
    unknown: 'which trust anchors Linkerd has',
  },
];

/** Trust bundles of meshes, in every namespace that has a copy. */
export const meshBundles: Source = {
  id: 'mesh-bundles',
  layer: 'mesh',
  title: 'trust bundles of meshes',
  needs: [{ kind: 'rbac', group: '', resource: 'configmaps', verb: 'list' }],
  inScope: asksCluster('mesh'),
  command: MESH_BUNDLES.map((bundle) => listCommand(bundleList(bundle))).join('; '),
  unknown: 'whom the proxies of a mesh trust',
  collect: async (context) => {
    await Promise.all(MESH_BUNDLES.map((bundle) => readTrustBundle(context, bundle)));
  },
};
