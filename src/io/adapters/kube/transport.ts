import type { Agent } from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { proxyFor } from '../../../core/parse/proxy.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { Credential } from './credentials.ts';
import { http } from './http.ts';
import type { Located } from './located.ts';
import type { KubeApiOptions } from './options.ts';

/** Connections that all sources share; parallel requests take one each. */
const MAX_SOCKETS = 16;

/** Keeps connections to one server, and makes new ones when the client certificate changes. */
export class Transport {
  readonly #options: KubeApiOptions;
  readonly #located: Located;
  #agent: Promise<Agent> | undefined;
  #certificate: string | undefined;

  constructor(options: KubeApiOptions, located: Located) {
    this.#options = options;
    this.#located = located;
  }

  /** The proxy that is used, without its password; for messages. */
  get proxy(): string | undefined {
    return this.#proxy?.replace(/\/\/[^/@]*@/, '//');
  }

  /** @throws PortFailure when CA, certificate or key can't be used */
  async agent({ certificate, key }: Credential): Promise<Agent> {
    if (!this.#agent || this.#certificate !== certificate) {
      this.#certificate = certificate;
      // One before it is not destroyed: requests may be under way, and idle connections keep no process alive.
      this.#agent = this.#make(certificate, key);
    }
    try {
      return await this.#agent;
    } catch (error) {
      this.#agent = undefined;
      throw error;
    }
  }

  get #proxy(): string | undefined {
    const { server, cluster } = this.#located;
    const port = Number(server.port) || (server.protocol === 'https:' ? 443 : 80);
    return proxyFor({ protocol: server.protocol, host: server.hostname, port }, this.#options.env, cluster.proxyUrl);
  }

  async #make(certificate: string | undefined, key: string | undefined): Promise<Agent> {
    const isTls = this.#located.server.protocol === 'https:';
    const proxy = this.#proxy;
    const options = { ...(isTls ? await this.#tlsOptions(certificate, key) : {}), ...SHARED };
    if (proxy?.startsWith('socks')) return await socksAgent(proxy, this.#located, options);
    const proxyEnv = proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy, HTTP_PROXY: proxy } };
    return isTls ? new https.Agent({ ...options, ...proxyEnv }) : new http.Agent({ ...options, ...proxyEnv });
  }

  async #tlsOptions(certificate: string | undefined, key: string | undefined): Promise<https.AgentOptions> {
    const { insecure, tlsServerName } = this.#located.resolution.cluster;
    return {
      ca: await this.#trusted(),
      rejectUnauthorized: !insecure,
      ...(tlsServerName && { servername: tlsServerName }),
      ...(certificate !== undefined && key !== undefined && this.#checkPair(certificate, key)),
    };
  }

  /** The cluster's own CA, else what the system trusts, as Go does. */
  async #trusted(): Promise<string | string[]> {
    const { ca, insecure, name } = this.#located.resolution.cluster;
    if (!ca) return insecure ? [] : [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
    if ('pem' in ca) return ca.pem;
    try {
      return Buffer.from(await this.#options.files.read(ca.path, 4 << 20)).toString('latin1');
    } catch (error) {
      if (!(error instanceof PortFailure)) throw error;
      const message = `the certificate-authority of cluster ${name || '(--certificate-authority)'} can't be read: ${error.message}`;
      throw new PortFailure('unreachable', message, { code: 'kubeconfig' });
    }
  }

  /** OpenSSL would say so too, but at each connection and in its own words. */
  #checkPair(cert: string, key: string): { cert: string; key: string } {
    try {
      tls.createSecureContext({ cert, key });
      return { cert, key };
    } catch (error) {
      const { code } = error as { code?: string };
      const reason =
        PAIR_ERRORS.find(({ pattern }) => pattern.test(code ?? ''))?.reason ?? 'they are no PEM certificate and key';
      const who = this.#located.resolution.user.name || 'the given user';
      throw new PortFailure('denied', `the client certificate and key of ${who} can't be used: ${reason}`, {
        code: 'credential',
      });
    }
  }
}

const SHARED = { keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS } as const;

const PAIR_ERRORS = [
  { pattern: /KEY_VALUES_MISMATCH/, reason: 'the key is not that of the certificate' },
  { pattern: /INTERRUPTED_OR_CANCELLED|BAD_PASSWORD|BAD_DECRYPT/, reason: 'the key is locked with a passphrase' },
  { pattern: /TOO_SMALL|MD_TOO_WEAK/, reason: 'OpenSSL refuses so weak a certificate' },
];

/**
 * Node's own agents speak no SOCKS: the Kubernetes client's do. They forget the host before they verify, and would
 * check an address by the name localhost; and requests that queue for a socket would wait for ever when one fails, so
 * their number has no limit.
 */
async function socksAgent(proxyUrl: string, located: Located, options: https.AgentOptions): Promise<Agent> {
  const { KubeConfig } = await import('./client-node.ts');
  const config = new KubeConfig();
  const server = located.server.href;
  config.loadFromOptions({
    users: [{ name: 'user' }],
    clusters: [{ name: 'cluster', server, proxyUrl, skipTLSVerify: located.resolution.cluster.insecure }],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  const made: https.RequestOptions = { ...options, headers: {} };
  await config.applyToHTTPSOptions(made);
  const agent = made.agent as Agent & { options: https.AgentOptions };
  const name = located.resolution.cluster.tlsServerName ?? located.server.hostname.replace(/^\[|\]$/g, '');
  Object.assign(agent.options, options, {
    checkServerIdentity: (_host: string, peer: tls.PeerCertificate) => tls.checkServerIdentity(name, peer),
  });
  return Object.assign(agent, { keepAlive: true });
}
