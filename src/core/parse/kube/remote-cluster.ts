import type { RemoteClusterFact } from '../../model/facts.ts';
import { parseKubeconfig } from '../kubeconfig.ts';
import { certificatesIn } from '../pem-contents.ts';
import { at, compact, recordOf } from './json.ts';
import { metaOf } from './meta.ts';

/** Linkerd's key for it (linkerd2 multicluster/service-mirror); Istio's is the name of the cluster. */
const LINKERD_KEY = 'kubeconfig';

/**
 * A Secret with kubeconfigs by which a mesh reaches other clusters: when their credentials end. Tokens and keys are not
 * kept (istio pkg/kube/multicluster/secretcontroller.go).
 */
export function readRemoteCluster(object: unknown): RemoteClusterFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const entries = Object.entries(recordOf(at(object, 'data'))).flatMap(([key, value]) => {
    if (typeof value !== 'string') return [];
    const text = Buffer.from(value, 'base64').toString('utf8');
    const { users, clusters, problems } = parseKubeconfig(text, key);
    if (problems.length > 0 || clusters.length === 0) return [];
    const [user] = users;
    const expires = user?.token?.expires;
    const certificate = user?.certificate && 'pem' in user.certificate ? endOf(user.certificate.pem) : undefined;
    return [
      compact<RemoteClusterFact['clusters'][number]>({
        name: key === LINKERD_KEY ? (meta.labels['multicluster.linkerd.io/cluster-name'] ?? meta.name) : key,
        server: clusters[0]?.server ?? '',
        tokenEnds: expires === undefined ? undefined : new Date(expires).toISOString(),
        certificateEnds: certificate,
      }),
    ];
  });
  return { namespace: meta.namespace, name: meta.name, clusters: entries };
}

function endOf(pem: string): string | undefined {
  const [first] = certificatesIn(Buffer.from(pem)).certificates;
  return first && new Date(first.certificate.notAfter).toISOString();
}
