import assert from 'node:assert/strict';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../../../src/io/adapters/clock.ts';
import type { RequestLog } from '../../../../src/io/adapters/kube/options.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { apiOf, base64, failureOf, get, json, mintNow, TestServers } from './support.ts';

const servers = new TestServers();
afterEach(() => servers.close());

describe('a request to the API server', () => {
  it('carries the token, asks for packed JSON and gives the parsed answer with its date', async () => {
    const server = await servers.https(json(200, { gitVersion: 'v1' }, { date: 'Tue, 24 Nov 2026 12:00:00 GMT' }));
    const answer = await get(apiOf(await servers.kubeconfig(server.url)));
    assert.deepEqual(answer, { status: 200, body: { gitVersion: 'v1' }, date: Date.parse('2026-11-24T12:00:00Z') });
    const { headers } = server.requests[0]!;
    assert.deepEqual(
      [headers.authorization, headers.accept, headers['accept-encoding']],
      ['Bearer secret-token', 'application/json', 'gzip'],
    );
  });

  it('uses one TLS connection for many', async () => {
    const server = await servers.https(json(200, {}));
    const kube = apiOf(await servers.kubeconfig(server.url));
    for (let count = 0; count < 20; count++) await get(kube);
    assert.deepEqual([server.requests.length, server.connections.length], [20, 1]);
  });

  it('unpacks gzip', async () => {
    const server = await servers.https((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"kind":"List"}'));
    });
    assert.deepEqual((await get(apiOf(await servers.kubeconfig(server.url)))).body, { kind: 'List' });
  });

  it('refuses an answer that unpacks beyond all measure', async () => {
    const bomb = gzipSync(Buffer.alloc(129 << 20));
    const server = await servers.https((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.deepEqual([failure.state, failure.code], ['partial', 'too-large']);
  });

  it('keeps the path of a server that is behind one, and sends the query', async () => {
    const server = await servers.https(json(200, {}));
    const kube = apiOf(await servers.kubeconfig(`${server.url}/k8s/clusters/c-1/`));
    await kube.request({
      path: '/api/v1/secrets',
      query: { limit: '500', fieldSelector: 'type=kubernetes.io/tls' },
      signal: AbortSignal.timeout(8000),
    });
    assert.equal(
      server.requests[0]?.url,
      '/k8s/clusters/c-1/api/v1/secrets?limit=500&fieldSelector=type%3Dkubernetes.io%2Ftls',
    );
  });

  it('sends a body as JSON of the given type', async () => {
    const received: string[] = [];
    const server = await servers.https((request, response) => {
      request.on('data', (chunk) => received.push(String(chunk)));
      request.on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end('{}'));
    });
    const kube = apiOf(await servers.kubeconfig(server.url));
    const { status } = await kube.request({
      method: 'PATCH',
      path: '/x',
      body: { a: 1 },
      contentType: 'application/merge-patch+json',
      signal: AbortSignal.timeout(8000),
    });
    assert.deepEqual(
      [status, received.join(''), server.requests[0]?.method, server.requests[0]?.headers['content-type']],
      [201, '{"a":1}', 'PATCH', 'application/merge-patch+json'],
    );
  });

  it('gives text that is not JSON as it is', async () => {
    const server = await servers.https((_request, response) => response.end('ok'));
    assert.equal((await get(apiOf(await servers.kubeconfig(server.url)), '/readyz')).body, 'ok');
  });

  it('is sent once more on a new connection when a kept one turns out to be closed', async () => {
    const server = await servers.https((request, response) => {
      if (server.requests.filter(({ socket }) => socket === request.socket).length > 1) request.socket.destroy();
      else json(200, {})(request, response);
    });
    const kube = apiOf(await servers.kubeconfig(server.url));
    await get(kube);
    assert.equal((await get(kube)).status, 200);
    assert.deepEqual([server.requests.length, server.connections.length], [3, 2]);
  });

  it('waits as long as an overloaded server asks for', async () => {
    const slept: number[] = [];
    const server = await servers.https((request, response) => {
      if (server.requests.length < 3) json(429, {}, { 'retry-after': '2' })(request, response);
      else json(200, {})(request, response);
    });
    const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) };
    assert.equal((await get(apiOf(await servers.kubeconfig(server.url), { clock }))).status, 200);
    assert.deepEqual(slept, [2000, 2000]);
  });

  it('is logged without tokens, bodies and continue tokens', async () => {
    const server = await servers.https(json(200, { data: { 'tls.key': 'hunter2' } }));
    const entries: RequestLog[] = [];
    const kube = apiOf(await servers.kubeconfig(server.url), { log: (entry) => entries.push(entry) });
    await kube.request({
      path: '/api/v1/secrets',
      query: { limit: '500', continue: 'opaque' },
      signal: AbortSignal.timeout(8000),
    });
    assert.deepEqual(
      entries.map(({ ms, ...entry }) => [typeof ms, entry]),
      [['number', { method: 'GET', path: '/api/v1/secrets?limit=500', status: 200 }]],
    );
  });
});

