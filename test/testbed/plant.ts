import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { logLines } from '../../src/io/demo/api/logs.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { createWorld, type World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';
import { giveLogs, type LogLine } from './cluster/pods.ts';
import { plantAccess } from './plant-access.ts';
import { plantFiles } from './plant-files.ts';
import { kubeconfigOf, leadTo } from './plant-kubeconfig.ts';
import { plantObjects } from './plant-objects.ts';
import { plantProcesses } from './plant-processes.ts';
import { remember, unplant } from './plant-removal.ts';
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
  /** Holds the tools whose answers are planted: the first folder of PATH. Absent when there are none. */
  readonly toolsDir?: string;
  readonly resolve: readonly Resolved[];
  /** What could not be planted here, and why. */
  readonly skipped: readonly string[];
}

/**
 * Puts the bed into the state that an incident describes, in place of the one planted before. The controller manager
 * stands still from then on: it would heal, sign and clean up what was planted.
 */
export async function plant(bed: Bed, incident: Incident): Promise<Planted> {
  const world = createWorld(incident, Date.now());
  const name = `planted-${incident.id}`;
  const root = join(bed.runDir, 'planted', incident.id);
  await unplant(bed);
  remember(bed, incident);
  await bed.stop('kube-controller-manager');
  await plantFiles(world, root);
  await plantProcesses(bed, world, root);
  const toolsDir = await plantTools(bed, world, name);
  await plantObjects(bed, await world.render(incident.objects ?? []));
  const skipped = [...notPlanted(incident), ...(await plantLogs(bed, world))];
  const access = (await plantAccess(bed, name, incident.denied ?? [])) ?? bed.superAdminKubeconfig;
  const given = kubeconfigOf(incident, root);
  const resolve = await plantServers({ bed, world, name, ...(given && { api: given.api }), back: access });
  const isLed = resolve.some(({ host, port }) => given?.api === `${bracketed(host)}:${port}`);
  const pkiDir = join(root, 'etc/kubernetes');
  return {
    incident: { ...incident, symptom: await world.render(incident.symptom) },
    root,
    kubeconfig: given && isLed ? bed.write(`planted/${name}.conf`, leadTo(bed, given.path, resolve)) : access,
    ...(existsSync(pkiDir) && { pkiDir }),
    ...(await plantRoots(bed, world)),
    ...(toolsDir !== undefined && { toolsDir }),
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

function notPlanted({ proxies = [], denied = [] }: Incident): string[] {
  const all = [
    proxies.length > 0 && 'proxies: the bed has no data plane that takes given certificates',
    denied.some((rule) => 'file' in rule) && 'denied files: an administrator may read them all',
    denied.some((rule) => 'binary' in rule) && 'denied binaries: PATH stays as it is',
  ];
  return all.filter((each) => each !== false);
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

async function leadToKwok(bed: Bed, node: string): Promise<void> {
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: bed.port('kubelet') } },
  };
  await bed.kubectl(['patch', 'node', node, '--subresource=status', '-p', JSON.stringify({ status })]);
}
