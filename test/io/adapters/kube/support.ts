import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { systemClock } from '../../../../src/io/adapters/clock.ts';
import { createKubeApi } from '../../../../src/io/adapters/kube/kube-api.ts';
import type { KubeApiOptions } from '../../../../src/io/adapters/kube/options.ts';
import { type Minted, type MintSpec, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import { memoryFiles } from '../../../support/memory-files.ts';

export const HOUR = 3_600_000;
const CONFIG = '/home/dev/.kube/config';

/** Made by real clock: TLS has no other. */
export async function mintNow(spec: Omit<MintSpec, 'notBefore' | 'notAfter'> & Partial<MintSpec>): Promise<Minted> {
  return await mint({ notBefore: Date.now() - HOUR, notAfter: Date.now() + HOUR, ...spec });
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Connections that were accepted so far. */
  readonly connections: Socket[];
  /** Requests that were seen so far. */
  readonly requests: IncomingMessage[];
}

/** Servers of one suite, all on loopback, closed after each test. */
export class TestServers {
  readonly #open: (() => void)[] = [];
  #ca: Minted | undefined;

  async ca(): Promise<Minted> {
    this.#ca ??= await mintNow({ subject: 'CN=test-ca', isCA: true });
    return this.#ca;
  }

  /** An https server for 127.0.0.1, unless the specification says otherwise, which asks for client certificates. */
  async https(handler: RequestListener, spec: Partial<MintSpec> = {}): Promise<TestServer> {
    const ca = await this.ca();
    const leaf = await mintNow({ subject: 'CN=server', issuer: ca, ipAddresses: ['127.0.0.1'], ...spec });
    const options = { cert: leaf.pem, key: leaf.keyPem, ca: ca.pem, requestCert: true, rejectUnauthorized: false };
    return await this.listen(https.createServer(options), handler);
  }

  async http(handler: RequestListener): Promise<TestServer> {
    return await this.listen(http.createServer(), handler);
  }

  /** Listens, counts connections and requests. */
  async listen(server: Server, handler?: RequestListener): Promise<TestServer> {
    const connections: Socket[] = [];
    const requests: IncomingMessage[] = [];
    server.on('connection', (socket: Socket) => connections.push(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      requests.push(request);
      handler?.(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#open.push(() => {
      server.close();
      for (const socket of connections) socket.destroy();
    });
    const { port } = server.address() as AddressInfo;
    const scheme = server instanceof https.Server ? 'https' : 'http';
    return { url: `${scheme}://127.0.0.1:${port}`, port, connections, requests };
  }

  close(): void {
    for (const close of this.#open.splice(0)) close();
  }

  /** A kubeconfig of one cluster, user and context; lines of YAML. */
  async kubeconfig(
    server: string,
    user: readonly string[] = ['token: secret-token'],
    cluster?: readonly string[],
  ): Promise<string> {
    const trust = [`certificate-authority-data: ${base64((await this.ca()).pem)}`];
    return [
      'current-context: test',
      'contexts: [{name: test, context: {cluster: c, user: dev, namespace: team}}]',
      'clusters:',
      '- name: c',
      '  cluster:',
      ...[`server: ${server}`, ...(cluster ?? trust)].map((line) => `    ${line}`),
      'users:',
      '- name: dev',
      '  user:',
      ...user.map((line) => `    ${line}`),
    ].join('\n');
  }
}

export interface ApiParts extends Partial<KubeApiOptions> {
  /** Files in memory beside the kubeconfig. */
  readonly content?: Readonly<Record<string, string>>;
}

/** The real adapter on a kubeconfig in memory. */
export function apiOf(kubeconfig: string, { content, ...parts }: ApiParts = {}) {
  const files = memoryFiles({ [CONFIG]: kubeconfig, ...content });
  return createKubeApi({
    flags: {},
    env: { HOME: '/home/dev' },
    files,
    clock: systemClock,
    requestTimeout: 0,
    ...parts,
  });
}

export function get(kube: ReturnType<typeof createKubeApi>, path = '/version', signal = AbortSignal.timeout(8_000)) {
  return kube.request({ path, signal });
}

/** The PortFailure that a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<PortFailure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof PortFailure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
