import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import net from 'node:net';
import type { MintSpec } from '../../../../src/io/demo/mint.ts';
import { apiOf, failureOf, get, HOUR, json, mintNow, TestServers } from './support.ts';

const servers = new TestServers();
afterEach(() => servers.close());

const status = (code: number, message: string, more: object = {}) =>
  json(code, { kind: 'Status', status: 'Failure', code, message, ...more });
const text =
  (code: number, body: string, headers = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(code, headers).end(body);

describe('an answer that is no success', () => {
  const cases: [title: string, answer: RequestListener, state: string, code: string, message: RegExp][] = [
    [
      '401',
      status(401, 'Unauthorized'),
      'denied',
      '401',
      /^the API server 127.0.0.1:\d+ refused the credential of dev \(401\): an expired client certificate or token looks like this/,
    ],
    [
      '403',
      status(403, 'secrets is forbidden: User "dev" cannot list'),
      'denied',
      '403',
      /^secrets is forbidden: User "dev" cannot list$/,
    ],
    [
      "a gateway's 403",
      text(403, '<html>\n blocked</html>'),
      'denied',
      '403',
      /127.0.0.1:\d+ answered 403 to \/version: <html> blocked<\/html>$/,
    ],
    [
      '404',
      status(404, 'the server could not find the requested resource'),
      'absent',
      '404',
      /^the server could not find/,
    ],
    [
      'a bare 404',
      text(404, '404 page not found\n'),
      'absent',
      '404',
      /answered 404 to \/version: 404 page not found$/,
    ],
    ['409', status(409, 'the object has been modified'), 'partial', '409', /^the object has been modified$/],
    ['410', status(410, 'too old', { metadata: { continue: 'next' } }), 'partial', '410', /^too old$/],
    ['429 without end', json(429, {}, { 'retry-after': '0' }), 'unreachable', '429', /answered 429/],
    [
      '500',
      status(500, 'etcdserver: request timed out'),
      'unreachable',
      '500',
      /answered 500 to \/version: etcdserver: request timed out$/,
    ],
    ['503 without words', text(503, ''), 'unreachable', '503', /answered 503 to \/version$/],
    [
      'a redirect',
      text(302, '', { location: 'https://login.example.com' }),
      'unreachable',
      '302',
      /points to https:\/\/login.example.com: is a sign-in page in front/,
    ],
  ];
  for (const [title, answer, state, code, message] of cases) {
    it(`is ${state} for ${title}`, async () => {
      const server = await servers.https(answer);
      const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
      assert.deepEqual([failure.state, failure.code], [state, code]);
      assert.match(failure.message, message);
    });
  }

  it('says that the credential has ended when our clock says so too', async () => {
    const server = await servers.https(status(401, 'Unauthorized'));
    const leaf = await mintNow({ subject: 'CN=dev', issuer: await servers.ca(), notAfter: Date.now() - HOUR / 2 });
    const data = (name: string, text: string) => `${name}: ${Buffer.from(text).toString('base64')}`;
    const user = [data('client-certificate-data', leaf.pem), data('client-key-data', leaf.keyPem)];
    const { message } = await failureOf(get(apiOf(await servers.kubeconfig(server.url, user))));
    const end = new Date(leaf.certificate.notAfter).toISOString();
    assert.match(message, new RegExp(`\\(401\\): its client certificate ended at ${end}; renew it`));
  });

  it('passes the Status on, for the token of an expired list', async () => {
    const server = await servers.https(status(410, 'too old', { metadata: { continue: 'next' } }));
    const { cause } = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.deepEqual((cause as { metadata?: unknown }).metadata, { continue: 'next' });
  });

  it('passes on the whole text of an answer without Status, of which the message has the beginning', async () => {
    const checks = `[+]ping ok\n${'[+]poststarthook/start-informers ok\n'.repeat(40)}[-]shutdown failed: reason withheld\n`;
    const server = await servers.https(text(500, checks));
    const { cause, message } = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.equal(cause, checks);
    assert.match(message, /answered 500 to \/version: \[\+\]ping ok .{150,190}$/);
  });
});

describe('a server certificate that does not verify', () => {
  const cases: [title: string, spec: Partial<MintSpec>, code: string, message: RegExp][] = [
    [
      'that has expired',
      { notBefore: Date.now() - 2 * HOUR, notAfter: Date.now() - HOUR },
      'CERT_HAS_EXPIRED',
      /serves has expired/,
    ],
    [
      'of tomorrow',
      { notBefore: Date.now() + HOUR, notAfter: Date.now() + 2 * HOUR },
      'CERT_NOT_YET_VALID',
      /is not valid yet: compare the clocks/,
    ],
    [
      'of another name',
      { ipAddresses: ['10.0.0.1'], dnsNames: ['api'] },
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /is not for 127.0.0.1: .*--tls-server-name/,
    ],
  ];
  for (const [title, spec, code, message] of cases) {
    it(`is named: one ${title}`, async () => {
      const server = await servers.https(json(200, {}), spec);
      const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
      assert.deepEqual([failure.state, failure.code], ['unreachable', code]);
      assert.match(failure.message, message);
      assert.match(failure.message, new RegExp(`API server 127.0.0.1:${server.port}`));
    });
  }

  it('is named: one of an authority that the kubeconfig does not know', async () => {
    const server = await servers.https(json(200, {}), { issuer: await mintNow({ subject: 'CN=other', isCA: true }) });
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.equal(failure.state, 'unreachable');
    assert.match(failure.message, /an authority that the certificate-authority of cluster c does not know/);
  });

  it('is named: one of a CA that was made anew under the same name', async () => {
    const impostor = await mintNow({ subject: 'CN=test-ca', isCA: true, omitSubjectKeyId: true });
    const server = await servers.https(json(200, {}), { issuer: impostor, omitAuthorityKeyId: true });
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.equal(failure.code, 'CERT_SIGNATURE_FAILURE');
    assert.match(failure.message, /bears the same name and another key/);
  });

  it('is taken when verification is switched off, by kubeconfig or flag', async () => {
    const server = await servers.https(json(200, {}), { notAfter: Date.now() - HOUR / 2, ipAddresses: [] });
    const insecure = await servers.kubeconfig(server.url, ['token: t'], ['insecure-skip-tls-verify: true']);
    assert.equal((await get(apiOf(insecure))).status, 200);
    const flags = { insecureSkipTlsVerify: true };
    assert.equal((await get(apiOf(await servers.kubeconfig(server.url), { flags }))).status, 200);
  });

  it('is verified by another name and another CA when flags say so', async () => {
    const server = await servers.https(json(200, {}), { ipAddresses: [], dnsNames: ['api.example.com'] });
    const content = { '/ca.crt': (await servers.ca()).pem };
    const config = await servers.kubeconfig(server.url, ['token: t'], []);
    const flags = { tlsServerName: 'api.example.com', certificateAuthority: '/ca.crt' };
    const kube = apiOf(config, { flags, content });
    assert.equal((await get(kube)).status, 200);
    assert.equal((await kube.connection()).serverName, 'api.example.com');
  });

  it('says which CA file is not there', async () => {
    const server = await servers.https(json(200, {}));
    const failure = await failureOf(
      get(apiOf(await servers.kubeconfig(server.url, [], ['certificate-authority: gone.crt']))),
    );
    assert.deepEqual(
      [failure.state, failure.message],
      ['unreachable', "the certificate-authority of cluster c can't be read: /home/dev/.kube/gone.crt: no such file"],
    );
  });
});

describe('a server that can not be reached', () => {
  it('is named with the reason', async () => {
    const closed = await servers.https(json(200, {}));
    servers.close();
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(closed.url))));
    assert.deepEqual([failure.state, failure.code], ['unreachable', 'ECONNREFUSED']);
    assert.equal(failure.message, `the API server 127.0.0.1:${closed.port}: connection refused: nothing listens there`);
  });

  it('may have a name that does not exist', async () => {
    const failure = await failureOf(get(apiOf(await servers.kubeconfig('https://no-such-host.invalid:6443'))));
    assert.equal(failure.state, 'unreachable');
    assert.match(failure.message, /no-such-host.invalid:6443: (no such host|the name could not be resolved)/);
  });

  it('may speak no TLS', async () => {
    const server = await servers.http(json(200, {}));
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url.replace('http:', 'https:')))));
    assert.equal(failure.state, 'unreachable');
    assert.match(failure.message, /it speaks no TLS/);
  });

  it('may close the connection instead of answering', async () => {
    const server = await servers.https((request) => request.socket.destroy());
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.deepEqual([failure.state, failure.code], ['unreachable', 'ECONNRESET']);
  });

  it('may refuse the client certificate in the handshake', async () => {
    const ca = await servers.ca();
    const leaf = await mintNow({ subject: 'CN=server', issuer: ca, ipAddresses: ['127.0.0.1'] });
    const https = await import('node:https');
    const options = { cert: leaf.pem, key: leaf.keyPem, ca: ca.pem, requestCert: true, rejectUnauthorized: true };
    const server = await servers.listen(https.createServer(options), json(200, {}));
    const failure = await failureOf(get(apiOf(await servers.kubeconfig(server.url))));
    assert.ok(['denied', 'unreachable'].includes(failure.state));
    assert.match(failure.message, /ended the TLS handshake: alert "certificate required"|closed before an answer/);
  });

  const silent: [title: string, start: () => Promise<{ url: string; seen: Promise<unknown> }>][] = [
    [
      'accepts and never shakes hands',
      async () => {
        const server = net.createServer();
        const { port } = await servers.listen(server);
        return { url: `https://127.0.0.1:${port}`, seen: once(server, 'connection') };
      },
    ],
    [
      'never answers',
      async () => {
        const { promise, resolve } = Promise.withResolvers();
        const { url } = await servers.https(resolve);
        return { url, seen: promise };
      },
    ],
    [
      'never ends its answer',
      async () => {
        const { promise, resolve } = Promise.withResolvers();
        const { url } = await servers.https((_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.write('{"items": [', () => resolve(undefined));
        });
        return { url, seen: promise };
      },
    ],
  ];
  for (const [title, start] of silent) {
    it(`is left when the signal aborts, if it ${title}`, async () => {
      const { url, seen } = await start();
      const abort = new AbortController();
      const asking = get(apiOf(await servers.kubeconfig(url)), '/version', abort.signal);
      const ended = assert.rejects(asking, /enough/);
      await seen;
      abort.abort(new Error('enough'));
      await ended;
    });
  }

  it('is not even dialled when the signal has aborted before', async () => {
    const server = await servers.https(json(200, {}));
    await assert.rejects(
      get(apiOf(await servers.kubeconfig(server.url)), '/version', AbortSignal.abort(new Error('enough'))),
      /enough/,
    );
    assert.equal(server.connections.length, 0);
  });
});
