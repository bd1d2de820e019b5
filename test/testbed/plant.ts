import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { logLines } from '../../src/io/demo/api/logs.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { createWorld, type World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';
import { giveLogs, type LogLine } from './cluster/pods.ts';
import { plantAccess } from './plant-access.ts';
import { plantFiles } from './plant-files.ts';
import { plantObjects } from './plant-objects.ts';
import { remember, unplant } from './plant-removal.ts';
import { bracketed, PROXY_PORT, plantServers, type Resolved } from './plant-servers.ts';

/** What a planted incident needs of whoever looks at it. */
export interface Planted {
  readonly incident: Incident;
  /** Stands for / of the incident's node. */
  readonly root: string;
  readonly kubeconfig: string;
  /** For `--pki-dir`; absent when no file is planted below /etc/kubernetes. */
  readonly pkiDir?: string;
  /** PEM of the roots that public clients trust, for `--ca`. */
  readonly caFile?: string;
  readonly resolve: readonly Resolved[];
  /** What could not be planted here, and why. */
  readonly skipped: readonly string[];
}

/**
 * Puts the bed into the state that an incident describes, in place of the one planted before. The controller manager stands still from then on: it would
 * heal, sign and clean up what was planted.
 */
export async function plant(bed: Bed, incident: Incident): Promise<Planted> {
  const world = createWorld(incident, Date.now());
  const name = `planted-${incident.id}`;
  const root = join(bed.runDir, 'planted', incident.id);
  await unplant(bed);
  remember(bed, incident.id, incident.objects ?? []);
  await bed.stop('kube-controller-manager');
  await plantFiles(world, root);
  await plantObjects(bed, await world.render(incident.objects ?? []));
  const skipped = [...notPlanted(incident), ...(await plantLogs(bed, world))];
  const access = await plantAccess(bed, name, incident.denied ?? []);
  const given = kubeconfigOf(incident, root);
  const api = given && apiAddress(given);
  const resolve = await plantServers({
    bed,
    world,
    name,
    ...(api && { api }),
    back: access ?? bed.superAdminKubeconfig,
  });
  const led = given && api && resolve.some((each) => `${each.host}:${each.port}` === api) ? given : undefined;
  const roots = incident.trusted ?? [];
  return {
    incident,
    root,
    kubeconfig: led
      ? bed.write(`planted/${name}.conf`, leadTo(bed, led, resolve))
      : (access ?? bed.superAdminKubeconfig),
    ...(existsSync(join(root, 'etc/kubernetes')) && { pkiDir: join(root, 'etc/kubernetes') }),
    ...(roots.length > 0 && {
      caFile: bed.write(`planted/${name}-roots.pem`, await world.render(`\${cert:${roots.join(',')}}`)),
    }),
    resolve,
    skipped,
  };
}

/** The arguments with which the product looks at a planted incident. */
export function productArguments({ kubeconfig, pkiDir, caFile, resolve }: Planted): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    ...(pkiDir ? [`--pki-dir=${pkiDir}`] : []),
    ...(caFile ? [`--ca=${caFile}`] : []),
    ...resolve.map(({ host, port, address }) => `--resolve=${bracketed(host)}:${port}:${address}`),
  ];
}

function notPlanted({ proxies = [], processes = [], tools = [], denied = [] }: Incident): string[] {
  const all = [
    proxies.length > 0 && 'proxies: the bed has no data plane that takes given certificates',
    processes.length > 0 && 'processes: none is started',
    tools.length > 0 && 'tools: the real ones answer',
    denied.some((rule) => 'file' in rule) && 'denied files: an administrator may read them all',
    denied.some((rule) => 'binary' in rule) && 'denied binaries: PATH stays as it is',
  ];
  return all.filter((each) => each !== false);
}

/** Logs answer through kwok: the Pod's node gets its address, whatever else is planted of the node. */
async function plantLogs(bed: Bed, world: World): Promise<string[]> {
  const logs = world.incident.logs?.filter(({ pod }) => pod !== undefined) ?? [];
  const units = world.incident.logs?.some(({ unit }) => unit !== undefined) ? ['logs of units: the bed has none'] : [];
  if (logs.length === 0) return units;
  if (!bed.up.some(({ component }) => component === 'kwok')) return [...units, 'logs of Pods: kwok is not up'];
  const byPod = new Map<string, Record<string, LogLine[]>>();
  for (const { pod = '', container, lines } of logs) {
    const [namespace = '', name = ''] = pod.split('/');
    const path = '{.spec.nodeName} {.spec.containers[0].name}';
    const found = await bed.kubectl(['get', 'pod', '-n', namespace, name, '-o', `jsonpath=${path}`]);
    const [node = '', first = ''] = found.split(' ');
    await leadToKwok(bed, node);
    byPod.set(pod, { ...byPod.get(pod), [container ?? first]: await logLines(world, lines) });
  }
  for (const [pod, containers] of byPod) {
    const [namespace = '', name = ''] = pod.split('/');
    await giveLogs(bed, { namespace, name }, containers);
  }
  return units;
}

async function leadToKwok(bed: Bed, node: string): Promise<void> {
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: bed.port('kubelet') } },
  };
  await bed.kubectl(['patch', 'node', node, '--subresource=status', '-p', JSON.stringify({ status })]);
}

interface Config {
  readonly clusters?: readonly { readonly cluster: Record<string, unknown> & { readonly server: string } }[];
}

function kubeconfigOf({ env = {} }: Incident, root: string): string | undefined {
  const path = join(root, env.KUBECONFIG ?? `${env.HOME ?? '/root'}/.kube/config`);
  return existsSync(path) ? path : undefined;
}

function apiAddress(path: string): string | undefined {
  const server = (parse(readFileSync(path, 'utf8')) as Config).clusters?.[0]?.cluster.server;
  if (server === undefined) return undefined;
  const { hostname, port } = new URL(server);
  return `${hostname}:${port || 443}`;
}

/**
 * The same kubeconfig; planted addresses are reached through the proxy that knows where they listen, so that names and
 * addresses stay what they are. Where nothing listens, its own address says so itself.
 */
function leadTo(bed: Bed, path: string, resolve: readonly Resolved[]): string {
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