describe('the credential of a request', () => {
  const subjectOf = (socket: unknown) => (socket as TLSSocket).getPeerCertificate()?.subject?.CN;

  it('is the client certificate of the kubeconfig, inline or by file, or that of the flags', async () => {
    const server = await servers.https((request, response) =>
      json(200, { cn: subjectOf(request.socket) })(request, response),
    );
    const leaf = await mintNow({ subject: 'CN=dev', issuer: await servers.ca() });
    const other = await mintNow({ subject: 'CN=other', issuer: await servers.ca() });
    const inline = [`client-certificate-data: ${base64(leaf.pem)}`, `client-key-data: ${base64(leaf.keyPem)}`];
    const byFile = ['client-certificate: dev.pem', 'client-key: dev.pem'];
    const content = { '/home/dev/.kube/dev.pem': leaf.keyPem + leaf.pem, '/o.crt': other.pem, '/o.key': other.keyPem };
    const flags = { clientCertificate: '/o.crt', clientKey: '/o.key' };
    const ask = async (user: string[], parts = {}) => {
      const kube = apiOf(await servers.kubeconfig(server.url, user), { content, ...parts });
      const { credential } = await kube.connection();
      assert.ok(!JSON.stringify(credential).includes('PRIVATE'));
      return [(await get(kube)).body, credential.kind, credential.ref, credential.certificate];
    };
    const ref = 'kubeconfig:/home/dev/.kube/config#users/dev';
    assert.deepEqual(await ask(inline), [{ cn: 'dev' }, 'certificate', ref, leaf.pem]);
    assert.deepEqual(await ask(byFile), [{ cn: 'dev' }, 'certificate', ref, leaf.pem]);
    assert.deepEqual(await ask(inline, { flags }), [{ cn: 'other' }, 'certificate', 'file:/o.crt', other.pem]);
  });

  const tokens: [title: string, user: string[], flags: object, header: string, kind: string][] = [
    ['a token', ['token: abc'], {}, 'Bearer abc', 'token'],
    ['a token file', ['tokenFile: /token'], {}, 'Bearer from-file', 'token'],
    ['a password', ['username: dev', 'password: pw'], {}, `Basic ${base64('dev:pw')}`, 'basic'],
    ['--token before all of these', ['username: dev', 'token: abc'], { token: 'flag' }, 'Bearer flag', 'token'],
    [
      'an OIDC token that is still valid',
      [`auth-provider: {name: oidc, config: {id-token: ${tokenUntil(4_000_000_000)}}}`],
      {},
      `Bearer ${tokenUntil(4_000_000_000)}`,
      'token',
    ],
  ];
  for (const [title, user, flags, header, kind] of tokens) {
    it(`is ${title}`, async () => {
      const server = await servers.https(json(200, {}));
      const kube = apiOf(await servers.kubeconfig(server.url, user), { flags, content: { '/token': 'from-file\n' } });
      await get(kube);
      assert.equal(server.requests[0]?.headers.authorization, header);
      assert.equal((await kube.connection()).credential.kind, kind);
    });
  }

  it('says when a token ends and whose it is', async () => {
    const claims = Buffer.from('{"exp":1800000000,"sub":"me"}').toString('base64url');
    const { credential } = await apiOf(await servers.kubeconfig('https://a', [`token: e30.${claims}.x`])).connection();
    assert.deepEqual(credential, {
      kind: 'token',
      expires: 1_800_000_000_000,
      subject: 'me',
      ref: 'kubeconfig:/home/dev/.kube/config#users/dev',
    });
  });

  it('is never sent in the clear', async () => {
    const server = await servers.http(json(200, {}));
    const kube = apiOf(await servers.kubeconfig(server.url, ['token: abc'], []));
    await get(kube);
    assert.equal(server.requests[0]?.headers.authorization, undefined);
    assert.deepEqual((await kube.connection()).credential, { kind: 'none' });
  });

  it('is read again from its file when the server refuses it', async () => {
    const server = await servers.https((request, response) => {
      json(request.headers.authorization === 'Bearer new' ? 200 : 401, {})(request, response);
    });
    const content: Record<string, string> = {
      '/k': await servers.kubeconfig(server.url, ['tokenFile: /token']),
      '/token': 'old',
    };
    const kube = apiOf('', { files: memoryFiles(content), flags: { kubeconfig: '/k' } });
    assert.equal((await failureOf(get(kube))).code, '401');
    content['/token'] = 'new';
    assert.equal((await get(kube)).status, 200);
  });

  const unusable: [title: string, user: () => Promise<string[]>, message: RegExp][] = [
    [
      'a key of another certificate',
      async () => pair(await mintNow({ subject: 'CN=a' }), await mintNow({ subject: 'CN=b' })),
      /certificate and key of dev can't be used: the key is not that of the certificate/,
    ],
    [
      'no key',
      async () => [pair(await mintNow({ subject: 'CN=a' }), await mintNow({ subject: 'CN=a' }))[0]!],
      /there is a client certificate but no key for it/,
    ],
    [
      'a certificate file that is not there',
      async () => ['client-certificate: /gone', 'client-key: /gone'],
      /credential of dev can't be used: \/gone: no such file/,
    ],
    [
      'an OIDC token that has ended',
      async () => [`auth-provider: {name: oidc, config: {id-token: ${tokenUntil(1000)}}}`],
      /auth-provider oidc of user dev has no token that is still valid/,
    ],
  ];
  for (const [title, user, message] of unusable) {
    it(`is said to be unusable with ${title}`, async () => {
      const server = await servers.https(json(200, {}));
      const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url, await user()))));
      assert.equal(failure.state, 'denied');
      assert.match(failure.message, message);
      assert.equal(server.requests.length, 0);
    });
  }
});

