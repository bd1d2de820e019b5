import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { logLines } from '../../src/io/demo/api/logs.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { createWorld, type World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';
import { NODES } from './catalogue/kwok.ts';
import { giveLogs, type LogLine } from './cluster/pods.ts';
import { plantAccess } from './plant-access.ts';
import { denyFiles, pathWithout } from './plant-denied.ts';
import { plantFiles } from './plant-files.ts';
import { kubeconfigOf, leadTo } from './plant-kubeconfig.ts';
import { plantObjects } from './plant-objects.ts';
import { forwardPods, type PodListener, podListeners } from './plant-pods.ts';
import { plantProcesses } from './plant-processes.ts';
import { makeRoom, remember } from './plant-removal.ts';
import { bracketed, plantServers, type Resolved } from './plant-servers.ts';
import { plantTools } from './plant-tools.ts';

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
  /** PATH with the tools whose answers are planted, and without those that are denied. Absent when it stays as it is. */
  readonly path?: string;
  /** What the product is started with, so that denied files are denied to it: root may read them all. */
  readonly runWith: readonly string[];
  readonly resolve: readonly Resolved[];
  /** What could not be planted here, and why. */
  readonly skipped: readonly string[];
}

/**
 * Puts the bed into the state that an incident describes, in place of the one planted before. The controller manager
 * stands still from then on: it would heal, sign and clean up what was planted. The bed's own Nodes are away meanwhile.
 */
export async function plant(bed: Bed, incident: Incident): Promise<Planted> {
  const world = createWorld(incident, Date.now());
  const name = `planted-${incident.id}`;
  const root = join(bed.runDir, 'planted', incident.id);
  await makeRoom(bed);
  remember(bed, incident, root);
  await bed.stop('kube-controller-manager');
  await plantFiles(world, root);
  await plantProcesses(bed, world, root);
  const path = await plantPath(bed, world, name);
  await plantObjects(bed, await world.render(incident.objects ?? []));
  const pods = await plantPods(bed, world);
  const skipped = [...pods.skipped, ...(await plantLogs(bed, world))];
  const access = (await plantAccess(bed, name, incident.denied ?? [])) ?? bed.superAdminKubeconfig;
  const given = kubeconfigOf(incident, root);
  const resolve = await plantServers({
    bed,
    world,
    name,
    ...(given && { api: given.api }),
    back: access,
    pods: pods.listeners,
  });
  const isLed = resolve.some(({ host, port }) => given?.api === `${bracketed(host)}:${port}`);
  const pkiDir = join(root, 'etc/kubernetes');
  return {
    incident: { ...incident, symptom: await world.render(incident.symptom) },
    root,
    kubeconfig: given && isLed ? bed.write(`planted/${name}.conf`, leadTo(bed, given.path, resolve)) : access,
    ...(existsSync(pkiDir) && { pkiDir }),
    ...(await plantRoots(bed, world)),
    ...(path !== undefined && { path }),
    runWith: denyFiles(root, incident.denied ?? []),
    resolve,
    skipped,
  };
}

async function plantRoots(bed: Bed, world: World): Promise<Pick<Planted, 'caFile'>> {
  const { id, trusted = [] } = world.incident;
  if (trusted.length === 0) return {};
  const pem = await world.render(`\${cert:${trusted.join(',')}}`);
  return { caFile: bed.write(`planted/planted-${id}-roots.pem`, pem) };
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

/** @returns the whole PATH; undefined when it stays as it is */
async function plantPath(bed: Bed, world: World, name: string): Promise<string | undefined> {
  const tools = await plantTools(bed, world, name);
  const rest = pathWithout(bed, name, world.incident.denied ?? []);
  if (tools === undefined && rest === undefined) return undefined;
  return [tools, rest ?? process.env.PATH].filter((each) => each !== undefined).join(delimiter);
}

/** Ports of Pods answer through kwok, which plays the kubelet of their nodes. */
async function plantPods(
  bed: Bed,
  world: World,
): Promise<{ readonly listeners: readonly PodListener[]; readonly skipped: readonly string[] }> {
  const hasKwok = bed.up.some(({ component }) => component === 'kwok');
  if (!hasKwok) {
    const isNeeded = (world.incident.proxies ?? []).length > 0;
    return { listeners: [], skipped: isNeeded ? ['proxies: kwok is not up'] : [] };
  }
  await bed.kubectl(['delete', 'nodes', '--ignore-not-found', ...Object.values(NODES)]);
  const listeners = await podListeners(bed, world);
  await forwardPods(bed, listeners);
  const path = 'jsonpath={.spec.nodeName}';
  for (const pod of new Set(listeners.map(({ pod }) => pod))) {
    const [namespace = '', name = ''] = pod.split('/');
    const node = await bed.kubectl(['get', 'pod', '-n', namespace, name, '--ignore-not-found', '-o', path]);
    // A proxy may have been left behind by an incident that takes its Pod out.
    if (node.trim() !== '') await leadToKwok(bed, node);
  }
  return { listeners, skipped: [] };
}

/** Logs answer through kwok: the Pod's node gets its address, whatever else is planted of the node. */
async function plantLogs(bed: Bed, world: World): Promise<string[]> {
  const logs = world.incident.logs?.filter(({ pod }) => pod !== undefined) ?? [];
  if (logs.length === 0) return [];
  if (!bed.up.some(({ component }) => component === 'kwok')) return ['logs of Pods: kwok is not up'];
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
  return [];
}

/** The API server prefers external addresses, of which a planted Node has none; whoever dials the Node takes its own. */
async function leadToKwok(bed: Bed, node: string): Promise<void> {
  const { address, port } = bed.kubelet;
  const status = {
    addresses: [{ type: 'ExternalIP', address }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  await bed.kubectl(['patch', 'node', node, '--subresource=status', '-p', JSON.stringify({ status })]);
}
