/** A process of its own: the servers of one planted incident. Its argument is a file with what to listen for. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ClientRequest,
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, request as httpsRequest } from 'node:https';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureVersion, type TLSSocket } from 'node:tls';
import { parse } from 'yaml';

/** PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Listener {
  readonly address: string;
  readonly ports: readonly number[];
  readonly protocol: string;
  /** Each connection gets the next one. */
  readonly chains: readonly Identity[];
  readonly sni: Readonly<Record<string, Identity>>;
  readonly maxVersion?: SecureVersion;
  /** PEM, one by one, of the CAs whose client certificates are accepted. */
  readonly clientCAs: readonly string[];
  /**
   * PEM of certificates with the names of those CAs and other keys: what clients are told to choose by. OpenSSL would
   * complete the served chain with the CAs themselves, which no kube-apiserver does.
   */
  readonly clientCANames: string;
  readonly clientRequired: boolean;
  /** Milliseconds by which its Date header is off. */
  readonly skew: number;
  readonly http: Readonly<Record<string, { readonly status: number; readonly body?: string }>>;
  /** Whether requests go on to the bed's API server. */
  readonly passOn: boolean;
}

interface Config {
  readonly listeners: readonly Listener[];
  readonly proxy: {
    readonly port: number;
    /** Loopback addresses by the `host:port` that they stand for. */
    readonly routes: Readonly<Record<string, string>>;
  };
  readonly back: { readonly server: string; readonly kubeconfig: string };
  readonly ready: string;
}

/** Keys and signatures of any weakness are served: the product has to see them. */
const ANY_CIPHER = 'DEFAULT:@SECLEVEL=0';
/** RFC 8446 section 6: fatal, internal_error, in a record of TLS 1.2. */
const INTERNAL_ERROR = Uint8Array.from([0x15, 0x03, 0x03, 0, 2, 2, 80]);

const config = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Config;
const opened = config.listeners.flatMap((listener) => {
  const accept = acceptor(listener);
  return listener.ports.map((port) => open(createServer(accept), listener.address, port));
});
await Promise.all([...opened, open(connectProxy(), '127.0.0.1', config.proxy.port)]);
process.stdout.write(`${config.ready}\n`);

function open(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen({ host, port }, resolve));
}

/** Lets a client dial the planted addresses by their own names, as kubeconfigs have them: `proxy-url`. */
function connectProxy(): Server {
  return createHttp().on('connect', (request, client: Socket) => {
    const wanted = request.url ?? '';
    const address = config.proxy.routes[wanted];
    if (address === undefined) return void client.end('HTTP/1.1 502 Nothing is planted there\r\n\r\n');
    const onwards = connect({ host: address, port: Number(wanted.slice(wanted.lastIndexOf(':') + 1)) });
    onwards.once('connect', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      onwards.pipe(client).pipe(onwards);
    });
    onwards.on('error', () => client.destroy());
    client.on('error', () => onwards.destroy());
  });
}

function acceptor(listener: Listener): (socket: Socket) => void {
  switch (listener.protocol) {
    case 'silent':
      return (socket) => socket.on('error', () => {}).resume();
    case 'reset':
      return (socket) => socket.once('data', () => socket.resetAndDestroy());
    case 'alert':
      return (socket) => socket.on('error', () => {}).once('data', () => socket.end(INTERNAL_ERROR));
    case 'plain':
      return plainAcceptor(listener);
    case 'either':
      return eitherAcceptor(plainAcceptor(listener), secureAcceptor(listener));
    default:
      return secureAcceptor(listener);
  }
}

function plainAcceptor(listener: Listener): (socket: Socket) => void {
  const http = createHttp(answerer(listener));
  return (socket) => http.emit('connection', socket);
}

/** By the first byte: 22 begins a TLS handshake (RFC 8446 section 5.1), and no request of HTTP. */
function eitherAcceptor(plain: (socket: Socket) => void, secure: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket
      .on('error', () => {})
      .once('readable', () => {
        const first = socket.read() as Buffer | null;
        if (first === null) return;
        socket.unshift(first);
        (first[0] === 22 ? secure : plain)(socket);
      });
  };
}

function secureAcceptor(listener: Listener): (socket: Socket) => void {
  const fallback = Object.values(listener.sni)[0];
  const chains = listener.chains.length > 0 ? listener.chains : fallback ? [fallback] : [];
  const servers = chains.map((identity) => secureServer(listener, identity));
  let connections = 0;
  return (socket) => servers[connections++ % servers.length]!.emit('connection', socket);
}

