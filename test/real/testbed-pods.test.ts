import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { giveExec, giveForward, giveLogs, pod, untilRunning } from '../testbed/cluster/pods.ts';
import { until, useBed } from '../testbed/fixture.ts';

describe('kwok on the test bed', () => {
  const bed = useBed('kwok');
  const web = { namespace: '', name: 'web' };

  before(async () => {
    web.namespace = await bed.namespace('pods');
    await bed.apply(pod(web));
    await untilRunning(bed, web);
  });

  it('answers for logs through the API server, each line with its own time', async () => {
    await giveLogs(bed, web, {
      app: [{ text: 'x509: certificate has expired', at: Date.UTC(2026, 0, 2, 3, 4, 5) }, 'and on'],
    });
    const logs = () => bed.kubectl(['logs', '-n', web.namespace, web.name, '--timestamps']);
    const text = await until('the logs are there', async () => (await logs()).includes('and on') && (await logs()));
    assert.match(text, /^2026-01-02T03:04:05\.000000000Z x509: certificate has expired\n/);
  });

  it('answers for exec through the API server', async () => {
    await giveExec(bed, web, { env: { WHO: 'bed' } });
    const exec = ['exec', '-n', web.namespace, web.name, '--', 'sh', '-c', 'echo $WHO in $(pwd)'];
    assert.equal(await until('exec answers', () => bed.kubectl(exec)), `bed in ${bed.runDir}\n`);
  });

  it('answers for port-forward through the API server', async () => {
    const [behind = 0, local = 0] = await bed.takePorts(['behind-web', 'before-web']);
    const server = createServer((socket) => socket.end('hello from behind the pod\n')).listen(behind, '127.0.0.1');
    await giveForward(bed, web, { 8443: behind });
    const forward = ['port-forward', '-n', web.namespace, `pod/${web.name}`, `${local}:8443`];
    const argv = [`${bed.binDir}/kubectl`, '--kubeconfig', bed.kubeconfig, ...forward];
    await bed.spawn({ name: 'forward-web', argv, ready: { kind: 'log', text: 'Forwarding from 127.0.0.1' } });
    try {
      const answer = await bed.run(['bash', '-c', `head -n 1 < /dev/tcp/127.0.0.1/${local}`], { timeoutMs: 10_000 });
      assert.equal(answer, 'hello from behind the pod\n');
    } finally {
      await bed.stop('forward-web');
      server.close();
    }
  });
});
