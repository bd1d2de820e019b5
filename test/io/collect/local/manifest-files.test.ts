import assert from 'node:assert/strict';
import { manifestFiles } from '../../../../src/io/collect/local/manifest-files.ts';
import { processes } from '../../../../src/io/collect/local/processes.ts';
import { staticPods } from '../../../../src/io/collect/local/static-pods.ts';
import { kubeadmFiles } from '../../../../src/io/collect/local/trees.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { observe } from '../../../support/observe.ts';

const API = JSON.stringify({
  spec: {
    containers: [
      {
        command: [
          'kube-apiserver',
          '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt',
          '--etcd-cafile=/etc/etcd/ca.crt',
          '--etcd-certfile=/etc/etcd/client.crt',
          '--etcd-keyfile=/etc/etcd/client.key',
          '--etcd-servers=https://10.0.0.7:2379',
        ],
      },
    ],
  },
});

describe('files that manifests name outside the folder of kubeadm', () => {
  let ca: Minted;
  let client: Minted;
  before(async () => {
    const life = { notBefore: NOW - 1000, notAfter: NOW + 86_400_000 };
    ca = await mint({ ...life, subject: 'CN=our-etcd', isCA: true });
    client = await mint({ ...life, subject: 'CN=etcd-client', issuer: ca });
  });

  const read = (folder: string, denied: readonly string[] = []) => {
    const files = memoryFiles(
      {
        [`${folder}/manifests/kube-apiserver.yaml`]: API,
        [`${folder}/pki/apiserver.crt`]: client.pem,
        '/etc/etcd/ca.crt': ca.pem,
        '/etc/etcd/client.crt': client.pem,
        ...(denied.length === 0 && { '/etc/etcd/client.key': client.keyPem }),
      },
      { denied },
    );
    const scope = { pkiDir: folder, pkiDirGiven: folder !== '/etc/kubernetes' };
    return observe([kubeadmFiles, staticPods, manifestFiles], { files }, scope);
  };

  it("are an external etcd's client pair and CA, by what the flags say", async () => {
    const [observation] = await read('/etc/kubernetes');
    assert.deepEqual(
      observation?.placements.map(({ ref, role, manager, key }) => [
        ref,
        role,
        manager,
        key === client.certificate.spki,
      ]),
      [
        ['file:/etc/etcd/client.crt', 'apiserver-etcd-client', 'person', true],
        ['file:/etc/etcd/ca.crt', 'etcd-ca', 'person', false],
      ],
    );
  });

  it("are the keys of service accounts' tokens, by the command lines of what runs", async () => {
    const processesNamed = async () => [
      { pid: 7, started: NOW, argv: ['kube-apiserver', '--tls-private-key-file=/certs/api.key'] },
      { pid: 8, started: NOW, argv: ['kube-controller-manager', '--service-account-private-key-file=/certs/sa.key'] },
    ];
    const files = memoryFiles({ '/certs/api.key': client.keyPem, '/certs/sa.key': ca.keyPem });
    const [observation] = await observe([kubeadmFiles, staticPods, processes, manifestFiles], {
      files,
      processes: { named: processesNamed },
    });
    assert.deepEqual(
      observation?.placements.map(({ ref, role, key }) => [ref, role, key]),
      [
        ['file:/certs/api.key', 'service-account-key', client.certificate.spki],
        ['file:/certs/sa.key', 'service-account-key', ca.certificate.spki],
      ],
    );
  });

  it('are not taken from this machine for a folder that was copied here', async () =>
    assert.deepEqual(await read('/home/me/copy'), []));

  it('say which of them may not be read', async () => {
    const observations = await read('/etc/kubernetes', ['/etc/etcd/client.key']);
    assert.deepEqual(
      observations.map(({ state }) => state),
      ['complete', 'denied'],
    );
  });
});
