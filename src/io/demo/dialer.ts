import { createHash } from 'node:crypto';
import { certificatesIn } from '../../core/parse/pem-contents.ts';
import { PortFailure } from '../ports/failure.ts';
import type { Files } from '../ports/files.ts';
import type { DialResult, DialTarget, TlsDialer } from '../ports/tls-dialer.ts';
import type { PlantedServer } from './planting/form.ts';
import { PlantedConnection } from './pods/connection.ts';
import type { Servers } from './servers.ts';
import type { World } from './world/world.ts';

/** Why a handshake with each of these ends, in the words and codes of the real dialer. */
const BROKEN: Readonly<
  Partial<Record<NonNullable<PlantedServer['protocol']>, Pick<DialResult, 'error' | 'code' | 'plain'>>>
> = {
  plain: { error: 'answers in plain HTTP, not TLS', plain: 'HTTP', code: 'ERR_SSL_WRONG_VERSION_NUMBER' },
  reset: { error: 'resets the connection during the handshake', code: 'ECONNRESET' },
  alert: {
    error:
      'has no certificate it could show or failed inside (a kubelet answers so while its serving CSR is not approved) (alert internal_error)',
    code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
  },
};

/** Handshakes in process: planted chains without a network. */
export class DemoDialer implements TlsDialer {
  readonly #world: World;
  readonly #servers: Servers;
  readonly #files: Files;

  constructor(world: World, servers: Servers, files: Files) {
    this.#world = world;
    this.#servers = servers;
    this.#files = files;
  }

  async dial(target: DialTarget): Promise<DialResult> {
    const { address, port, signal, through } = target;
    const server = through instanceof PlantedConnection ? through.server : this.#servers.at(address, port);
    const protocol = server?.protocol ?? 'tls';
    if (!server || protocol === 'refused') throw refused(address, port);
    if (protocol === 'silent' || signal.aborted) throw await silence(address, port, signal);
    const ms = roundTrip(address);
    const broken = BROKEN[protocol];
    if (broken) return { address, chain: [], ms, ...broken };
    return { address, ms, ...(await this.#handshake(server, target)) };
  }

  async #handshake(server: PlantedServer, target: DialTarget): Promise<Omit<DialResult, 'address' | 'ms'>> {
    const { factory, now } = this.#world;
    const chain = await factory.chain(this.#servers.chainFor(server, target.sni));
    const issuers = await Promise.all((server.clientCAs ?? []).map((name) => factory.certificate(name)));
    const shown = {
      chain,
      protocol: server.maxVersion ?? 'TLSv1.3',
      ...(issuers.length > 0 && { acceptedIssuers: issuers.map(({ certificate }) => certificate.subject) }),
    };
    const refusal = await this.#refusalOf(server, target);
    if (server.clientRequired && refusal) return { ...shown, ...alertOf(refusal) };
    if (server.clientRequired && !target.client) {
      const error = 'demands a client certificate, none was sent (alert certificate_required)';
      return { ...shown, error, code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' };
    }
    if (target.get === undefined) return shown;
    const date = Math.floor(this.#servers.clockOf(server) / 1000) * 1000;
    return { ...shown, date, dateReadAt: now, status: refusal ? 401 : (server.http?.[target.get]?.status ?? 404) };
  }

  /** What the server has against the certificate that the client shows, as the name of an alert. */
  async #refusalOf({ clientCAs = [] }: PlantedServer, { client }: DialTarget): Promise<string | undefined> {
    if (!client) return undefined;
    const [bytes] = await Promise.all([client.certificate, client.key].map((path) => this.#files.read(path, MAX_FILE)));
    const [leaf] = certificatesIn(bytes!).certificates;
    if (!leaf) throw new PortFailure('partial', `${client.certificate} and ${client.key} are no pair that TLS can use`);
    const { issuer, authorityKeyId, notAfter } = leaf.certificate;
    const issuers = await Promise.all(clientCAs.map((name) => this.#world.factory.certificate(name)));
    const isKnown = issuers.some(
      ({ certificate }) => certificate.subject === issuer && certificate.subjectKeyId === authorityKeyId,
    );
    if (!isKnown) return 'unknown_ca';
    return notAfter < this.#world.now ? 'certificate_expired' : undefined;
  }
}

const MAX_FILE = 1 << 20;

function alertOf(alert: string): Pick<DialResult, 'error' | 'code' | 'refused'> {
  return {
    refused: true,
    error: `refuses the client certificate (alert ${alert})`,
    code: `ERR_SSL_TLSV1_ALERT_${alert.toUpperCase()}`,
  };
}

function refused(address: string, port: number): PortFailure {
  const message = `${address}:${port}: connection refused: nothing listens there`;
  return new PortFailure('unreachable', message, { code: 'ECONNREFUSED' });
}

/** Resolves to the failure when the wait is aborted. */
export async function silence(address: string, port: number, signal: AbortSignal): Promise<PortFailure> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  const reason = signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
  const message = `${address}:${port}: no answer to the TLS hello: ${reason}`;
  return new PortFailure('timed-out', message, { code: 'ETIMEDOUT', cause: signal.reason });
}

/** Milliseconds between 2 and 17: the same for an address in every run. */
function roundTrip(address: string): number {
  return 2 + (createHash('sha256').update(address).digest()[0]! & 15);
}
