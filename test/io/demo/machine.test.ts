import assert from 'node:assert/strict';
import { NOW } from '../../support/fake-ports.ts';
import { never, plantPorts } from './plant.ts';

const PLANTED = `
  certificates: {LEAF: {notAfter: now+10d}}
  processes:
  - {argv: /usr/bin/etcd --name=a, start: now-1d}
  - {argv: kubelet, start: now-3d}
  tools:
  - {argv: kubeadm version, stdout: "v1\\n"}
  - {argv: kubeadm certs * ..., stdout: 'ends \${notAfter:LEAF}', stderr: W, exit: 3}
  - {argv: istioctl version, exit: 124}
  denied: [{binary: linkerd}]
  logs: [{unit: kubelet, lines: [{at: now-3m, text: 'ended \${notAfter:LEAF}'}, {at: '2026-11-24T11:00:00Z', text: b}]}]
`;

describe("the demo's machine", () => {
  const run = async (command: string, signal = never) => {
    const { tools } = await plantPorts(PLANTED);
    return tools.run({ argv: command.split(' '), maxOutput: 1000, signal });
  };

  it('answers as recorded: word for word, one word for a star, any more after dots', async () => {
    assert.deepEqual(await run('kubeadm version'), { exit: 0, stdout: 'v1\n', stderr: '', ms: 0 });
    for (const command of ['kubeadm certs renew', 'kubeadm certs renew all --x']) {
      assert.deepEqual(await run(command), { exit: 3, stdout: 'ends 2026-12-04T12:00:00Z', stderr: 'W', ms: 0 });
    }
  });

  it('answers journalctl with the log of a unit', async () => {
    assert.equal(
      (await run('journalctl -u kubelet --no-pager')).stdout,
      '2026-11-24T11:57:00.000000+0000 kubelet: ended 2026-12-04T12:00:00Z\n2026-11-24T11:00:00.000000+0000 kubelet: b\n',
    );
    await assert.rejects(run('journalctl -u containerd'), { state: 'partial' });
  });

  const failures = [
    ['kubeadm certs', 'partial'],
    ['kubeadm version -o json', 'partial'],
    ['kubectl version', 'absent'],
    ['linkerd check', 'denied'],
  ] as const;
  for (const [command, state] of failures) {
    it(`is ${state} about ${command}`, async () => assert.rejects(run(command), { state }));
  }

  it('keeps waiting for an answer that never came', async () => {
    const abort = new AbortController();
    const waiting = run('istioctl version', abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
  });

  it('runs the planted processes, which are known by their programs', async () => {
    const { processes } = await plantPorts(PLANTED);
    assert.deepEqual(await processes.named(['etcd', 'k3s']), [
      { pid: 1000, argv: ['/usr/bin/etcd', '--name=a'], started: NOW - 86_400_000 },
    ]);
  });
});
