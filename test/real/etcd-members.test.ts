import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import { localFiles } from '../../src/io/adapters/files.ts';
import { localProcesses } from '../../src/io/adapters/processes.ts';
import { localToolRunner } from '../../src/io/adapters/tool-runner.ts';
import { factsIn } from '../../src/io/collect/cluster-source.ts';
import { etcdMembers } from '../../src/io/collect/local/etcd-members.ts';
import { processes } from '../../src/io/collect/local/processes.ts';
import { staticPods } from '../../src/io/collect/local/static-pods.ts';
import { observe } from '../support/observe.ts';
import { useBed } from '../testbed/fixture.ts';

describe('the members of a real etcd', () => {
  const bed = useBed('core', 'etcdctl');

  it('are listed by the real etcdctl, with the pair that kubeadm made for such questions', async function () {
    this.timeout(60_000);
    const observations = await observe(
      [staticPods, processes, etcdMembers],
      {
        files: localFiles,
        processes: localProcesses(),
        tools: localToolRunner({ PATH: [bed.binDir, '/usr/bin'].join(delimiter) }),
      },
      { pkiDir: bed.kubernetesDir, pkiDirGiven: true },
    );
    const peerURLs = [`https://127.0.0.1:${bed.port('etcd-peer')}`];
    assert.deepEqual(factsIn(observations, 'etcdMember'), [{ name: 'bed', peerURLs }], observations[0]?.reason ?? '');
  });
});
