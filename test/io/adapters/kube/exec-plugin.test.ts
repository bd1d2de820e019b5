import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { systemClock } from '../../../../src/io/adapters/clock.ts';
import { apiOf, failureOf, get, json, mintNow, TestServers } from './support.ts';

const API = 'client.authentication.k8s.io/v1';
const servers = new TestServers();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exec-plugin-'));
});
afterEach(() => {
  servers.close();
  rmSync(folder, { recursive: true });
});

/** A plugin made of these lines of shell, as lines of a kubeconfig. */
function plugin(script: string, more: readonly string[] = []): string[] {
  const path = join(folder, 'plugin');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return ['exec:', ...[`command: ${path}`, `apiVersion: ${API}`, ...more].map((line) => `  ${line}`)];
}

const answer = (status: object, apiVersion = API) =>
  `echo '${JSON.stringify({ kind: 'ExecCredential', apiVersion, status })}'`;
const count = () => readFileSync(join(folder, 'runs'), 'utf8').length;
const counted = (script: string) => `printf x >> ${folder}/runs\n${script}`;

async function started(
  handler: RequestListener,
  user: string[],
  parts: Parameters<typeof apiOf>[1] = {},
  cluster?: string[],
) {
  const server = await servers.https(handler);
  const env = { HOME: '/home/dev', PATH: process.env.PATH, OWN: 'own' };
  return { server, kube: apiOf(await servers.kubeconfig(server.url, user, cluster), { env, ...parts }) };
}

