import assert from 'node:assert/strict';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { createServer as createTls } from 'node:tls';
import { systemClock } from '../../../../src/io/adapters/clock.ts';
import { createTlsDialer } from '../../../../src/io/adapters/tls.ts';
import type { KubeApi } from '../../../../src/io/ports/kube-api.ts';
import { acceptChannels, type KubeletEnd } from './channel-server.ts';
import { apiOf, failureOf, json, mintNow, TestServers } from './support.ts';

const servers = new TestServers();
afterEach(() => servers.close());
const soon = () => AbortSignal.timeout(8000);
const PORT_15000 = Buffer.from([0x98, 0x3a]);

async function apiWith(
  onOpen: (end: KubeletEnd) => void,
  onMessage?: (end: KubeletEnd, channel: number, bytes: Buffer) => void,
): Promise<{ kube: KubeApi; opened: KubeletEnd[] }> {
  const ca = await servers.ca();
  const leaf = await mintNow({ subject: 'CN=server', issuer: ca, ipAddresses: ['127.0.0.1'] });
  const server = https.createServer({ cert: leaf.pem, key: leaf.keyPem });
  const opened: KubeletEnd[] = [];
  const open = (end: KubeletEnd) => {
    opened.push(end);
    onOpen(end);
  };
  acceptChannels(server, open, onMessage);
  const { url } = await servers.listen(server);
  return { kube: apiOf(await servers.kubeconfig(url)), opened };
}

const forward = (kube: KubeApi, signal = soon()) =>
  kube.portForward({ namespace: 'shop', pod: 'web-1', port: 15000, signal });

const prefix = (end: KubeletEnd) => [0, 1].forEach((channel) => end.send(channel, PORT_15000));

