// Handshakes for many hosts on loopback, by the program's own collector and by openssl s_client in the same rounds, and
// the end of the run where none of as many addresses answers: `npm run bench:hosts -- [NUMBER OF HOSTS]`.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createPlainServer, type Socket } from 'node:net';
import { createSecureContext, createServer, type SecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import { hostHandshakes } from '../../src/io/collect/handshake/hosts.ts';
import { gateways } from '../../src/io/collect/ingress/gateways.ts';
import { collect } from '../../src/io/collect/run.ts';
import { mint, mintKey } from '../../src/io/demo/mint.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { objectKube, serve } from '../support/object-kube.ts';
import { scopeOf } from '../support/scope.ts';

const COUNT = Number(process.argv[2] ?? 2_000);
/** openssl starts a process for each host: a tenth of them tells its speed. */
const BY_OPENSSL = Math.max(1, Math.floor(COUNT / 10));
const PROCESSES = 48;
const ROUNDS = 3;
/** Milliseconds, as --request-timeout has it by default. */
const TIMEOUT = 10_000;
const DAY_MS = 86_400_000;

const hostNamed = (index: number) => `host-${index}.example.test`;

if (process.send) await serveHosts();
else await main();

async function main(): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), [String(COUNT)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ port, silent }] = (await once(server, 'message')) as [{ port: number; silent: number }];
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push((await ask((index) => ({ address: '127.0.0.1', port, host: hostNamed(index) }), COUNT)) / COUNT);
      theirs.push((await askByOpenssl(port)) / BY_OPENSSL);
    }
    const base = median(theirs);
    print('openssl s_client, 48 processes at a time', base, base);
    print('kubectl certs, 48 sockets at a time', median(ours), base);
    const { sockets } = await tell(server);
    console.log(
      `most sockets that were open at the server: ${sockets}; our memory: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`,
    );
    // Each host has an address of its own, where connections are taken and nothing is said.
    const own = (index: number) => ({
      address: `127.2.${index >> 8}.${index & 255}`,
      port: silent,
      host: hostNamed(index),
    });
    const seconds = (await ask(own, 0)) / 1000;
    console.log(
      `${COUNT} hosts whose addresses take connections and say nothing: ended after ${seconds.toFixed(1)} s (request timeout ${TIMEOUT / 1000} s)`,
    );
  } finally {
    server.kill();
  }
}

/** @param expected how many of them answer @returns milliseconds */
async function ask(
  where: (index: number) => { address: string; port: number; host: string },
  expected: number,
): Promise<number> {
  const all = Array.from({ length: COUNT }, (_, index) => where(index));
  const kube = objectKube(
    all.map(({ address, port, host }, index) =>
      serve.gateway({
        metadata: { namespace: 'bench', name: `gw-${index}` },
        spec: { listeners: [{ name: 'tls', protocol: 'HTTPS', port, hostname: host, tls: {} }] },
        status: { addresses: [{ value: address }] },
      }),
    ),
  );
  const started = performance.now();
  const told = new Set<string>();
  const observations = await collect({
    sources: [gateways, hostHandshakes],
    ports: fakePorts({ kube, clock: systemClock, tls: createTlsDialer({ clock: systemClock, env: {} }) }),
    scope: scopeOf({ layers: ['ingress'] }),
    timeout: TIMEOUT,
    signal: new AbortController().signal,
    onProgress: ({ waitingFor }) => waitingFor.forEach((title) => void told.add(title)),
  });
  const elapsed = performance.now() - started;
  const answers = observations.flatMap(({ facts }) => facts.hostWay ?? []).filter((way) => way.answers.length > 0);
  if (answers.length !== expected) throw new Error(`${answers.length} of ${expected} hosts were seen`);
  if (![...told].some((title) => / of /.test(title))) throw new Error('nothing was said of the progress');
  return elapsed;
}

/** @returns milliseconds for a tenth of the hosts */
async function askByOpenssl(port: number): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < BY_OPENSSL; index = next++) {
      const argv = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', hostNamed(index), '-showcerts'];
      const child = spawn('openssl', argv, { stdio: ['ignore', 'ignore', 'ignore'] });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`openssl s_client ended with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  return performance.now() - started;
}

async function tell(server: ChildProcess): Promise<{ sockets: number }> {
  server.send('tell');
  const [answer] = (await once(server, 'message')) as [{ sockets: number }];
  return answer;
}

/** The server, in a process of its own: a certificate for each host, made when it is first asked for. */
async function serveHosts(): Promise<void> {
  const key = mintKey('ECDSA-P256');
  const contexts = new Map<string, Promise<SecureContext>>();
  const contextFor = (name: string) => {
    const known = contexts.get(name) ?? makeContext(name);
    contexts.set(name, known);
    return known;
  };
  const makeContext = async (name: string) => {
    const { pem, keyPem } = await mint({
      subject: `CN=${name}`,
      dnsNames: [name],
      key,
      notBefore: Date.now() - DAY_MS,
      notAfter: Date.now() + 90 * DAY_MS,
    });
    return createSecureContext({ cert: pem, key: keyPem });
  };
  let open = 0;
  let most = 0;
  const count = (socket: Socket) => {
    most = Math.max(most, ++open);
    socket.on('error', () => {}).once('close', () => open--);
  };
  const answer = (socket: Socket) =>
    socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 200 OK\r\nServer: bench\r\n\r\n'));
  const server = createServer(
    { SNICallback: (name, done) => void contextFor(name).then((context) => done(null, context), done) },
    answer,
  );
  server.on('connection', count).on('tlsClientError', () => {});
  const silent = createPlainServer((socket) => void socket.on('error', () => {}));
  for (let index = 0; index < COUNT; index++) await contextFor(hostNamed(index));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await once(silent.listen(0, '0.0.0.0'), 'listening');
  process.on('message', () => process.send!({ sockets: most }));
  const portOf = (address: unknown) => (address as { port: number }).port;
  process.send!({ port: portOf(server.address()), silent: portOf(silent.address()) });
}

function print(title: string, perHost: number, base: number): void {
  console.log(`${title.padEnd(42)} ${perHost.toFixed(2).padStart(7)} ms a host  x ${(perHost / base).toFixed(2)}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
