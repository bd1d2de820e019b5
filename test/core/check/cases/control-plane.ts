import type { ComponentFact, CsrFact, KubeconfigFact } from '../../../../src/core/model/facts.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { DAY, HOUR, MINUTE, makeCA, makeClient, makeServer, NOW, type World } from '../world.ts';

const PKI = '/etc/kubernetes/pki';
const kubeadm = { manager: 'kubeadm' } as const;
const iso = (at: number) => new Date(at).toISOString();

const kubeconfig = (world: World, path: string, parts: Partial<KubeconfigFact> = {}) =>
  world.fact('kubeconfig', {
    path,
    contexts: [],
    clusters: [{ name: 'c', server: 'https://10.0.0.10:6443' }],
    problems: [],
    ...parts,
  });

interface Kubeconfigs {
  /** The CA in each kubeconfig, by its path. */
  readonly holds: Readonly<Record<string, Minted>>;
  /** What signed the certificate that the API server shows. */
  readonly signer: Minted;
  readonly server?: Partial<KubeconfigFact['clusters'][number]>;
}

/** An API server that was dialled, and kubeconfigs that lead to it. */
async function dialled(world: World, { holds, signer, server = {} }: Kubeconfigs): Promise<World> {
  world.served('tls://10.0.0.10:6443', [await makeServer(['cp-1'], { issuer: signer })], {
    ...kubeadm,
    role: 'apiserver-serving',
    layer: 'cluster',
  });
  for (const [path, ca] of Object.entries(holds)) {
    kubeconfig(world, path, { clusters: [{ name: 'c', server: 'https://10.0.0.10:6443', ...server }] });
    world.bundle(`kubeconfig:${path}#clusters/c`, [ca], { role: 'kubeconfig-ca' });
  }
  return world;
}

const csr = (name: string, parts: Partial<CsrFact> = {}): CsrFact => ({
  name,
  signerName: 'kubernetes.io/kube-apiserver-client',
  username: 'me',
  state: 'approved',
  created: iso(NOW - HOUR),
  subject: 'CN=me',
  dnsNames: [],
  ipAddresses: [],
  ...parts,
});

const component = (name: string, flags: ComponentFact['flags'], parts: Partial<ComponentFact> = {}): ComponentFact => ({
  component: name,
  by: 'process',
  object: 'process/7',
  flags,
  ...parts,
});
const SIGNING = { 'cluster-signing-cert-file': `${PKI}/ca.crt`, 'cluster-signing-key-file': `${PKI}/ca.key` };

const keyed = (world: World, path: string, key: Minted) =>
  world.place(`file:${path}`, [], { role: 'service-account-key', key });

/** A worker whose kubelet verifies its clients by one CA and has a certificate of its own from another. */
async function worker(world: World, { trusts, issuer }: { trusts: Minted; issuer: Minted }): Promise<World> {
  world.place(`file:${PKI}/ca.crt`, [trusts], { ...kubeadm, role: 'cluster-ca' });
  world.bundle('kubeconfig:/etc/kubernetes/kubelet.conf#clusters/c', [issuer], { role: 'kubeconfig-ca' });
  world.place(
    'file:/var/lib/kubelet/pki/kubelet-client-current.pem',
    [await makeClient('CN=system:node:w1,O=system:nodes', { issuer })],
    {
      role: 'kubelet-client',
      manager: 'kubelet',
    },
  );
  return world.fact('kubelet', {
    config: '/var/lib/kubelet/config.yaml',
    address: '127.0.0.1',
    port: 10250,
    clientCAFile: `${PKI}/ca.crt`,
    rotates: true,
    requestsServing: false,
  });
}

const acceptance = (world: World, server: string, accepted: boolean) =>
  world.fact('acceptance', {
    server,
    serverRole: 'kubelet-serving',
    client: `file:${PKI}/apiserver-kubelet-client.crt`,
    accepted,
    answer: accepted ? 'answers 200' : 'answers 401',
  });

/** A control-plane node's files, a bundle with another CA, and no Node that could be read. */
async function unreadNodes(world: World): Promise<{ served: Minted }> {
  const [ca, served] = [await makeCA('kubernetes'), await makeServer(['cp-1'])];
  world.place(`file:${PKI}/ca.crt`, [ca], { ...kubeadm, role: 'cluster-ca', key: ca });
  world.place(`file:${PKI}/apiserver.crt`, [served], { ...kubeadm, role: 'apiserver-serving', key: served });
  world.bundle('configmap/shop/kube-root-ca.crt#ca.crt', [await makeCA('kubernetes')], { role: 'root-ca-bundle' });
  world.fact('cluster', { server: 'https://10.0.0.10:6443', distribution: 'kubeadm', evidence: '' });
  return { served };
}

