import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { PortFailure } from '../../ports/failure.ts';
import type {
  ExecAnswer,
  ExecRequest,
  KubeConnection,
  KubeRequest,
  KubeResponse,
  PortForwardRequest,
  WatchEvent,
  WatchRequest,
} from '../../ports/kube-api.ts';
import { Channels, channelUpgrade } from './channels.ts';
import { type Credential, Credentials } from './credentials.ts';
import { type Answer, type Exchange, exchange, openSocket, openStream } from './exchange.ts';
import { collectOutput } from './exec.ts';
import { failureOfAnswer, failureOfError, type Peer } from './failures.ts';
import { impersonation } from './impersonation.ts';
import type { Located } from './located.ts';
import type { KubeApiOptions } from './options.ts';
import { ForwardedPort } from './port-forward.ts';
import { type Asked, addressOf, bodyOf, loggedPath, podPath, urlOf } from './request-parts.ts';
import { Transport } from './transport.ts';
import { within } from './wait.ts';
import { follow, linesOf } from './watch.ts';

/** How often a server that asks to come again later is asked again (client-go rest/with_retry.go has 10). */
const MAX_RETRIES = 5;
/** The longest time that it may ask for, milliseconds. */
const MAX_RETRY_AFTER = 10_000;

/** One API server with the credential for it. */
export class Session {
  readonly #options: KubeApiOptions;
  readonly #located: Located;
  readonly #credentials: Credentials;
  readonly #transport: Transport;

  constructor(options: KubeApiOptions, located: Located) {
    this.#options = options;
    this.#located = located;
    this.#credentials = new Credentials(options, located);
    this.#transport = new Transport(options, located);
  }

  async connection(): Promise<KubeConnection> {
    const { server, resolution, cluster: secrets } = this.#located;
    const { cluster, user, context, namespace } = resolution;
    return {
      server: server.href.replace(/\/$/, ''),
      ...addressOf(server),
      serverName: cluster.tlsServerName ?? addressOf(server).host,
      context,
      cluster: cluster.name,
      user: user.name,
      namespace,
      insecure: cluster.insecure,
      ...(secrets.proxyUrl !== undefined && { proxyUrl: secrets.proxyUrl }),
      credential: server.protocol === 'https:' ? await this.#credentials.describe() : { kind: 'none' },
    };
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    const answer = await this.#accepted(request, exchange);
    const date = Date.parse(answer.headers.date ?? '');
    return { status: answer.status, body: bodyOf(answer), ...(Number.isFinite(date) && { date }) };
  }

  watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    const { path, signal } = request;
    const open = async (query: Readonly<Record<string, string>>, quiet: AbortSignal) => {
      const asked: Asked = { path, query, signal: AbortSignal.any([signal, quiet]), packed: false };
      const { stream } = await this.#accepted(asked, openStream);
      return linesOf(stream!, signal, (error) => failureOfError(error, this.#peer));
    };
    return follow({ request, open, clock: this.#options.clock });
  }

  async portForward({ namespace, pod, port, signal }: PortForwardRequest): Promise<Duplex> {
    const query = new URLSearchParams({ ports: String(port) });
    const channels = await this.#channels(podPath(namespace, pod, 'portforward'), query, signal);
    return new ForwardedPort(channels, `port ${port} of pod ${namespace}/${pod}`);
  }

  async exec({ namespace, pod, container, argv, signal }: ExecRequest): Promise<ExecAnswer> {
    const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
    for (const word of argv) query.append('command', word);
    const channels = await this.#channels(podPath(namespace, pod, 'exec'), query, signal);
    try {
      return await collectOutput(channels, `${argv[0]} in pod ${namespace}/${pod}`);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof PortFailure ? error : failureOfError(error as Error, this.#peer);
    }
  }

  async #channels(path: string, query: URLSearchParams, signal: AbortSignal): Promise<Channels> {
    const { headers, accept } = channelUpgrade();
    const { socket, headers: answered } = await this.#accepted(
      { path, query, signal, upgrade: headers },
      openSocket,
    ).catch((error: unknown) => Promise.reject(namingRights(error, path)));
    if (socket && answered['sec-websocket-accept'] === accept) return new Channels(socket);
    socket?.destroy();
    throw new PortFailure(
      'unreachable',
      `${this.#peer.address} does not open a WebSocket for ${path}: a proxy between may not let it through`,
    );
  }

  /** A refused credential is renewed once where a plugin or a file may give a new one. */
  async #accepted<T extends Answer>(request: Asked, transfer: Transfer<T>): Promise<T> {
    const credential = await this.#credential(request.signal);
    let answer = await this.#patiently(request, credential, transfer);
    if (answer.status === 401 && this.#credentials.refresh(credential)) {
      answer = await this.#patiently(request, await this.#credential(request.signal), transfer);
    }
    if (answer.status === 101 || (answer.status >= 200 && answer.status <= 299)) return answer;
    const ended = answer.status === 401 ? await this.#credentials.ended() : undefined;
    throw failureOfAnswer(answer, request.path, { ...this.#peer, ...(ended && { ended }) });
  }

  /** Credentials are never sent in the clear, as client-go has it: `kubectl proxy` has its own. */
  async #credential(signal: AbortSignal): Promise<Credential> {
    return this.#located.server.protocol === 'https:' ? await this.#credentials.get(signal) : {};
  }

  /** Waits as long as an overloaded server asks for (RFC 6585 section 4, API Priority and Fairness). */
  async #patiently<T extends Answer>(request: Asked, credential: Credential, transfer: Transfer<T>): Promise<T> {
    for (let retries = 0; ; retries++) {
      const answer = await this.#once(request, credential, transfer);
      const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
      const asksLater = answer.status === 429 && seconds >= 0 && retries < MAX_RETRIES;
      if (!asksLater) return answer;
      await this.#options.clock.sleep(Math.min(seconds * 1000, MAX_RETRY_AFTER), request.signal);
    }
  }

  async #once<T extends Answer>(request: Asked, credential: Credential, transfer: Transfer<T>): Promise<T> {
    const { signal, body, method = 'GET', query = {} } = request;
    const agent = await within(signal, this.#transport.agent(credential));
    const started = performance.now();
    const log = (result: { status: number } | { error: string }) =>
      this.#options.log?.({
        method,
        path: loggedPath(request),
        ...result,
        ms: Math.round(performance.now() - started),
      });
    try {
      const answer = await transfer({
        method,
        url: urlOf(this.#located.server, request.path, query),
        headers: this.#headers(request, credential),
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        agent,
        signal,
      });
      log({ status: answer.status });
      return answer;
    } catch (error) {
      log({ error: signal.aborted ? 'aborted' : (error as Error).message });
      if (signal.aborted || error instanceof PortFailure) throw error;
      throw failureOfError(error as Error, this.#peer);
    }
  }

  #headers(
    { accept, body, contentType, packed = true, upgrade }: Asked,
    { authorization }: Credential,
  ): OutgoingHttpHeaders {
    return {
      accept: accept ?? 'application/json',
      'accept-encoding': packed ? 'gzip' : 'identity',
      'user-agent': 'kubectl-certs',
      ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
      ...(authorization !== undefined && { authorization }),
      ...impersonation(this.#options.flags, this.#located.user),
      ...upgrade,
    };
  }

  get #peer(): Peer {
    const { server, resolution } = this.#located;
    const { host, port } = addressOf(server);
    const proxy = this.#transport.proxy;
    return {
      address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      serverName: resolution.cluster.tlsServerName ?? host,
      cluster: resolution.cluster.name,
      user: resolution.user.name,
      ...(proxy !== undefined && { proxy }),
    };
  }
}

/** Kubernetes 1.35 and later refuse without a reason who may get a connection and not create it. */
function namingRights(error: unknown, path: string): unknown {
  if (!(error instanceof PortFailure) || error.code !== '403' || !error.message.endsWith(': ')) return error;
  const what = path.slice(path.lastIndexOf('/') + 1);
  const message = `${error.message}opening a connection takes the verbs get and create of pods/${what}`;
  return new PortFailure(error.state, message, { code: error.code, cause: error });
}

/** How an answer comes: whole or as a stream. */
type Transfer<T extends Answer> = (exchange: Exchange) => Promise<T>;
