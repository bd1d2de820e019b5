import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { type Minted, type MintSpec, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';

const DAY = 86_400_000;
const running = new Set<{ server: Server; sockets: Set<Socket> }>();

/** Listens on a free port of the loopback until `closePeers`. */
async function listen(server: Server, host: string): Promise<number> {
  const sockets = new Set<Socket>();
  running.add({ server, sockets });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

export function closePeers(): void {
  for (const { server, sockets } of running) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
  running.clear();
}

/** A TLS server; by default it answers every request with an empty page that has a Date header. */
export function tlsPeer(
  options: TlsOptions,
  serve: (socket: TLSSocket) => void = servePage,
  host = '127.0.0.1',
): Promise<number> {
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  server.on('tlsClientError', () => {});
  return listen(server, host);
}

/** A peer without TLS. */
export function rawPeer(serve: (socket: Socket) => void): Promise<number> {
  return listen(createServer(serve), '127.0.0.1');
}

export const DATE = 'Tue, 24 Nov 2026 12:00:05 GMT';

function servePage(socket: TLSSocket): void {
  socket.once('data', () => socket.end(`HTTP/1.1 403 Forbidden\r\nDate: ${DATE}\r\nContent-Length: 0\r\n\r\n`));
}

/** A port of the loopback where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A root, an intermediate and a server's leaf. */
export async function mintServed(leaf: Partial<MintSpec> = {}): Promise<Record<'root' | 'inter' | 'leaf', Minted>> {
  const life = { notBefore: NOW - DAY, notAfter: NOW + 365 * DAY };
  const ca = { ...life, isCA: true, keyUsages: ['keyCertSign' as const] };
  const root = await mint({ ...ca, subject: 'CN=root' });
  const inter = await mint({ ...ca, subject: 'CN=inter', issuer: root });
  const server = await mint({ ...life, subject: 'CN=leaf', issuer: inter, dnsNames: ['app.example.com'], ...leaf });
  return { root, inter, leaf: server };
}

/** Key and chain for a TLS server. */
export function credentials(leaf: Minted, ...issuers: Minted[]): TlsOptions {
  return { key: leaf.keyPem, cert: [leaf, ...issuers].map(({ pem }) => pem).join('') };
}