const CONFS = '/etc/kubernetes';
const CNI = '/etc/cni/net.d/calico-kubeconfig';

export const controlPlaneCases: readonly Case[] = [
  {
    code: 'KUBECONFIG_CA_STALE',
    title: "tells once of all kubeconfigs that hold the CA of before, the components' first",
    build: async (world) => {
      const [old, signer] = [await makeCA('kubernetes', { from: -700 }), await makeCA('kubernetes', { from: -1 })];
      world.place(`file:${PKI}/ca.crt`, [signer], { ...kubeadm, role: 'cluster-ca' });
      const holds = {
        [`${CONFS}/admin.conf`]: old,
        [`${CONFS}/controller-manager.conf`]: old,
        [`${CONFS}/kubelet.conf`]: signer,
        [`${CONFS}/scheduler.conf`]: old,
      };
      await dialled(world, { holds, signer });
      world.place(
        `kubeconfig:${CONFS}/admin.conf#users/me`,
        [await makeClient('CN=me,O=system:masters', { issuer: signer })],
        {
          ...kubeadm,
          role: 'admin-client',
        },
      );
    },
    expect: [
      {
        placement: `kubeconfig:${CONFS}/controller-manager.conf#clusters/c`,
        severity: 'critical',
        also: [`kubeconfig:${CONFS}/scheduler.conf#clusters/c`, `kubeconfig:${CONFS}/admin.conf#clusters/c`],
        evidence: /admin\.conf#users\/me comes from another CA than the one beside it/,
        fix: `kubectl config set-cluster c --kubeconfig=${CONFS}/controller-manager.conf --certificate-authority=${PKI}/ca.crt`,
      },
    ],
  },
  {
    code: 'KUBECONFIG_CA_STALE',
    title: 'takes no CA from the connection where no node vouches for one',
    build: async (world) => {
      const holds = { '/home/me/.kube/config': await makeCA('kubernetes') };
      await dialled(world, { holds, signer: await makeCA('kubernetes') });
    },
    expect: [
      {
        placement: 'kubeconfig:/home/me/.kube/config#clusters/c',
        fix: "take the CA's certificate from a control-plane node",
      },
    ],
  },
  {
    code: 'KUBECONFIG_CA_STALE',
    title: 'is silent where it verifies, where nothing is verified, and where another address was dialled',
    build: async (world) => {
      const [ca, signer] = [await makeCA('kubernetes'), await makeCA('kubernetes')];
      await dialled(world, { holds: { '/a': signer }, signer });
      await dialled(world, { holds: { '/b': ca }, signer, server: { insecure: true } });
      await dialled(world, { holds: { '/c': ca }, signer, server: { server: 'https://10.0.0.11:6443' } });
      await dialled(world, { holds: { '/d': ca }, signer, server: { server: 'not a url' } });
    },
    expect: [],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: 'is one finding where an issuer of the same name has another key, and the kubeconfig explains it',
    build: async (world) => {
      const [old, signer] = [await makeCA('kubernetes'), await makeCA('kubernetes')];
      await dialled(world, { holds: { '/home/me/.kube/config': old }, signer });
      kubeconfig(world, '/home/me/.kube/config', {
        currentContext: 'x',
        contexts: [{ name: 'x', cluster: 'c', user: 'me' }],
      });
    },
    expect: [{ placement: 'tls://10.0.0.10:6443', severity: 'critical', explainedBy: 'KUBECONFIG_CA_STALE' }],
  },
  {
    code: 'KUBECONFIG_WRONG_IDENTITY',
    title: "finds a node's identity in a person's kubeconfig, and what led to it",
    build: async (world) => {
      const node = await makeClient('CN=system:node:cp-1,O=system:nodes');
      world.place('kubeconfig:/root/.kube/config#users/n', [node], { role: 'user-client' });
      world.place(`kubeconfig:${CONFS}/kubelet.conf#users/n`, [node], { ...kubeadm, role: 'kubelet-client' });
      world.place(`kubeconfig:${CONFS}/admin.conf#users/a`, [await makeClient('CN=a,O=system:masters', { to: -3 })], {
        ...kubeadm,
        role: 'admin-client',
      });
    },
    expect: [
      {
        placement: 'kubeconfig:/root/.kube/config#users/n',
        severity: 'warning',
        message:
          'kubeconfig:/root/.kube/config#users/n makes whoever uses it the node cp-1 (CN=system:node:cp-1,O=system:nodes)',
        explainedBy: 'none',
        evidence: /admin\.conf#users\/a expired 3d ago/,
        fix: `cp ${CONFS}/admin.conf /root/.kube/config`,
      },
    ],
  },
  {
    code: 'KUBECONFIG_WRONG_IDENTITY',
    title: 'finds an admin.conf of nobody',
    build: async (world) => {
      world.place(`kubeconfig:${CONFS}/admin.conf#users/a`, [await makeClient('CN=kubernetes-admin')], {
        ...kubeadm,
        role: 'admin-client',
      });
    },
    expect: [{ placement: `kubeconfig:${CONFS}/admin.conf#users/a`, impact: /forbids nearly everything/ }],
  },
  {
    code: 'KUBECONFIG_WRONG_IDENTITY',
    title: "is silent about administrators, people, and the kubelet's own kubeconfig",
    build: async (world) => {
      const place = async (path: string, subject: string, role: 'admin-client' | 'user-client' | 'kubelet-client') =>
        world.place(`kubeconfig:${path}#users/u`, [await makeClient(subject)], { ...kubeadm, role });
      await place(`${CONFS}/admin.conf`, 'CN=kubernetes-admin,O=kubeadm:cluster-admins', 'admin-client');
      await place('/etc/rancher/k3s/k3s.yaml', 'CN=system:admin,O=system:masters', 'admin-client');
      await place('/home/me/.kube/config', 'CN=me,O=developers', 'user-client');
      await place(`${CONFS}/kubelet.conf`, 'CN=system:node:cp-1,O=system:nodes', 'kubelet-client');
    },
    expect: [],
  },
  {
    code: 'CSR_NOT_ISSUED',
    title: 'says that the controller-manager was given nothing to sign with',
    build: (world) =>
      world.fact('csr', csr('a')).fact('component', component('kube-controller-manager', { controllers: '*' })),
    expect: [
      {
        placement: 'csr/a',
        severity: 'warning',
        message:
          'the request a of me to kubernetes.io/kube-apiserver-client, made 60m ago, is approved, but nobody has signed it: process/7 was given no certificate and key to sign with (--cluster-signing-cert-file, --cluster-signing-key-file)',
        evidence: /process\/7: --controllers=\*/,
        fix: 'add --cluster-signing-cert-file and --cluster-signing-key-file',
      },
    ],
  },
  {
    code: 'CSR_NOT_ISSUED',
    title: 'sees a signing controller that was turned off',
    build: (world) =>
      world
        .fact('csr', csr('a', { signerName: 'kubernetes.io/kubelet-serving', username: 'system:node:w1' }))
        .fact('component', component('kube-controller-manager', { ...SIGNING, controllers: '*,-csrsigning' })),
    expect: [{ placement: 'csr/a', evidence: /--controllers=\*,-csrsigning/ }],
  },
  {
    code: 'CSR_NOT_ISSUED',
    title: 'counts the pair of the one signer, and blames no flag where the flags are right',
    build: (world) =>
      world.fact('csr', csr('a')).fact(
        'component',
        component('kube-controller-manager', {
          'cluster-signing-kube-apiserver-client-cert-file': '/a.crt',
          'cluster-signing-kube-apiserver-client-key-file': '/a.key',
        }),
      ),
    expect: [
      {
        placement: 'csr/a',
        message:
          'the request a of me to kubernetes.io/kube-apiserver-client, made 60m ago, is approved, but nobody has signed it',
        fix: 'component=kube-controller-manager',
      },
    ],
  },
  {
    code: 'CSR_NOT_ISSUED',
    title: 'is silent about fresh requests, those of other signers, and those that a later one has followed',
    build: (world) =>
      world
        .fact('csr', csr('fresh', { created: iso(NOW - MINUTE) }))
        .fact('csr', csr('other', { signerName: 'example.com/own' }))
        .fact('csr', csr('old', { username: 'you' }))
        .fact('csr', csr('new', { username: 'you', state: 'issued', created: iso(NOW - MINUTE) })),
    expect: [],
  },
  {
    code: 'SA_KEY_MISMATCH',
    title: 'compares what signs with what verifies, the serving key where no flag names one',
    build: async (world) => {
      const [ca, serving] = [await makeCA('kubernetes'), await makeServer(['cp-1'])];
      keyed(keyed(world, '/certs/ca-key.pem', ca), '/certs/api-key.pem', serving);
      world.fact('component', component('kube-apiserver', { 'tls-private-key-file': '/certs/api-key.pem' }));
      world.fact(
        'component',
        component('kube-controller-manager', { 'service-account-private-key-file': '/certs/ca-key.pem' }),
      );
    },
    expect: [
      {
        placement: 'file:/certs/ca-key.pem',
        severity: 'critical',
        message:
          'kube-controller-manager signs tokens of service accounts with /certs/ca-key.pem, and the API server verifies them by the key of its serving certificate, /certs/api-key.pem, for want of another: another key',
        also: ['file:/certs/api-key.pem'],
        fix: 'openssl pkey -in /certs/ca-key.pem -pubout -out /certs/ca.pub',
      },
    ],
  },
  {
    code: 'SA_KEY_MISMATCH',
    title: 'is silent where one of several keys fits, where a key was not read, and about Pods of other nodes',
    build: async (world) => {
      const [ours, older] = [await makeCA('a'), await makeCA('b')];
      keyed(keyed(keyed(world, `${PKI}/sa.key`, ours), `${PKI}/sa.pub`, ours), '/old.pub', older);
      const verifying = { 'service-account-key-file': `/old.pub,${PKI}/sa.pub` };
      world.fact('component', component('kube-apiserver', verifying));
      world.fact(
        'component',
        component('kube-controller-manager', { 'service-account-private-key-file': `${PKI}/sa.key` }),
      );
      const elsewhere = { by: 'pod', object: 'pod/kube-system/kube-controller-manager-cp-2' } as const;
      world.fact(
        'component',
        component('kube-controller-manager', { 'service-account-private-key-file': '/other.key' }, elsewhere),
      );
    },
    expect: [],
  },
  {
    code: 'KUBELET_CLIENT_CA_STALE',
    title: 'finds the node that a new CA has not reached, and blames no certificate of the new one',
    build: async (world) =>
      worker(world, {
        trusts: await makeCA('kubernetes', { from: -700 }),
        issuer: await makeCA('kubernetes', { from: -1 }),
      }),
    expect: [
      {
        placement: `file:${PKI}/ca.crt`,
        severity: 'critical',
        message: `the kubelet of this node verifies its clients by ${PKI}/ca.crt, a CA that another one of the same name has followed: kubeconfig:/etc/kubernetes/kubelet.conf#clusters/c[0]`,
        fix: 'systemctl restart kubelet',
      },
    ],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'blames the side that was left behind',
    build: async (world) =>
      worker(world, {
        trusts: await makeCA('kubernetes', { from: -700 }),
        issuer: await makeCA('kubernetes', { from: -1 }),
      }),
    expect: [],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: "trusts the CA that has followed a node's own",
    build: async (world) =>
      worker(world, {
        trusts: await makeCA('kubernetes', { from: -700 }),
        issuer: await makeCA('kubernetes', { from: -1 }),
      }),
    expect: [],
  },
  {
    code: 'KUBELET_CLIENT_CA_STALE',
    title: 'is silent where both are of one CA, and where it is the certificate that is of the former',
    build: async (world) => {
      const ca = await makeCA('kubernetes');
      await worker(world, { trusts: ca, issuer: ca });
      await worker(world, {
        trusts: await makeCA('kubernetes', { from: -1 }),
        issuer: await makeCA('kubernetes', { from: -700 }),
      });
    },
    expect: [],
  },
  {
    code: 'CLIENT_REFUSED',
    title: 'says which kubelets refuse what others take, once, and that it is they that are behind',
    build: async (world) => {
      world.place(`file:${PKI}/apiserver-kubelet-client.crt`, [await makeClient('CN=kube-apiserver-kubelet-client')], {
        ...kubeadm,
        role: 'apiserver-kubelet-client',
      });
      world.fact('node', {
        ...{ name: 'w2', version: '', osImage: '', controlPlane: false, labels: {} },
        addresses: [{ type: 'InternalIP', address: '10.0.0.22' }],
      });
      acceptance(world, 'tls://127.0.0.1:10250', true);
      acceptance(world, 'tls://10.0.0.21:10250', false);
      acceptance(world, 'tls://10.0.0.22:10250', false);
    },
    expect: [
      {
        placement: `file:${PKI}/apiserver-kubelet-client.crt`,
        also: ['tls://10.0.0.21:10250', 'tls://10.0.0.22:10250'],
        impact: /at these servers alone$/,
        fix: 'of tls://10.0.0.21:10250 and w2 with that of a control-plane node',
      },
    ],
  },
  {
    code: 'CREDENTIAL_EXPIRED',
    title: 'finds the token of a CNI plugin that nobody has renewed, and restarts what writes it',
    build: (world) => {
      const subject = 'system:serviceaccount:kube-system:calico-cni-plugin';
      kubeconfig(world, CNI, { tokens: [{ user: 'calico', notAfter: iso(NOW - DAY), subject }] });
      world.fact('pod', {
        ...{
          namespace: 'kube-system',
          name: 'calico-node-x',
          serviceAccount: 'calico-cni-plugin',
          owner: 'daemonset/calico-node',
        },
        secrets: [],
        configMaps: [],
      });
    },
    expect: [
      {
        placement: `kubeconfig:${CNI}#users/calico`,
        severity: 'critical',
        impact: /FailedCreatePodSandBox/,
        fix: 'kubectl -n kube-system rollout restart daemonset/calico-node',
      },
    ],
  },
  {
    code: 'CREDENTIAL_EXPIRED',
    title: "is silent about a CNI plugin's token that lasts, and about contexts that are not in use",
    build: (world) => {
      kubeconfig(world, CNI, { tokens: [{ user: 'calico', notAfter: iso(NOW + DAY) }] });
      kubeconfig(world, '/home/me/.kube/config', { tokens: [{ user: 'old', notAfter: iso(NOW - DAY) }] });
    },
    expect: [],
  },
  {
    code: 'CA_DRIFT',
    title: 'knows the cluster by what its API server shows where the nodes may not be read',
    build: async (world) => {
      const { served } = await unreadNodes(world);
      world.served('tls://10.0.0.10:6443', [served], { ...kubeadm, role: 'apiserver-serving', layer: 'cluster' });
    },
    expect: [{ placement: 'configmap/shop/kube-root-ca.crt#ca.crt', severity: 'warning' }],
  },
  {
    code: 'CA_DRIFT',
    title: 'is silent where another API server answers there',
    build: async (world) => {
      await unreadNodes(world);
      world.served('tls://10.0.0.10:6443', [await makeServer(['other'])], {
        ...kubeadm,
        role: 'apiserver-serving',
        layer: 'cluster',
      });
    },
    expect: [],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is one finding for one server, however many addresses lead to it',
    build: async (world) => {
      const [stored, old] = [await makeServer(['cp-1']), await makeServer(['cp-1'], { from: -360, to: 5 })];
      const api = { ...kubeadm, role: 'apiserver-serving', layer: 'cluster' } as const;
      world.place(`file:${PKI}/apiserver.crt`, [stored], api);
      world.served('tls://10.0.0.10:6443', [old], api).served('tls://10.0.0.11:6443', [old], api);
    },
    expect: [{ placement: 'tls://10.0.0.10:6443', also: ['tls://10.0.0.11:6443'] }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is critical for what the probes of RKE2 verify, and says how the pair is made anew',
    build: async (world) => {
      const file = 'file:/var/lib/rancher/rke2/server/tls/kube-scheduler/kube-scheduler.crt';
      world.place(file, [await makeServer(['rke2-1'], { from: -370, to: -5 })], {
        role: 'scheduler-serving',
        manager: 'unknown',
      });
      world.place('file:/elsewhere/kube-scheduler.crt', [await makeServer(['k8s-1'], { from: -370, to: -5 })], {
        role: 'scheduler-serving',
        manager: 'unknown',
      });
    },
    expect: [
      {
        placement: 'file:/var/lib/rancher/rke2/server/tls/kube-scheduler/kube-scheduler.crt',
        severity: 'critical',
        fix: 'mv /var/lib/rancher/rke2/server/tls/kube-scheduler/kube-scheduler.crt',
      },
      { placement: 'file:/elsewhere/kube-scheduler.crt', severity: 'info' },
    ],
  },
];
