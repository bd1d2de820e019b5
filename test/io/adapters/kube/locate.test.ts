import assert from 'node:assert/strict';
import { memoryFiles } from '../../../support/memory-files.ts';
import { apiOf, failureOf, get, json, TestServers } from './support.ts';

const servers = new TestServers();
afterEach(() => servers.close());

describe('finding the cluster', () => {
  it('tells how the server is reached, without secrets', async () => {
    const { credential: _credential, ...connection } = await apiOf(
      await servers.kubeconfig('https://[fd00::1]:6443', ['token: hunter2']),
    ).connection();
    assert.deepEqual(connection, {
      server: 'https://[fd00::1]:6443',
      host: 'fd00::1',
      port: 6443,
      serverName: 'fd00::1',
      context: 'test',
      cluster: 'c',
      user: 'dev',
      namespace: 'team',
      insecure: false,
    });
  });

  it("tells the cluster's own proxy whole: handshakes need its password", async () => {
    const kube = apiOf(await servers.kubeconfig('https://a', ['token: t'], ['proxy-url: http://me:pw@proxy:3128']));
    assert.equal((await kube.connection()).proxyUrl, 'http://me:pw@proxy:3128');
  });

  it('follows --server, --namespace and --token without a kubeconfig', async () => {
    const server = await servers.https(json(200, {}));
    const flags = { server: server.url, namespace: 'n', token: 't', insecureSkipTlsVerify: true };
    const kube = apiOf('', { flags, env: {} });
    await get(kube);
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer t');
    const { namespace, credential, insecure } = await kube.connection();
    assert.deepEqual([namespace, credential.kind, insecure], ['n', 'token', true]);
  });

  it('takes 443 for a server without a port, and https for one without a scheme that speaks of TLS', async () => {
    const { server, host, port } = await apiOf(await servers.kubeconfig('api.example.com')).connection();
    assert.deepEqual([server, host, port], ['https://api.example.com', 'api.example.com', 443]);
    const plain = await apiOf(await servers.kubeconfig('localhost:8001', ['token: t'], [])).connection();
    assert.deepEqual([plain.server, plain.port], ['http://localhost:8001', 8001]);
  });

  it('merges the KUBECONFIG list, skipping what is not there', async () => {
    const files = memoryFiles({
      '/b': await servers.kubeconfig('https://b'),
      '/c': await servers.kubeconfig('https://c'),
    });
    const kube = apiOf('', { files, env: { KUBECONFIG: '/a:/b:/c' } });
    assert.equal((await kube.connection()).server, 'https://b');
  });

  it("uses the Pod's own credential where there is no kubeconfig", async () => {
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    const server = await servers.https(json(200, {}));
    const files = memoryFiles({
      [`${account}/token`]: 'pod-token\n',
      [`${account}/ca.crt`]: (await servers.ca()).pem,
      [`${account}/namespace`]: 'own',
    });
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) };
    const kube = apiOf('', { files, env });
    await get(kube);
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer pod-token');
    const { namespace, credential } = await kube.connection();
    assert.deepEqual([namespace, credential], ['own', { kind: 'service-account', ref: `file:${account}/token` }]);
  });

  const missing: [title: string, parts: Parameters<typeof apiOf>[1], text: string, state: string, message: RegExp][] = [
    [
      'no kubeconfig',
      { env: { HOME: '/nowhere' } },
      '',
      'absent',
      /^no cluster to ask: there is no kubeconfig at \/nowhere\/.kube\/config; name one with --kubeconfig/,
    ],
    ['no home', { env: {} }, '', 'absent', /^no cluster to ask: there is no kubeconfig; name one/],
    [
      'a kubeconfig without a context',
      {},
      'users: []',
      'absent',
      /\/home\/dev\/.kube\/config names no current cluster; choose one with --context/,
    ],
    [
      'a kubeconfig that --kubeconfig names and is not there',
      { flags: { kubeconfig: '/gone' } },
      '',
      'absent',
      /^\/gone: no such file/,
    ],
    [
      'a kubeconfig that is not YAML',
      {},
      'users: [',
      'unreachable',
      /^no cluster is configured; \/home\/dev\/.kube\/config, line \d+: not YAML/,
    ],
    [
      'a context that does not exist',
      { flags: { context: 'x' } },
      'users: []',
      'unreachable',
      /^context x \(--context\) does not exist/,
    ],
    [
      'a server that is no URL',
      { flags: { server: 'ftp://x' } },
      '',
      'unreachable',
      /^the server ftp:\/\/x of cluster .* is no http or https URL/,
    ],
  ];
  for (const [title, parts, text, state, message] of missing) {
    it(`says what to do about ${title}`, async () => {
      const failure = await failureOf(apiOf(text, parts).connection());
      assert.equal(failure.state, state);
      assert.match(failure.message, message);
      assert.equal((await failureOf(get(apiOf(text, parts)))).message, failure.message);
    });
  }

  it('looks again after a failure', async () => {
    const content: Record<string, string> = {};
    const kube = apiOf('', { files: memoryFiles(content), env: { KUBECONFIG: '/k' } });
    assert.equal((await failureOf(kube.connection())).state, 'absent');
    content['/k'] = await servers.kubeconfig('https://a');
    assert.equal((await kube.connection()).server, 'https://a');
  });
});
