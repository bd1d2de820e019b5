import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { connect, createServer as createTcp, type Server } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { parseCertificate } from '../../src/core/x509/certificate.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import { getFromPod, shakeHandsWithPod } from '../../src/io/collect/pods/pod-port.ts';
import { mint } from '../../src/io/demo/mint.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import { giveExec, giveForward, pod, untilRunning } from '../testbed/cluster/pods.ts';
import { until, useBed } from '../testbed/fixture.ts';

const HOUR = 3_600_000;
const ADMINISTRATOR = 'node/etc/kubernetes/admin.conf';

describe('Pods through a real API server', () => {
  const bed = useBed('kwok');
  const web = { namespace: '', name: 'web' };
  const open: Server[] = [];
  after(() => open.forEach((server) => server.close()));

  const apiOf = (kubeconfig: string) =>
    createKubeApi({ flags: { kubeconfig }, env: {}, files: localFiles, clock: systemClock, requestTimeout: 10_000 });
  const portsOf = (kubeconfig = bed.kubeconfig) => ({
    kube: apiOf(kubeconfig),
    tls: createTlsDialer({ clock: systemClock, env: {} }),
  });
  const at = (port: number) => ({ namespace: web.namespace, pod: web.name, port, signal: AbortSignal.timeout(10_000) });
  const listen = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      open.push(server);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });

  before('a Pod whose ports are served', async () => {
    web.namespace = await bed.namespace('pod-access');
    await bed.apply(pod(web));
    await untilRunning(bed, web);
    const leaf = await mint({
      subject: 'CN=web',
      notBefore: Date.now() - HOUR,
      notAfter: Date.now() + HOUR,
      dnsNames: ['web.shop'],
    });
    const http = createHttp((request, response) => {
      const lines = request.url?.startsWith('/config_dump') ? 2000 : 1;
      for (let i = 0; i < lines; i++) response.write(`${request.url} ${'x'.repeat(1000)}\n`);
      response.end();
    });
    const refused = await listen(createTcp());
    open.pop()?.close();
    await giveForward(bed, web, {
      15000: await listen(http),
      4191: await listen(createTls({ cert: leaf.pem, key: leaf.keyPem })),
      8080: refused,
    });
    const ports = portsOf();
    await until('the port answers', () => getFromPod(ports, at(15000), '/ready').catch(() => undefined));
  });

  it('answer on a forwarded port, with two megabytes in chunks', async () => {
    const { status, body } = await getFromPod(portsOf(), at(15000), '/config_dump?mask=a,b');
    assert.deepEqual([status, body.length], [200, 2000 * (1000 + '/config_dump?mask=a,b \n'.length)]);
  });

  it('show the certificate that they serve', async () => {
    const { chain, error, protocol } = await shakeHandsWithPod(portsOf(), at(4191), 'web.shop');
    assert.deepEqual([error, protocol], [undefined, 'TLSv1.3']);
    assert.deepEqual(parseCertificate(chain[0]!).dnsNames, ['web.shop']);
  });

  it('are asked many at once', async () => {
    const ports = portsOf();
    const answers = await Promise.all(Array.from({ length: 40 }, () => getFromPod(ports, at(15000), '/certs')));
    assert.ok(answers.every(({ status }) => status === 200));
  });

  it('say why a port cannot be reached', async () => {
    const reason = new RegExp(`^port 8080 of pod ${web.namespace}/web: .*connection refused`);
    await assert.rejects(getFromPod(portsOf(), at(8080), '/'), (error: PortFailure) => {
      assert.match(error.message, reason);
      return error instanceof PortFailure && error.state === 'unreachable';
    });
    await assert.rejects(shakeHandsWithPod(portsOf(), at(8080)), { message: reason });
    await assert.rejects(getFromPod(portsOf(), { ...at(15000), pod: 'none' }, '/'), {
      state: 'absent',
      message: /pods "none" not found/,
    });
  });

  it('are reached through a proxy as the API server is', async () => {
    const tunnels: string[] = [];
    const proxy = createHttp().on('connect', (request, client) => {
      tunnels.push(request.url ?? '');
      const { hostname, port } = new URL(`http://${request.url}`);
      const onwards = connect(Number(port), hostname, () => client.write('HTTP/1.1 200 Connected\r\n\r\n'));
      onwards.pipe(client).pipe(onwards);
      onwards.on('error', () => client.destroy());
      client.on('error', () => onwards.destroy());
    });
    const through = `$1proxy-url: http://127.0.0.1:${await listen(proxy)}\n$1server:`;
    const kubeconfig = bed.write('proxied.conf', bed.read(ADMINISTRATOR).replace(/^( +)server:/m, through));
    const { status } = await getFromPod(portsOf(kubeconfig), at(15000), '/certs');
    assert.equal(status, 200);
    assert.deepEqual(tunnels, [new URL(bed.server).host]);
  });

  it('are denied to whom they are denied, by the name of the right', async () => {
    await bed.kubectl(['create', 'serviceaccount', 'looker', '-n', web.namespace]);
    const rights = ['create', 'role', 'looker', '--verb=get', '--resource=pods,pods/portforward', '-n', web.namespace];
    await bed.kubectl(rights);
    await bed.kubectl([
      'create',
      'rolebinding',
      'looker',
      '--role=looker',
      `--serviceaccount=${web.namespace}:looker`,
      '-n',
      web.namespace,
    ]);
    const token = (await bed.kubectl(['create', 'token', 'looker', '-n', web.namespace])).trim();
    const kubeconfig = bed.write(
      'pod-access.conf',
      bed.read(ADMINISTRATOR).replace(/ {4}client-certificate-data:.*$/s, `    token: ${token}\n`),
    );
    await assert.rejects(getFromPod(portsOf(kubeconfig), at(15000), '/'), {
      state: 'denied',
      message: /takes the verbs get and create of pods\/portforward/,
    });
  });

  it('run commands and tell their output, and why one did not run', async () => {
    await giveExec(bed, web, { env: { WHO: 'bed' } });
    const { kube } = portsOf();
    const run = (argv: readonly string[]) =>
      kube.exec({
        namespace: web.namespace,
        pod: web.name,
        container: 'app',
        argv,
        signal: AbortSignal.timeout(10_000),
      });
    const answer = await until('exec answers', () =>
      run(['sh', '-c', 'echo out $WHO; echo err >&2']).catch(() => undefined),
    );
    assert.deepEqual(answer, { stdout: 'out bed\n', stderr: 'err\n', exit: 0 });
    await assert.rejects(run(['no-such-program']), { state: 'absent' });
  });
});