describe('impersonation', () => {
  it('follows --as and --as-group, which replace what the kubeconfig asks for', async () => {
    const server = await servers.https(json(200, {}));
    const user = ['token: t', 'as: boss', 'as-groups: [admins, ops]', 'as-user-extra: {Scopes: [a, b]}'];
    const config = await servers.kubeconfig(server.url, user);
    await get(apiOf(config));
    await get(apiOf(config, { flags: { as: 'jane', asGroups: ['devs', 'qa'], asUid: 'u1' } }));
    const sent = server.requests.map(({ rawHeaders }) =>
      rawHeaders.flatMap((name, index) =>
        index % 2 === 0 && /^impersonate/.test(name) ? [`${name}: ${rawHeaders[index + 1]}`] : [],
      ),
    );
    assert.deepEqual(sent, [
      [
        'impersonate-user: boss',
        'impersonate-group: admins',
        'impersonate-group: ops',
        'impersonate-extra-scopes: a',
        'impersonate-extra-scopes: b',
      ],
      ['impersonate-user: jane', 'impersonate-group: devs', 'impersonate-group: qa', 'impersonate-uid: u1'],
    ]);
  });
});

function pair(certificate: { pem: string }, key: { keyPem: string }): string[] {
  return [`client-certificate-data: ${base64(certificate.pem)}`, `client-key-data: ${base64(key.keyPem)}`];
}

/** A token that ends at `exp`, seconds since the epoch. */
function tokenUntil(exp: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp })}.c2ln`;
}
