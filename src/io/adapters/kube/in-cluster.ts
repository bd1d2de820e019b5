import type { Resolution } from '../../../core/parse/kubeconfig-resolve.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { Located } from './located.ts';
import type { KubeApiOptions } from './options.ts';

/** Where the kubelet puts a Pod's credential (client-go rest/config.go, InClusterConfig). */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster of the Pod that this runs in, undefined when it runs in none. Flags that say more are kept. */
export async function inCluster(
  { env, files, flags }: KubeApiOptions,
  resolution: Resolution,
): Promise<Located | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) return undefined;
  const namespace = await readText(`${ACCOUNT}/namespace`);
  if (namespace === undefined) return undefined;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { cluster } = resolution;
  return {
    resolution: {
      ...resolution,
      namespace: flags.namespace || namespace.trim() || 'default',
      cluster: { ...cluster, server, ...(!cluster.insecure && { ca: cluster.ca ?? { path: `${ACCOUNT}/ca.crt` } }) },
    },
    server: new URL(server),
    user: { asGroups: [] },
    cluster: {},
    tokenFile: `${ACCOUNT}/token`,
  };

  async function readText(path: string): Promise<string | undefined> {
    try {
      return Buffer.from(await files.read(path, 65_536)).toString('utf8');
    } catch (error) {
      if (error instanceof PortFailure) return undefined;
      throw error;
    }
  }
}
