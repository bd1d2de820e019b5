import type { Duplex } from 'node:stream';
import { PortFailure } from '../../ports/failure.ts';
import type { ExecAnswer, ExecRequest, PortForwardRequest } from '../../ports/kube-api.ts';
import { PlantedConnection } from '../pods/connection.ts';
import { type PodServer, proxyServers, serversOfPod } from '../pods/proxy-servers.ts';
import type { Servers } from '../servers.ts';
import type { World } from '../world/world.ts';
import { badRequest } from './failures.ts';
import type { StoredObject } from './stored-object.ts';

type Pod = StoredObject & {
  readonly status?: { readonly phase?: string; readonly podIP?: string };
  readonly spec?: Partial<Record<'containers' | 'initContainers', readonly { readonly name: string }[]>>;
};

/** What a port of a Pod leads to. @throws PortFailure in the kubelet's words where nothing listens */
export async function forwardTo(
  world: World,
  servers: Servers,
  object: StoredObject,
  { port, signal }: PortForwardRequest,
): Promise<Duplex> {
  const pod = object as Pod;
  const name = nameOf(pod);
  if ((pod.status?.phase ?? 'Running') !== 'Running') {
    throw badRequest(`unable to forward port because pod is not running. Current status=${pod.status?.phase}`);
  }
  const server = (await podServers(world, pod)).find((each) => each.port === port)?.server;
  if (!server || server.protocol === 'refused' || servers.isDenied(pod.status?.podIP ?? '', port)) {
    const reason = `failed to connect to localhost:${port} inside namespace: connection refused`;
    throw new PortFailure('unreachable', `port ${port} of pod ${name}: ${reason}`, { code: 'EFORWARD' });
  }
  const connection = new PlantedConnection(server, servers.clockOf(server));
  signal.addEventListener('abort', () => connection.destroy(), { once: true });
  return connection;
}

/** A proxy's own client for its admin, which is all that anybody runs in the demo. @throws PortFailure `absent` for others */
export async function runInPod(
  world: World,
  object: StoredObject,
  { argv, container }: ExecRequest,
): Promise<ExecAnswer> {
  const pod = object as Pod;
  const names = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map(({ name }) => name);
  if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
  const [program, command, method, path = ''] = argv;
  if (program !== 'pilot-agent' || command !== 'request' || method !== 'GET' || container !== 'istio-proxy') {
    throw new PortFailure('absent', `${program} in pod ${nameOf(pod)}: executable file not found in $PATH`);
  }
  const admin = (await podServers(world, pod)).find(({ port }) => port === ADMIN)?.server;
  const answer = admin?.http?.[`/${path.replace(/^\//, '').split('?')[0]}`];
  if (!answer) return { stdout: '', stderr: 'Error: failed to send request to admin port\n', exit: 1 };
  return { stdout: answer.body ?? '', stderr: '', exit: 0 };
}

const ADMIN = 15000;

async function podServers(world: World, pod: Pod): Promise<PodServer[]> {
  const planted = world.incident.proxies?.filter((proxy) => proxy.pod === nameOf(pod)) ?? [];
  const proxies = await Promise.all(planted.map((proxy) => proxyServers(world, proxy)));
  return [...proxies.flat(), ...serversOfPod(world, pod)];
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