describe('a credential plugin', () => {
  it('gives the token that is sent, once for all requests', async () => {
    const script = counted(answer({ token: 'from-plugin', expirationTimestamp: '2099-01-01T00:00:00Z' }));
    const { server, kube } = await started(json(200, {}), plugin(script));
    assert.deepEqual((await kube.connection()).credential, {
      kind: 'exec',
      ref: 'kubeconfig:/home/dev/.kube/config#users/dev',
    });
    await Promise.all([get(kube), get(kube), get(kube)]);
    await get(kube);
    assert.deepEqual(
      [server.requests.map(({ headers }) => headers.authorization), count()],
      [Array(4).fill('Bearer from-plugin'), 1],
    );
    assert.equal((await kube.connection()).credential.expires, Date.parse('2099-01-01T00:00:00Z'));
  });

  it('gives a client certificate', async () => {
    const leaf = await mintNow({ subject: 'CN=dev', issuer: await servers.ca() });
    writeFileSync(
      join(folder, 'out'),
      JSON.stringify({
        kind: 'ExecCredential',
        apiVersion: API,
        status: { clientCertificateData: leaf.pem, clientKeyData: leaf.keyPem },
      }),
    );
    const whoami: RequestListener = (request, response) =>
      json(200, (request.socket as TLSSocket).getPeerCertificate().subject.CN)(request, response);
    const { kube } = await started(whoami, plugin(`cat ${folder}/out`));
    assert.equal((await get(kube)).body, 'dev');
    const { credential } = await kube.connection();
    assert.deepEqual([credential.kind, credential.certificate], ['exec', leaf.pem]);
  });

  it('is asked again when its credential has ended or is refused', async () => {
    const script = counted(answer({ token: 't', expirationTimestamp: '2026-11-24T13:00:00Z' }));
    let now = Date.parse('2026-11-24T12:00:00Z');
    const { kube, server } = await started(
      (request, response) => json(server.requests.length === 3 ? 401 : 200, {})(request, response),
      plugin(script),
      { clock: { ...systemClock, now: () => now } },
    );
    await get(kube);
    now += 3_600_000;
    await get(kube);
    assert.equal(count(), 2);
    await get(kube);
    assert.ok(count() >= 3);
    assert.equal(server.requests.length, 4);
  });

  it('is told what is asked, gets its own environment and the cluster where it wants it', async () => {
    const script = `echo "$KUBERNETES_EXEC_INFO" > ${folder}/info\necho "$OWN $EXTRA $1" > ${folder}/env\n${answer({ token: 't' })}`;
    const cluster = [
      'insecure-skip-tls-verify: true',
      `extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]`,
    ];
    const { kube, server } = await started(
      json(200, {}),
      plugin(script, ['provideClusterInfo: true', 'args: [login]', 'env: [{name: EXTRA, value: extra}]']),
      {},
      cluster,
    );
    await get(kube);
    assert.equal(readFileSync(join(folder, 'env'), 'utf8'), 'own extra login\n');
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'info'), 'utf8')), {
      kind: 'ExecCredential',
      apiVersion: API,
      spec: {
        interactive: false,
        cluster: { server: server.url, 'insecure-skip-tls-verify': true, config: { audience: 'a' } },
      },
    });
  });

  const failing: [title: string, user: () => string[], message: RegExp][] = [
    [
      'fails',
      () => plugin('echo first >&2; echo "session expired, run login" >&2; exit 3'),
      /plugin \S+ failed with exit code 3: first session expired, run login$/,
    ],
    ['is killed', () => plugin('kill -9 $$'), /was ended by a signal/],
    ['prints no JSON', () => plugin('echo hello'), /printed no JSON/],
    ['prints no credential', () => plugin(answer({})), /gave neither a token nor a certificate with its key/],
    ['prints half a certificate', () => plugin(answer({ clientCertificateData: 'x' })), /gave neither/],
    [
      'answers in another version',
      () => plugin(answer({ token: 't' }, 'client.authentication.k8s.io/v1beta1')),
      /answered in client.authentication.k8s.io\/v1beta1, but the kubeconfig says client.authentication.k8s.io\/v1/,
    ],
    [
      'is interactive',
      () => plugin(answer({ token: 't' }), ['interactiveMode: Always']),
      /asks questions \(interactiveMode Always\)/,
    ],
    [
      'is not installed',
      () => ['exec:', '  command: no-such-plugin', `  apiVersion: ${API}`, '  installHint: get it from example.com'],
      /plugin no-such-plugin is not installed: get it from example.com$/,
    ],
    [
      'may not be executed',
      () => ['exec:', `  command: ${folder}/data`, `  apiVersion: ${API}`],
      /may not be executed/,
    ],
  ];
  for (const [title, user, message] of failing) {
    it(`is named when it ${title}, and nothing is sent`, async () => {
      writeFileSync(join(folder, 'data'), '');
      const { kube, server } = await started(json(200, {}), user());
      const failure = await failureOf(get(kube));
      assert.deepEqual([failure.state, server.requests.length], ['denied', 0]);
      assert.match(failure.message, message);
    });
  }

  it('that failed is not run again at once by every source', async () => {
    const { kube } = await started(json(200, {}), plugin(counted('exit 1')));
    for (let asked = 0; asked < 3; asked++) assert.equal((await failureOf(get(kube))).state, 'denied');
    assert.equal(count(), 1);
  });

  it('that hangs is killed with its children at its deadline', async () => {
    const { kube } = await started(json(200, {}), plugin(`(sleep 60; echo late) & echo $! > ${folder}/child; wait`), {
      requestTimeout: 400,
    });
    const failure = await failureOf(get(kube));
    assert.equal(failure.state, 'timed-out');
    assert.match(failure.message, /gave no answer within 0.32s; run it by hand/);
    await gone(Number(readFileSync(join(folder, 'child'), 'utf8')));
  });

  it('that hangs is killed when the last one who waits for it has left', async () => {
    const { kube } = await started(
      json(200, {}),
      plugin(`echo $$ > ${folder}/pid.new; mv ${folder}/pid.new ${folder}/pid; sleep 60`),
    );
    const [first, last] = [new AbortController(), new AbortController()];
    const asking = [get(kube, '/a', first.signal), get(kube, '/b', last.signal)].map((promise) =>
      assert.rejects(promise, /enough/),
    );
    const pid = Number(await fileOf(join(folder, 'pid')));
    first.abort(new Error('enough'));
    await asking[0];
    assert.ok(isAlive(pid));
    last.abort(new Error('enough'));
    await asking[1];
    await gone(pid);
  });
});

/** Resolves when the file is there. */
async function fileOf(path: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, () => existsSync(path) && resolve());
  if (existsSync(path)) resolve();
  await promise;
  watcher.close();
  return readFileSync(path, 'utf8');
}

/** Resolves when the process has ended; a test that waits in vain fails by mocha's own limit. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A zombie, which only its parent can reap, has ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '');
  } catch {
    return false;
  }
}
