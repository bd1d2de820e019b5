import { type PodServer, proxyServers, serversOfPod } from '../../src/io/demo/pods/proxy-servers.ts';
import type { World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';
import { giveForward } from './cluster/pods.ts';

/** What a planted Pod serves, and the port on loopback that stands for it. */
export interface PodListener extends PodServer {
  readonly local: number;
}

/** What the planted Pods serve, each on a free port. */
export async function podListeners(bed: Bed, world: World): Promise<PodListener[]> {
  const proxies = await Promise.all((world.incident.proxies ?? []).map((proxy) => proxyServers(world, proxy)));
  const pods = (world.incident.objects ?? []).filter(({ kind }) => kind === 'Pod');
  const own = pods.flatMap((pod) => serversOfPod(world, pod));
  const all = [...proxies.flat(), ...own].filter(({ server }) => server.protocol !== 'refused');
  const ports = await bed.takePorts(all.map(({ pod, port }) => `planted-${pod}-${port}`));
  return all.map((each, index) => ({ ...each, local: ports[index]! }));
}

/** Leads the Pods' ports, through port-forward, to what serves them. */
export async function forwardPods(bed: Bed, listeners: readonly PodListener[]): Promise<void> {
  const byPod = Map.groupBy(listeners, ({ pod }) => pod);
  for (const [pod, served] of byPod) {
    const [namespace = '', name = ''] = pod.split('/');
    await giveForward(bed, { namespace, name }, Object.fromEntries(served.map(({ port, local }) => [port, local])));
  }
}
