import { parseCertificate } from '../../core/x509/certificate.ts';
import { PortFailure } from '../ports/failure.ts';
import { unauthorized } from './api/failures.ts';
import type { DemoClient } from './client.ts';
import { silence } from './dialer.ts';
import type { PlantedServer } from './planting/form.ts';
import type { Servers } from './servers.ts';
import { refusalOf } from './verify.ts';
import type { World } from './world/world.ts';

/** Whom the API server takes the client for, and the time it says it is. */
export interface Identity {
  readonly user: string;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly date: number;
}

export interface GateOptions {
  readonly world: World;
  readonly servers: Servers;
  readonly client: DemoClient;
}

/**
 * Goes through the door that a request has to pass: the planted server at the kubeconfig's address, its certificate
 * against the kubeconfig's CA, and the client's credential. An address where no server is planted stands open to a
 * credential that has not ended.
 * @throws PortFailure as the real adapter has it for each way of failing
 */
export async function enter({ world, servers, client }: GateOptions, signal: AbortSignal): Promise<Identity> {
  const { host, port } = await client.connection();
  const server = servers.at(host, port);
  if (server || servers.isDenied(host, port)) await shakeHands({ world, servers, client }, server, signal);
  return { user: await authenticate(world, server, client), date: Math.floor(servers.clockOf(server) / 1000) * 1000 };
}

async function shakeHands(
  { world, servers, client }: GateOptions,
  server: PlantedServer | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, serverName, insecure } = await client.connection();
  const { cluster } = await client.resolution();
  const fail = (message: string, code: string) => new PortFailure('unreachable', message, { code });
  const api = `the API server ${host}:${port}`;
  const protocol = server?.protocol ?? 'tls';
  if (!server || protocol === 'refused')
    throw fail(`${api}: connection refused: nothing listens there`, 'ECONNREFUSED');
  if (protocol === 'silent') throw await silence(host, port, signal);
  if (protocol !== 'tls') throw fail(`${api}: the connection was closed before an answer`, 'ECONNRESET');
  if (insecure) return;
  const refusal = refusalOf({
    chain: await world.factory.chain(servers.chainFor(server, serverName)),
    anchors: await client.certificates(cluster.ca),
    name: serverName,
    now: world.now,
  });
  if (refusal) throw fail(`the certificate that ${api} serves ${refusal.reason}`, refusal.code);
}

/** @throws PortFailure (401) for a credential that has ended, or that none of the server's client CAs signed */
async function authenticate(world: World, server: PlantedServer | undefined, client: DemoClient): Promise<string> {
  const { user } = await client.resolution();
  const clock = world.now;
  const [leaf] = (await client.certificates(user.entry?.certificate)).map(parseCertificate);
  if (!leaf) {
    if ((user.entry?.token?.expires ?? clock) < clock) throw unauthorized();
    return user.entry?.token?.subject ?? 'system:anonymous';
  }
  if (leaf.notAfter < clock || leaf.notBefore > clock) throw unauthorized();
  const accepted = await Promise.all((server?.clientCAs ?? []).map((name) => world.factory.certificate(name)));
  const isIssued = accepted.some(
    ({ certificate }) => certificate.subject === leaf.issuer && certificate.subjectKeyId === leaf.authorityKeyId,
  );
  if (accepted.length > 0 && !isIssued) throw unauthorized();
  return /(?:^|,)CN=([^,]+)/.exec(leaf.subject)?.[1] ?? leaf.subject;
}