function secureServer(listener: Listener, identity: Identity) {
  const { sni, maxVersion, clientCANames, clientRequired } = listener;
  const contexts = new Map(
    Object.entries(sni).map(([host, each]) => [
      host,
      createSecureContext({ ...each, ciphers: ANY_CIPHER, minVersion: 'TLSv1', ...(maxVersion && { maxVersion }) }),
    ]),
  );
  return createHttps(
    {
      ...identity,
      ciphers: ANY_CIPHER,
      minVersion: 'TLSv1',
      ...(maxVersion && { maxVersion }),
      ...(clientCANames && { ca: clientCANames, requestCert: true, rejectUnauthorized: false }),
      SNICallback: (name, done) => done(null, contexts.get(name) ?? contexts.get(`*${name.slice(name.indexOf('.'))}`)),
    },
    answerer(listener),
  )
    .prependListener('secureConnection', (socket) => {
      if (clientRequired && !isWelcome(socket, listener)) socket.destroy();
    })
    .on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) =>
      upgrade(listener, request, socket, head),
    )
    .on('tlsClientError', () => {});
}

/** Node's TLS sends no alert about a client certificate, whatever is wrong with it: the connection ends. */
function isWelcome(socket: TLSSocket, { clientCAs }: Listener): boolean {
  const shown = socket.getPeerX509Certificate();
  return shown !== undefined && isAccepted(shown, clientCAs);
}

function answerer(listener: Listener): RequestListener {
  return (request, response) => {
    response.setHeader('Date', new Date(Date.now() + listener.skew).toUTCString());
    const shown = (request.socket as Partial<TLSSocket>).getPeerX509Certificate?.();
    if (shown && !isAccepted(shown, listener.clientCAs)) return fail(response, 401, 'Unauthorized');
    const planted = listener.http[new URL(request.url ?? '/', 'http://any').pathname];
    if (listener.passOn && (shown || request.headers.authorization)) return passOn(request, response);
    if (!planted) return fail(response, 404, 'NotFound');
    response.writeHead(planted.status).end(planted.body ?? '');
  };
}

function isAccepted(client: X509Certificate, authorities: readonly string[]): boolean {
  const now = Date.now();
  if (client.validFromDate.getTime() > now || client.validToDate.getTime() < now) return false;
  return authorities
    .map((pem) => new X509Certificate(pem))
    .some((authority) => client.checkIssued(authority) && client.verify(authority.publicKey));
}

function fail(response: ServerResponse, code: number, reason: string): void {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message: reason, code };
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(status));
}

/** Behind the planted door stands the bed's API server, which knows another credential. */
function onwardsFrom(request: IncomingMessage): ClientRequest {
  const { authorization: _credential, ...headers } = request.headers;
  const { token, ...identity } = credential();
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const options = { method: request.method, headers: { ...headers, ...authorization }, ...identity };
  return httpsRequest(new URL(request.url ?? '/', config.back.server), options);
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const onwards = onwardsFrom(request).on('response', (answer) => {
    const { date: _date, ...others } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, others);
    answer.pipe(response);
  });
  onwards.on('error', (error) => fail(response, 502, error.message));
  request.pipe(onwards);
}

/** Connections to Pods go on whole, or are refused as the API server has it. */
function upgrade(listener: Listener, request: IncomingMessage, socket: TLSSocket, head: Buffer): void {
  const shown = socket.getPeerX509Certificate();
  const isKnown = shown ? isAccepted(shown, listener.clientCAs) : request.headers.authorization !== undefined;
  if (!listener.passOn || !isKnown) return void socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
  const write = ({ statusCode = 502, statusMessage = '', headers }: IncomingMessage) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('\r\n')}\r\n\r\n`);
  };
  const onwards = onwardsFrom(request)
    .on('error', () => socket.destroy())
    .on('response', (answer) => {
      delete answer.headers['transfer-encoding'];
      write(answer);
      answer.pipe(socket);
    })
    .on('upgrade', (answer, behind: Socket, first: Buffer) => {
      write(answer);
      socket.write(first);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
      behind.on('error', () => socket.destroy());
      socket.on('error', () => behind.destroy()).on('close', () => behind.destroy());
    });
  onwards.end();
}

function credential(): { cert?: Buffer; key?: Buffer; ca: Buffer; token?: string } {
  const { users, clusters } = parse(readFileSync(config.back.kubeconfig, 'utf8')) as {
    users: { user: Record<string, string> }[];
    clusters: { cluster: Record<string, string> }[];
  };
  const data = (text = '') => Buffer.from(text, 'base64');
  const { token, 'client-certificate-data': cert, 'client-key-data': key } = users[0]!.user;
  const ca = data(clusters[0]?.cluster['certificate-authority-data']);
  return token === undefined ? { cert: data(cert), key: data(key), ca } : { token, ca };
}
