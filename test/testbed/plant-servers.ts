import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mint } from '../../src/io/demo/mint.ts';
import type { Chain, PlantedServer } from '../../src/io/demo/planting/form.ts';
import { parseSkew } from '../../src/io/demo/planting/moment.ts';
import type { World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';
import type { Identity, Listener } from './plant-listener.ts';
import type { PodListener } from './plant-pods.ts';

const LISTENER = fileURLToPath(new URL('./plant-listener.ts', import.meta.url));
const READY = 'listening';
const FIRST_HOST = 10;
/** The port of the proxy through which planted addresses can be dialled by their own names. */
export const PROXY_PORT = 'planted-proxy';

/** A planted address, and the loopback address that stands for it: `--resolve host:port:address`. */
export interface Resolved {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  /** False where connections are refused. */
  readonly open: boolean;
}

export interface ServersOptions {
  readonly bed: Bed;
  readonly world: World;
  readonly name: string;
  /** `host:port` of the planted API server: what is let in there is passed on to the bed's. */
  readonly api?: string;
  /** The kubeconfig with which that is passed on. */
  readonly back: string;
  /** What Pods serve, to be reached by port-forward. */
  readonly pods: readonly PodListener[];
}

/** Lets every planted server listen, each on a loopback address of its own with the ports that are dialled. */
export async function plantServers({ bed, world, name, api, back, pods }: ServersOptions): Promise<Resolved[]> {
  const servers = world.incident.servers ?? [];
  const denied = new Set((world.incident.denied ?? []).flatMap((rule) => ('port' in rule ? [rule.port] : [])));
  const resolved: Resolved[] = [];
  const listeners: Listener[] = [];
  for (const [index, server] of servers.entries()) {
    const address = addressOf(bed, index);
    const places = server.listen.map((listen) => {
      const open = server.protocol !== 'refused' && !denied.has(listen);
      return { ...splitAddress(listen), address, open };
    });
    resolved.push(...places);
    const ports = new Set(places.filter(({ open }) => open).map(({ port }) => port));
    const passOn = api !== undefined && server.listen.includes(api);
    if (ports.size > 0) listeners.push(await listenerOf(world, server, { address, ports: [...ports], passOn }));
  }
  for (const { server, local } of pods) {
    listeners.push(await listenerOf(world, server, { address: '127.0.0.1', ports: [local], passOn: false }));
  }
  if (listeners.length > 0) {
    const [port] = await bed.takePorts([PROXY_PORT]);
    const routes = resolved.map((each) => [`${bracketed(each.host)}:${each.port}`, each.address]);
    const proxy = { port, routes: Object.fromEntries(routes) };
    const config = { listeners, proxy, back: { server: bed.server, kubeconfig: back }, ready: READY };
    await listen(bed, name, bed.write(join('planted', `${name}.json`), JSON.stringify(config)));
  }
  return resolved;
}

async function listen(bed: Bed, name: string, config: string): Promise<void> {
  await bed.spawn({ name, argv: [process.execPath, LISTENER, config], ready: { kind: 'log', text: READY } });
}

/** The bed's own loopback net has 127.1.N.1 taken; an incident gets the following hosts of it. */
function addressOf(bed: Bed, index: number): string {
  return bed.loopback.replace(/\.1$/, `.${FIRST_HOST + index}`);
}

/** As URLs have it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function splitAddress(listen: string): { host: string; port: number } {
  const at = listen.lastIndexOf(':');
  return { host: listen.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(listen.slice(at + 1)) };
}

/** A CA with the name of another and a key of its own. */
async function namesake(world: World, name: string): Promise<string> {
  const { subject, notBefore, notAfter } = (await world.factory.certificate(name)).certificate;
  return (await mint({ subject, notBefore, notAfter, isCA: true })).pem;
}

async function listenerOf(
  world: World,
  server: PlantedServer,
  where: Pick<Listener, 'address' | 'ports' | 'passOn'>,
): Promise<Listener> {
  const identity = async (chain: Chain): Promise<Identity> => ({
    cert: await world.render(`\${cert:${chain.join(',')}}`),
    key: await world.render(`\${key:${server.key ?? chain[0]}}`),
  });
  const identities = async (chains: readonly Chain[]) => Promise.all(chains.map(identity));
  const { protocol = 'tls', sni = {}, clientCAs = [] } = server;
  return {
    ...where,
    protocol,
    chains: await identities(server.replicas ?? (server.chain ? [server.chain] : [])),
    sni: Object.fromEntries(
      await Promise.all(Object.entries(sni).map(async ([host, chain]) => [host, await identity(chain)] as const)),
    ),
    ...(server.maxVersion && { maxVersion: server.maxVersion }),
    clientCAs: await Promise.all(clientCAs.map((name) => world.render(`\${cert:${name}}`))),
    clientCANames: (await Promise.all(clientCAs.map((name) => namesake(world, name)))).join(''),
    clientRequired: server.clientRequired ?? false,
    skew: server.skew === undefined ? 0 : (parseSkew(server.skew) ?? 0),
    http: server.http ?? {},
  };
}
