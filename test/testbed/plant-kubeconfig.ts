import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import type { Bed } from './bed.ts';
import { bracketed, PROXY_PORT, type Resolved } from './plant-servers.ts';

/** The kubeconfig that an incident plants for its user, and the `host:port` that it leads to. */
interface PlantedKubeconfig {
  readonly path: string;
  readonly api: string;
}

interface Config {
  readonly clusters?: readonly { readonly cluster: Record<string, unknown> & { readonly server: string } }[];
}

/** @param root the folder that stands for / of the incident's node */
export function kubeconfigOf({ env = {} }: Incident, root: string): PlantedKubeconfig | undefined {
  const path = join(root, env.KUBECONFIG ?? `${env.HOME ?? '/root'}/.kube/config`);
  if (!existsSync(path)) return undefined;
  const server = (parse(readFileSync(path, 'utf8')) as Config).clusters?.[0]?.cluster.server;
  if (server === undefined) return undefined;
  const { hostname, port } = new URL(server);
  return { path, api: `${hostname}:${port || 443}` };
}

/**
 * The same kubeconfig; planted addresses are reached through the proxy that knows where they listen, so that names and
 * addresses stay what they are. Where nothing listens, its own address says so itself.
 */
export function leadTo(bed: Bed, path: string, resolve: readonly Resolved[]): string {
  const config = parse(readFileSync(path, 'utf8')) as Config;
  const clusters = config.clusters?.map(({ cluster, ...entry }) => {
    const { hostname, port } = new URL(cluster.server);
    const found = resolve.find((each) => bracketed(each.host) === hostname && each.port === Number(port || 443));
    if (!found) return { ...entry, cluster };
    const led = found.open
      ? { 'proxy-url': `http://127.0.0.1:${bed.port(PROXY_PORT)}` }
      : { server: `https://${found.address}:${found.port}` };
    return { ...entry, cluster: { ...cluster, ...led } };
  });
  return stringify({ ...config, clusters });
}
