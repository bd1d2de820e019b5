import assert from 'node:assert/strict';
import { clientsOf, controlPlaneCommand, endpointsOf, filesOf } from '../../../src/core/parse/control-plane.ts';
import { nodeRoot, onThisMachine } from '../../../src/core/parse/node-root.ts';

const manifest = (...words: string[]) => JSON.stringify({ spec: { containers: [{ command: words }] } });

describe('the command of a static Pod', () => {
  it('is that of the container which is a program of the control plane', () => {
    const text =
      'spec:\n  containers:\n  - {name: side, command: [sh]}\n  - command: [/usr/bin/etcd]\n    args: [--name=a]\n';
    assert.deepEqual(controlPlaneCommand(text), ['/usr/bin/etcd', '--name=a']);
  });

  for (const text of ['', '{', 'spec: 3', 'spec: {containers: [null, 7]}', manifest('nginx'), manifest()]) {
    it(`is none in ${JSON.stringify(text)}`, () => assert.equal(controlPlaneCommand(text), undefined));
  }

  it('names files of certificates, keys and kubeconfigs, each once', () => {
    const argv = [
      'kube-apiserver',
      '--tls-cert-file=/pki/a.crt',
      '--tls-sni-cert-key',
      '/pki/b.crt,/pki/b.key:x.example',
      '--kubeconfig=/etc/c.conf',
      '--client-ca-file=/pki/a.crt',
      '--data-dir=/var/lib/etcd',
      '--name=a.crt',
    ];
    assert.deepEqual(filesOf(argv), ['/pki/a.crt', '/pki/b.crt', '/pki/b.key', '/etc/c.conf']);
  });

  const cases: readonly [argv: string[], where: string[]][] = [
    [['kube-apiserver'], ['127.0.0.1:6443']],
    [['kube-apiserver', '--secure-port=7', '--bind-address=10.0.0.1'], ['10.0.0.1:7']],
    [['kube-apiserver', '--secure-port', '8', '--bind-address', '0.0.0.0'], ['127.0.0.1:8']],
    [['kube-controller-manager', '--bind-address=::'], ['127.0.0.1:10257']],
    [['kube-scheduler'], ['127.0.0.1:10259']],
    [
      [
        'etcd',
        '--listen-client-urls=http://127.0.0.1:1,https://[::1]:2,https://10.0.0.1',
        '--listen-peer-urls=https://10.0.0.1',
      ],
      ['::1:2', '10.0.0.1:2380'],
    ],
    [['etcd'], []],
    [['nginx'], []],
  ];
  for (const [argv, where] of cases) {
    it(`says where ${argv.join(' ')} serves`, () =>
      assert.deepEqual(
        endpointsOf(argv).map(({ address, port }) => `${address}:${port}`),
        where,
      ));
  }

  it('says which file is served', () => {
    const argv = [
      'etcd',
      '--cert-file=/s.crt',
      '--peer-cert-file=/p.crt',
      '--listen-peer-urls=https://h',
      '--listen-client-urls=https://h',
    ];
    assert.deepEqual(
      endpointsOf(argv).map(({ role, file }) => [role, file]),
      [
        ['etcd-server', '/s.crt'],
        ['etcd-peer', '/p.crt'],
      ],
    );
  });
});

describe('the client pairs of the API server', () => {
  const FLAGS = ['--etcd-certfile=/e.crt', '--etcd-keyfile=/e.key', '--kubelet-client-certificate=/k.crt'];

  it('are those of its flags, with the servers that the flags name', () => {
    const servers = '--etcd-servers=https://10.0.0.7:2379,http://10.0.0.8:2379,https://[fd00::1]';
    assert.deepEqual(clientsOf(['kube-apiserver', ...FLAGS, servers, '--kubelet-client-key=/k.key']), [
      {
        role: 'apiserver-etcd-client',
        certificate: '/e.crt',
        key: '/e.key',
        servers: [
          { address: '10.0.0.7', port: 2379 },
          { address: 'fd00::1', port: 2379 },
        ],
      },
      { role: 'apiserver-kubelet-client', certificate: '/k.crt', key: '/k.key', servers: [] },
    ]);
  });

  it('are none without a key, and none of another program', () => {
    assert.deepEqual(clientsOf(['kube-apiserver', '--kubelet-client-certificate=/k.crt']), []);
    assert.deepEqual(clientsOf(['etcd', ...FLAGS]), []);
  });
});

describe("where a node's files are", () => {
  const cases: readonly [folder: string, root: string | undefined, path: string][] = [
    ['/etc/kubernetes', '', '/etc/kubernetes/pki/ca.crt'],
    ['/mnt/etc/kubernetes', '/mnt', '/mnt/etc/kubernetes/pki/ca.crt'],
    ['/home/a/copy', undefined, '/home/a/copy/pki/ca.crt'],
  ];
  for (const [folder, root, path] of cases) {
    it(`follows from ${folder}`, () => {
      assert.equal(nodeRoot(folder), root);
      assert.equal(onThisMachine('/etc/kubernetes/pki/ca.crt', folder), path);
    });
  }

  it('takes what is elsewhere with the node, when there is one', () => {
    assert.equal(onThisMachine('/srv/etcd.crt', '/mnt/etc/kubernetes'), '/mnt/srv/etcd.crt');
    assert.equal(onThisMachine('/srv/etcd.crt', '/home/a/copy'), '/srv/etcd.crt');
  });
});
