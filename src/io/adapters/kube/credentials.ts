import { readTokenClaims } from '../../../core/parse/jwt.ts';
import { certificatesIn } from '../../../core/parse/pem-contents.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { KubeConnection } from '../../ports/kube-api.ts';
import { providerHeader } from './auth-provider.ts';
import { credentialSources, describeCredential, type GivenCredential } from './credential-facts.ts';
import { runPlugin } from './exec-plugin.ts';
import type { Located } from './located.ts';
import type { KubeApiOptions } from './options.ts';
import { Shared } from './wait.ts';

/** What one request is sent with. */
export interface Credential {
  readonly authorization?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

/** A token file is read again after this time, milliseconds (client-go transport/token_source.go). */
const TOKEN_FILE_AGE = 60_000;
/** A credential that is about to end is not used any more, milliseconds. */
const EXPIRY_MARGIN = 5_000;
/** A plugin that failed is not run again at once by every source, milliseconds. */
const FAILURE_AGE = 5_000;
/** A plugin is given up a little before whoever waits for it, so that the message names it. */
const PLUGIN_SHARE = 0.8;
/** Bytes. */
const MAX_FILE = 1 << 20;

/** The user's credential: read from flags, kubeconfig and files, or asked from its plugin; kept while it is valid. */
export class Credentials {
  readonly #options: KubeApiOptions;
  readonly #located: Located;
  readonly #shared: Shared<Credential>;
  #given: GivenCredential = {};
  #current: Credential | undefined;
  #validUntil = 0;
  #failure: PortFailure | undefined;

  constructor(options: KubeApiOptions, located: Located) {
    this.#options = options;
    this.#located = located;
    this.#shared = new Shared((signal) => this.#make(signal));
  }

  /** @throws PortFailure `denied` when there is none to be had */
  async get(signal: AbortSignal): Promise<Credential> {
    if (this.#options.clock.now() >= this.#validUntil) this.#shared.reset();
    else if (this.#failure) throw this.#failure;
    return await this.#shared.get(signal);
  }

  /** After a 401: whether another try may do better, because a plugin, provider or file may give something new. */
  refresh(used: Credential): boolean {
    const { user } = this.#located;
    const { token, tokenFile } = credentialSources(this.#options, this.#located);
    if (token !== undefined || !(user.exec || user.authProvider || tokenFile !== undefined)) return false;
    if (used === this.#current) this.#validUntil = 0;
    return true;
  }

  /** Public facts; those of a plugin only once it has run. */
  async describe(): Promise<KubeConnection['credential']> {
    return await describeCredential(this.#options, this.#located, this.#given);
  }

  /** What has ended of the credential by our clock, in words; undefined when nothing has. */
  async ended(): Promise<string | undefined> {
    const { certificate, expires, kind } = await this.describe();
    const leaf = certificatesIn(Buffer.from(certificate ?? '')).certificates[0]?.certificate;
    const end = leaf?.notAfter ?? expires;
    if (end === undefined || end > this.#options.clock.now()) return undefined;
    return `its ${leaf ? 'client certificate' : kind} ended at ${new Date(end).toISOString()}`;
  }

  async #make(signal: AbortSignal): Promise<Credential> {
    this.#failure = undefined;
    this.#validUntil = Number.POSITIVE_INFINITY;
    try {
      this.#current = { ...(await this.#clientCertificate()), ...(await this.#bearer(signal)) };
      return this.#current;
    } catch (error) {
      if (error instanceof PortFailure) this.#failure = error;
      this.#validUntil = this.#options.clock.now() + FAILURE_AGE;
      throw error;
    }
  }

  async #clientCertificate(): Promise<Credential> {
    const { certificate } = credentialSources(this.#options, this.#located);
    if (!certificate) return {};
    const { user, resolution } = this.#located;
    const entryKey = resolution.user.entry?.key;
    const entryPath = entryKey && 'path' in entryKey ? entryKey.path : undefined;
    const path = this.#options.flags.clientKey || (user.key === undefined ? entryPath : undefined);
    const key = path === undefined ? user.key : await this.#readFile(path);
    if (key === undefined) throw this.#denied('there is a client certificate but no key for it: give --client-key');
    return { certificate: 'pem' in certificate ? certificate.pem : await this.#readFile(certificate.path), key };
  }

  async #bearer(signal: AbortSignal): Promise<Credential> {
    const { user } = this.#located;
    const { token, tokenFile } = credentialSources(this.#options, this.#located);
    if (token !== undefined) return { authorization: `Bearer ${token}` };
    if (tokenFile !== undefined) {
      this.#validUntil = this.#options.clock.now() + TOKEN_FILE_AGE;
      return { authorization: `Bearer ${(await this.#readFile(tokenFile)).trim()}` };
    }
    if (user.username !== undefined) {
      return { authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}` };
    }
    if (user.exec) return await this.#askPlugin(signal);
    if (user.authProvider) return await this.#askProvider();
    return {};
  }

  async #askPlugin(signal: AbortSignal): Promise<Credential> {
    const { env, requestTimeout } = this.#options;
    const plugin = await runPlugin({
      config: this.#located.user.exec!,
      cluster: await this.#describeCluster(),
      env,
      timeout: requestTimeout * PLUGIN_SHARE,
      signal,
    });
    this.#given = { plugin };
    this.#keepUntil(plugin.expires);
    return {
      ...(plugin.token !== undefined && { authorization: `Bearer ${plugin.token}` }),
      ...(plugin.certificate !== undefined && { certificate: plugin.certificate, key: plugin.key! }),
    };
  }

  /** ExecCredential's spec.cluster (client.authentication.k8s.io/v1), for a plugin that asks for it. */
  async #describeCluster(): Promise<object> {
    const { resolution, server, user, cluster } = this.#located;
    if (!user.exec?.provideClusterInfo) return {};
    const { ca, insecure, tlsServerName } = resolution.cluster;
    const caText = ca && ('pem' in ca ? ca.pem : await this.#readFile(ca.path));
    return {
      server: server.href.replace(/\/$/, ''),
      ...(tlsServerName && { 'tls-server-name': tlsServerName }),
      ...(insecure && { 'insecure-skip-tls-verify': true }),
      ...(caText && { 'certificate-authority-data': Buffer.from(caText).toString('base64') }),
      ...(cluster.proxyUrl && { 'proxy-url': cluster.proxyUrl }),
      ...(cluster.execConfig !== undefined && { config: cluster.execConfig }),
    };
  }

  async #askProvider(): Promise<Credential> {
    const authorization = await providerHeader(this.#located);
    const token = authorization.replace(/^Bearer /, '');
    this.#given = { token };
    this.#keepUntil(readTokenClaims(token).expires);
    return { authorization };
  }

  #keepUntil(expires: number | undefined): void {
    this.#validUntil = expires === undefined ? Number.POSITIVE_INFINITY : expires - EXPIRY_MARGIN;
  }

  async #readFile(path: string): Promise<string> {
    try {
      return Buffer.from(await this.#options.files.read(path, MAX_FILE)).toString('utf8');
    } catch (error) {
      throw error instanceof PortFailure ? this.#denied(error.message) : error;
    }
  }

  #denied(reason: string): PortFailure {
    const who = this.#located.resolution.user.name || 'the given user';
    return new PortFailure('denied', `the credential of ${who} can't be used: ${reason}`, { code: 'credential' });
  }
}
