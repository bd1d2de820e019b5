import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { apiOf, failureOf, get, json, TestServers } from './support.ts';

const servers = new TestServers();
afterEach(() => servers.close());

/** An HTTP proxy that connects everything to one port, and remembers what was asked of it. */
async function connectProxy(port: number, answer = '200 OK') {
  const asked: { target: string | undefined; authorization: string | undefined }[] = [];
  const proxy = http.createServer();
  proxy.on('connect', (request, socket) => {
    asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    socket.write(`HTTP/1.1 ${answer}\r\n\r\n`);
    if (!answer.startsWith('200')) return void socket.end();
    const upstream = net.connect(port, '127.0.0.1');
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  return { ...(await servers.listen(proxy)), asked };
}

/** The part of RFC 1928 that a client without authentication needs: one CONNECT to an address or a name. */
async function socksProxy(port: number) {
  const proxy = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', () => {
        const upstream = net.connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          socket.pipe(upstream).pipe(socket);
        });
        socket.on('close', () => upstream.destroy());
      });
    });
  });
  return await servers.listen(proxy);
}

describe('an API server behind a proxy', () => {
  it("is reached through its cluster's proxy-url, with its user, over one tunnel", async () => {
    const server = await servers.https(json(200, {}));
    const proxy = await connectProxy(server.port);
    const ca = Buffer.from((await servers.ca()).pem).toString('base64');
    const cluster = [`certificate-authority-data: ${ca}`, `proxy-url: http://me:pw@127.0.0.1:${proxy.port}`];
    const kube = apiOf(await servers.kubeconfig(server.url, ['token: t'], cluster));
    await get(kube);
    await get(kube);
    assert.deepEqual(proxy.asked, [
      { target: `127.0.0.1:${server.port}`, authorization: `Basic ${Buffer.from('me:pw').toString('base64')}` },
    ]);
    assert.equal(server.requests.length, 2);
  });

  it('is reached through HTTPS_PROXY, unless NO_PROXY names it', async () => {
    const server = await servers.https(json(200, {}), { dnsNames: ['api.test.invalid'] });
    const proxy = await connectProxy(server.port);
    const config = await servers.kubeconfig('https://api.test.invalid:6443');
    const env = { HOME: '/home/dev', HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    assert.equal((await get(apiOf(config, { env }))).status, 200);
    assert.equal(proxy.asked[0]?.target, 'api.test.invalid:6443');
    const failure = await failureOf(get(apiOf(config, { env: { ...env, NO_PROXY: '.invalid' } })));
    assert.equal(failure.state, 'unreachable');
    assert.equal(proxy.asked.length, 1);
  });

  it('is reached through a SOCKS proxy, and verified', async () => {
    const server = await servers.https(json(200, {}));
    const proxy = await socksProxy(server.port);
    const ca = Buffer.from((await servers.ca()).pem).toString('base64');
    const trusting = [`certificate-authority-data: ${ca}`, `proxy-url: socks5://127.0.0.1:${proxy.port}`];
    const kube = apiOf(await servers.kubeconfig(server.url, ['token: t'], trusting));
    assert.equal((await get(kube)).status, 200);
    await get(kube);
    assert.equal(proxy.connections.length, 1);
    const doubting = apiOf(await servers.kubeconfig(server.url, ['token: t'], trusting.slice(1)));
    assert.match((await failureOf(get(doubting))).message, /authority that .* does not know/);
  });

  it('is not reached when the proxy refuses or is down, and the proxy is named without its password', async () => {
    const server = await servers.https(json(200, {}));
    const proxy = await connectProxy(server.port, '407 Proxy Authentication Required');
    const through = async () => {
      const cluster = [`proxy-url: http://me:hunter2@127.0.0.1:${proxy.port}`];
      return await failureOf(get(apiOf(await servers.kubeconfig(server.url, ['token: t'], cluster))));
    };
    const refused = await through();
    assert.equal(refused.state, 'unreachable');
    assert.match(refused.message, /through the proxy http:\/\/127.0.0.1:\d+\): .*407/);
    assert.ok(!refused.message.includes('hunter2'));
    servers.close();
    const down = await through();
    assert.match(down.message, /through the proxy .*connection refused/);
    assert.ok(!down.message.includes('hunter2'));
  });

  for (const scheme of ['http', 'socks5']) {
    it(`fails every one of many requests when its ${scheme} proxy is down`, async () => {
      const gone = await servers.http(json(200, {}));
      servers.close();
      const cluster = [`proxy-url: ${scheme}://127.0.0.1:${gone.port}`];
      const kube = apiOf(await servers.kubeconfig('https://127.0.0.1:1', ['token: t'], cluster));
      const failures = await Promise.all(Array.from({ length: 40 }, () => failureOf(get(kube))));
      for (const failure of failures) {
        assert.deepEqual([failure.state, failure.code], ['unreachable', 'ECONNREFUSED']);
        assert.match(failure.message, /through the proxy \S+\): connection refused/);
      }
    });
  }
});
