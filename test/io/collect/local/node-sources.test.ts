import assert from 'node:assert/strict';
import { processes } from '../../../../src/io/collect/local/processes.ts';
import { staticPods } from '../../../../src/io/collect/local/static-pods.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { observe } from '../../../support/observe.ts';

const MANIFEST = JSON.stringify({
  spec: {
    containers: [
      { command: ['etcd', '--cert-file=/etc/kubernetes/pki/e.crt', '--listen-client-urls=https://127.0.0.1:2379'] },
    ],
  },
});

describe('the static Pods of a node', () => {
  it('are read from every manifest but hidden ones, with paths below the root of the node', async () => {
    const files = memoryFiles({
      '/mnt/etc/kubernetes/manifests/etcd.yaml': MANIFEST,
      '/mnt/etc/kubernetes/manifests/.etcd.yaml.7.new': MANIFEST,
      '/mnt/etc/kubernetes/manifests/other.yaml': 'kind: Pod',
    });
    const [observation] = await observe([staticPods], { files }, { pkiDir: '/mnt/etc/kubernetes/', pkiDirGiven: true });
    const file = '/mnt/etc/kubernetes/pki/e.crt';
    assert.deepEqual(observation?.facts.staticPod, [
      {
        component: 'etcd',
        manifest: '/mnt/etc/kubernetes/manifests/etcd.yaml',
        files: [file],
        endpoints: [{ role: 'etcd-server', address: '127.0.0.1', port: 2379, file }],
      },
    ]);
  });

  it('are not spoken of where there is no folder for them', async () =>
    assert.deepEqual(await observe([staticPods], {}), []));

  it('are denied when they may not be read', async () => {
    const files = memoryFiles({}, { denied: ['/etc/kubernetes/manifests/etcd.yaml'] });
    const [observation] = await observe([staticPods], { files });
    assert.equal(observation?.state, 'denied');
  });
});

describe('the processes of a machine', () => {
  it('tell since when they run and when their files changed', async () => {
    const info = { pid: 4, argv: ['/usr/bin/etcd', '--cert-file=/e.crt', '--key-file=/e.key'], started: NOW };
    const [observation] = await observe([processes], {
      files: memoryFiles({ '/e.crt': '' }),
      processes: { named: async () => [info] },
    });
    assert.deepEqual(observation?.facts.process, [
      {
        program: 'etcd',
        pid: 4,
        started: '2026-11-24T12:00:00.000Z',
        files: [{ path: '/e.crt', modified: '1970-01-01T00:00:00.000Z' }, { path: '/e.key' }],
      },
    ]);
  });
});
