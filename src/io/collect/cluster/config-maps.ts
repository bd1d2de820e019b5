import { readAuthentication, readClusterInfo } from '../../../core/parse/kube/config-map.ts';
import { asksCluster } from '../cluster-source.ts';
import { bundleList, listTrustBundle, placeConfigMap, type TrustBundle } from '../config-map-list.ts';
import { listCommand } from '../list.ts';
import { MESH_BUNDLES } from '../mesh/bundles.ts';
import type { CollectContext, Source } from '../source.ts';

/**
 * Where the cluster's own trust is published: by kube-controller-manager's root CA publisher, the API server's
 * clusterauthenticationtrust controller, and kubeadm's bootstrap discovery.
 */
const PUBLISHED: readonly TrustBundle[] = [
  {
    name: 'kube-root-ca.crt',
    layer: 'cluster',
    roles: { 'ca.crt': 'root-ca-bundle' },
    unknown: 'by what Pods verify the API server',
  },
  {
    name: 'extension-apiserver-authentication',
    namespace: 'kube-system',
    layer: 'cluster',
    roles: { 'client-ca-file': 'client-ca-bundle', 'requestheader-client-ca-file': 'requestheader-ca-bundle' },
    read: readAuthentication,
    unknown: 'which client CAs the API server accepts now',
  },
  {
    name: 'cluster-info',
    namespace: 'kube-public',
    layer: 'cluster',
    roles: { kubeconfig: 'kubeconfig-ca' },
    read: readClusterInfo,
    unknown: 'by what joining nodes verify the API server',
  },
];

/** With --all-secrets: every other ConfigMap with PEM under any data key. */
const OTHERS: TrustBundle = {
  layer: 'cluster',
  roles: { default: 'configmap-bundle' },
  except: [...PUBLISHED, ...MESH_BUNDLES].flatMap(({ name }) => name ?? []),
  unknown: 'trust bundles in ConfigMaps of any name',
};

/** Trust bundles in ConfigMaps: what Pods, nodes and aggregated APIs are told to trust. */
export const configMaps: Source = {
  id: 'configmaps',
  layer: 'cluster',
  title: 'trust bundles in ConfigMaps',
  needs: [{ kind: 'rbac', group: '', resource: 'configmaps', verb: 'list' }],
  inScope: asksCluster('cluster'),
  command: listCommand(bundleList(PUBLISHED[0]!)),
  unknown: 'what Pods, nodes and aggregated APIs are told to trust',
  collect: async (context) => {
    const more = context.scope.allSecrets ? [OTHERS] : await namedBundles(context);
    const read = (bundle: TrustBundle) =>
      listTrustBundle(context, bundle, (contents, reading) => {
        placeConfigMap(contents, bundle, reading);
        const { allowedNames } = contents;
        if (allowedNames) reading.fact('requestHeader', { allowedNames });
      });
    await Promise.all([...PUBLISHED, ...more].map(read));
  },
};

/** ConfigMaps that the command line names, unless they are read anyway. */
async function namedBundles({ scope, ports }: CollectContext): Promise<TrustBundle[]> {
  const named = scope.targets.flatMap((target) =>
    target.kind === 'object' && target.objectKind === 'configmap' && !OTHERS.except?.includes(target.name)
      ? target
      : [],
  );
  if (named.length === 0) return [];
  const { namespace } = await ports.kube.connection();
  return named.map((target) => ({
    name: target.name,
    namespace: target.namespace ?? namespace,
    layer: 'cluster',
    roles: OTHERS.roles,
    unknown: `the certificates in ${target.text}`,
  }));
}