async function textOf(stream: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

describe('a forwarded port', () => {
  it('carries bytes both ways, without the prefix of its channels', async () => {
    const { kube, opened } = await apiWith(prefix, (end, channel, bytes) => {
      assert.equal(channel, 0);
      end.send(0, `got ${bytes}`);
      end.close();
    });
    const stream = await forward(kube);
    stream.write('ping');
    assert.equal(await textOf(stream), 'got ping');
    const { url = '', headers } = opened[0]!.request;
    assert.equal(url, '/api/v1/namespaces/shop/pods/web-1/portforward?ports=15000');
    assert.equal(headers.authorization, 'Bearer secret-token');
    assert.equal(headers['sec-websocket-protocol'], 'v4.channel.k8s.io');
  });

  it('ends in the words of the kubelet when nothing listens there', async () => {
    const { kube } = await apiWith((end) => {
      prefix(end);
      end.send(1, 'error forwarding port 15000 to pod web-1, uid : failed to dial 127.0.0.1:15000: connection refused');
      end.close();
    });
    const failure = await failureOf(forward(kube).then(textOf));
    assert.equal(failure.state, 'unreachable');
    assert.equal(failure.message, 'port 15000 of pod shop/web-1: failed to dial 127.0.0.1:15000: connection refused');
  });

  it('fails as any request does when the API server refuses it', async () => {
    const message = 'pods "web-1" is forbidden: User "dev" cannot create resource "pods/portforward"';
    const { url } = await servers.https(json(403, { kind: 'Status', message }));
    const failure = await failureOf(forward(apiOf(await servers.kubeconfig(url))));
    assert.deepEqual([failure.state, failure.message], ['denied', message]);
  });

  it('fails when somebody between answers in its place', async () => {
    const ca = await servers.ca();
    const leaf = await mintNow({ subject: 'CN=server', issuer: ca, ipAddresses: ['127.0.0.1'] });
    const server = https.createServer({ cert: leaf.pem, key: leaf.keyPem });
    server.on('upgrade', (_request, socket: Duplex) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    );
    const { url } = await servers.listen(server);
    const failure = await failureOf(forward(apiOf(await servers.kubeconfig(url))));
    assert.match(failure.message, /does not open a WebSocket for \/api\/v1\/namespaces\/shop/);
  });

  it('ends with the signal, whether the answer is awaited or the stream stands', async () => {
    const silent = await servers.https(() => {});
    const kube = apiOf(await servers.kubeconfig(silent.url));
    await assert.rejects(forward(kube, AbortSignal.timeout(50)), { name: 'TimeoutError' });
    const { kube: open } = await apiWith(prefix);
    const stop = new AbortController();
    const stream = await forward(open, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(textOf(stream), { name: 'AbortError' });
  });

  it('lets a hundred streams stand at once: they take none of the shared connections', async () => {
    const { kube } = await apiWith(prefix, (end, _channel, bytes) => {
      end.send(0, bytes);
      end.close();
    });
    const streams = await Promise.all(Array.from({ length: 100 }, () => forward(kube)));
    for (const [index, stream] of streams.entries()) stream.write(String(index));
    assert.deepEqual(
      await Promise.all(streams.map(textOf)),
      streams.map((_, index) => String(index)),
    );
  });
});

describe('a handshake through a forwarded port', () => {
  it('shows what the Pod serves', async () => {
    const leaf = await mintNow({ subject: 'CN=web.shop.serviceaccount.identity.linkerd.cluster.local' });
    const pod = await servers.listen(createTls({ cert: leaf.pem, key: leaf.keyPem }));
    const { connect } = await import('node:net');
    const sockets = new Map<KubeletEnd, ReturnType<typeof connect>>();
    const { kube } = await apiWith(
      (end) => {
        prefix(end);
        const socket = connect(pod.port, '127.0.0.1', () => {});
        socket.on('error', () => {}).on('data', (bytes) => end.send(0, bytes));
        sockets.set(end, socket);
      },
      (end, _channel, bytes) => void sockets.get(end)?.write(bytes),
    );
    const dialer = createTlsDialer({ clock: systemClock, env: { HTTPS_PROXY: 'http://127.0.0.1:1' } });
    const through = await forward(kube);
    const result = await dialer.dial({ address: 'web-1.shop', port: 4191, sni: 'web.shop', through, signal: soon() });
    assert.deepEqual([result.address, result.error, result.protocol], ['web-1.shop', undefined, 'TLSv1.3']);
    assert.deepEqual(
      result.chain.map((der) => Buffer.from(der).toString('hex')),
      [Buffer.from(leaf.certificate.der).toString('hex')],
    );
  });

  it('fails as the port does', async () => {
    const { kube } = await apiWith((end) => {
      prefix(end);
      end.send(1, 'error forwarding port 4191 to pod web-1, uid : connection refused');
    });
    const dialer = createTlsDialer({ clock: systemClock, env: {} });
    const dial = async () =>
      dialer.dial({ address: 'web-1.shop', port: 4191, through: await forward(kube), signal: soon() });
    assert.match((await failureOf(dial())).message, /^port 15000 of pod shop\/web-1: connection refused$/);
  });
});

describe('a command in a container', () => {
  const exec = (kube: KubeApi, argv: readonly string[] = ['pilot-agent', 'request', 'GET', 'certs?a=b c']) =>
    kube.exec({ namespace: 'shop', pod: 'web-1', container: 'istio-proxy', argv, signal: soon() });
  const failed = (status: object) => (end: KubeletEnd) => {
    end.send(2, 'no\n');
    end.send(3, JSON.stringify({ status: 'Failure', ...status }));
    end.close();
  };

  it('gives its output and its status', async () => {
    const { kube, opened } = await apiWith((end) => {
      for (const channel of [0, 1, 2, 3]) end.send(channel, '');
      end.send(1, '{"certi');
      end.send(2, 'a warning\n');
      end.send(1, 'ficates": []}');
      end.send(3, JSON.stringify({ status: 'Success' }));
      end.close();
    });
    assert.deepEqual(await exec(kube), { stdout: '{"certificates": []}', stderr: 'a warning\n', exit: 0 });
    const url = new URL(opened[0]!.request.url ?? '', 'https://api');
    assert.equal(url.pathname, '/api/v1/namespaces/shop/pods/web-1/exec');
    assert.deepEqual(url.searchParams.getAll('command'), ['pilot-agent', 'request', 'GET', 'certs?a=b c']);
    assert.equal(url.searchParams.get('container'), 'istio-proxy');
  });

  it('tells the exit status of one that failed', async () => {
    const causes = [{ reason: 'ExitCode', message: '7' }];
    const { kube } = await apiWith(failed({ reason: 'NonZeroExitCode', details: { causes } }));
    assert.deepEqual(await exec(kube), { stdout: '', stderr: 'no\n', exit: 7 });
  });

  it('is absent where the container has no such program', async () => {
    const message = 'exec: "pilot-agent": executable file not found in $PATH';
    const { kube } = await apiWith(failed({ reason: 'InternalError', message }));
    const failure = await failureOf(exec(kube));
    assert.deepEqual([failure.state, failure.message], ['absent', `pilot-agent in pod shop/web-1: ${message}`]);
  });

  it('is partial when the connection ends before it', async () => {
    const { kube } = await apiWith((end) => {
      end.send(1, 'half');
      end.close();
    });
    assert.equal((await failureOf(exec(kube))).state, 'partial');
  });
});
