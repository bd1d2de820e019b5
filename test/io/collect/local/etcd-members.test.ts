import assert from 'node:assert/strict';
import { factsIn } from '../../../../src/io/collect/cluster-source.ts';
import { etcdMembers } from '../../../../src/io/collect/local/etcd-members.ts';
import { processes } from '../../../../src/io/collect/local/processes.ts';
import { staticPods } from '../../../../src/io/collect/local/static-pods.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { ToolResult } from '../../../../src/io/ports/tool-runner.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { observe } from '../../../support/observe.ts';

const manifest = (...command: string[]) => JSON.stringify({ spec: { containers: [{ command }] } });
const ETCD = manifest(
  'etcd',
  '--cert-file=/etc/kubernetes/pki/etcd/server.crt',
  '--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.11:2379',
);

describe('the members of the etcd of this node', () => {
  async function ask(answer: Partial<ToolResult> | PortFailure, etcd = ETCD) {
    const asked: string[] = [];
    const run = async ({ argv }: { argv: readonly string[] }): Promise<ToolResult> => {
      asked.push(argv.join(' '));
      if (answer instanceof PortFailure) throw answer;
      return { exit: 0, stdout: '', stderr: '', ms: 1, ...answer };
    };
    const files = memoryFiles({ '/etc/kubernetes/manifests/etcd.yaml': etcd });
    const observations = await observe([staticPods, processes, etcdMembers], { files, tools: { run } });
    return { asked, observations, members: factsIn(observations, 'etcdMember') };
  }

  it('are asked for with the pair that kubeadm makes for it', async () => {
    const member = { name: 'cp-2', peerURLs: ['https://10.0.0.12:2380'] };
    const { asked, members } = await ask({ stdout: JSON.stringify({ members: [member] }) });
    assert.deepEqual(members, [member]);
    const pki = '/etc/kubernetes/pki/etcd';
    assert.deepEqual(asked, [
      `etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/healthcheck-client.crt --key=${pki}/healthcheck-client.key member list -w json`,
    ]);
  });

  for (const [title, answer, state, says] of [
    ['etcdctl is not there', new PortFailure('absent', 'etcdctl is not installed'), 'absent', /not installed/],
    ['etcd is away', { exit: 1, stderr: 'Error: context deadline exceeded' }, 'not-applicable', /deadline exceeded/],
    ['the answer is none', { stdout: 'cp-1, started' }, 'not-applicable', /cp-1, started/],
  ] as const) {
    it(`leave nothing unknown where ${title}: the manifests tell as much`, async () => {
      const { observations, members } = await ask(answer);
      assert.deepEqual(members, []);
      assert.equal(observations[0]?.state, state);
      assert.match(observations[0]?.reason ?? '', says);
    });
  }

  it('are not asked for where no etcd of kubeadm runs', async () => {
    const { asked, observations } = await ask({}, manifest('etcd', '--listen-client-urls=http://127.0.0.1:2379'));
    assert.deepEqual([asked, observations], [[], []]);
  });
});
