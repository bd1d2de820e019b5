import type { ManagerId } from '../../../core/model/manager.ts';
import type { Certificate } from '../../../core/x509/certificate.ts';
import { asksCluster, finishing } from '../cluster-source.ts';
import { bundleList, listTrustBundle, placeConfigMap, type TrustBundle } from '../config-map-list.ts';
import { listCommand } from '../list.ts';
import type { Source } from '../source.ts';
import { rootsOfIstiod } from './istiod-roots.ts';

/**
 * Where meshes publish whom their proxies trust: istio pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go,
 * linkerd2 charts/linkerd-control-plane.
 */
export const MESH_BUNDLES: readonly TrustBundle[] = [
  {
    name: 'istio-ca-root-cert',
    layer: 'mesh',
    roles: { 'root-cert.pem': 'istio-root' },
    unknown: 'which roots the workloads of Istio trust',
  },
  {
    name: 'linkerd-identity-trust-roots',
    layer: 'mesh',
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
  after: ['secrets'],
  inScope: asksCluster('mesh'),
  command: MESH_BUNDLES.map((bundle) => listCommand(bundleList(bundle))).join('; '),
  unknown: 'whom the proxies of a mesh trust',
  collect: async (context) => {
    const places: ((managerOf: (root: Certificate) => ManagerId) => void)[] = [];
    let own: ReadonlySet<string> = new Set();
    const work = async () => {
      const read = (bundle: TrustBundle) =>
        listTrustBundle(context, bundle, (contents, reading) =>
          places.push((managerOf) => placeConfigMap(contents, bundle, reading, managerOf)),
        );
      await Promise.all(MESH_BUNDLES.map(read));
      own = rootsOfIstiod(await context.from('secrets'));
    };
    const managerOf = ({ sha256 }: Certificate) => (own.has(sha256) ? 'istiod' : 'unknown');
    await finishing(context.signal, work, () => places.forEach((place) => place(managerOf)));
  },
};
