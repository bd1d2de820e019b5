import type { FactKinds } from '../../../../src/core/model/facts.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { makeCA, makeClient, makeServer, type World } from '../world.ts';

const PKI = '/etc/kubernetes/pki';
const CLUSTER_INFO = 'configmap/kube-public/cluster-info#kubeconfig';
const kubeadm = { manager: 'kubeadm' } as const;
const ADMIN = 'kubeconfig:/etc/kubernetes/admin.conf#users/kubernetes-admin';

function cluster(world: World, version: string): World {
  return world.fact('cluster', { server: 'https://c', version, distribution: 'kubeadm', evidence: 'x' });
}

const admin = async (world: World, subject: string, role: 'admin-client' | 'super-admin-client' = 'admin-client') =>
  world.place(ADMIN, [await makeClient(subject)], { ...kubeadm, role });

const CURRENT = 'file:/var/lib/kubelet/pki/kubelet-client-current.pem';
const CONF = 'kubeconfig:/etc/kubernetes/kubelet.conf#users/default-auth';
const NODE = 'O=system:nodes,CN=system:node:cp-1';

async function kubeletConf(world: World, inside: Minted, current?: Minted) {
  const role = { role: 'kubelet-client', manager: 'kubelet' } as const;
  world.place(CURRENT, [current ?? (await makeClient(NODE))], role).place(CONF, [inside], role);
}

const kubelet = (world: World, rotates: boolean) =>
  world.fact('kubelet', {
    config: '/var/lib/kubelet/config.yaml',
    address: '127.0.0.1',
    port: 10250,
    rotates,
    requestsServing: false,
  });

const apiService = (status: string): FactKinds['caBundle'] => ({
  kind: 'APIService',
  name: 'v1beta1.metrics.k8s.io',
  ref: 'apiservice/v1beta1.metrics.k8s.io',
  service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
  empty: false,
  available: { status, reason: 'FailedDiscoveryCheck', message: 'bad status from https://10.96.0.9: 401' },
});

const frontProxy = async (world: World, name = 'front-proxy-client', to = 265) =>
  world.place(`file:${PKI}/front-proxy-client.crt`, [await makeClient(`CN=${name}`, { to })], {
    ...kubeadm,
    role: 'front-proxy-client',
  });

/** Looked at from cp-1, a node of the cluster, with a CA in a file and one in each of some bundles. */
async function published(world: World, { file, bundles, node = 'cp-1' }: Published) {
  world.fact('viewpoint', { side: 'control-plane-node', node, evidence: 'x', blind: [] });
  world.fact('node', { name: 'cp-1', version: 'v1.34.1', osImage: '', addresses: [], controlPlane: true, labels: {} });
  world.place(`file:${PKI}/ca.crt`, [file], { ...kubeadm, role: 'cluster-ca', key: file });
  for (const [ref, members] of Object.entries(bundles)) {
    world.bundle(ref, members, { role: ref.includes('root-ca') ? 'root-ca-bundle' : 'client-ca-bundle' });
  }
}

interface Published {
  readonly file: Minted;
  readonly bundles: Readonly<Record<string, Minted[]>>;
  readonly node?: string;
}

const AUTHENTICATION = 'configmap/kube-system/extension-apiserver-authentication#client-ca-file';
const ROOT = 'configmap/shop/kube-root-ca.crt#ca.crt';

interface CaFile {
  readonly key?: boolean;
  readonly mode?: string;
  /** Days that are left to the API server's certificate; undefined: a worker, which has none. */
  readonly serving?: number | undefined;
}

async function caFile(world: World, { key = false, mode, ...rest }: CaFile = {}) {
  const serving = 'serving' in rest ? rest.serving : 80;
  const ca = await makeCA('kubernetes');
  const held = { ...(key && { key: ca }), ...(mode !== undefined && { mode }) };
  world.read('kubeadm-files');
  world.place(`file:${PKI}/ca.crt`, [ca], { ...kubeadm, role: 'cluster-ca', source: 'kubeadm-files', ...held });
  if (serving === undefined) return;
  const leaf = await makeServer(['cp-1'], { from: -340, to: serving, issuer: ca });
  world.place(`file:${PKI}/apiserver.crt`, [leaf], { ...kubeadm, role: 'apiserver-serving' });
}

const request = (parts: Partial<FactKinds['csr']> = {}): FactKinds['csr'] => ({
  name: 'csr-a',
  signerName: 'kubernetes.io/kubelet-serving',
  username: 'system:node:w1',
  state: 'pending',
  created: '2026-11-24T11:59:00Z',
  subject: 'O=system:nodes,CN=system:node:w1',
  dnsNames: ['w1'],
  ipAddresses: ['10.0.0.21'],
  ...parts,
});

const worker = (world: World) =>
  world.fact('node', {
    name: 'w1',
    version: 'v1.34.1',
    osImage: '',
    addresses: [
      { type: 'Hostname', address: 'w1' },
      { type: 'InternalIP', address: '10.0.0.21' },
    ],
    controlPlane: false,
    labels: {},
  });

export const upkeepCases: readonly Case[] = [
  {
    code: 'MASTERS_CARRIED_ON',
    title: 'tells of an admin.conf whose subject was renewed since before 1.29',
    build: (world) => admin(cluster(world, 'v1.34.1'), 'O=system:masters,CN=kubernetes-admin'),
    expect: [{ placement: ADMIN, severity: 'info', fix: 'kubeadm init phase kubeconfig' }],
  },
  {
    code: 'MASTERS_CARRIED_ON',
    title: 'is silent about older clusters',
    build: (world) => admin(cluster(world, 'v1.28.9'), 'O=system:masters,CN=kubernetes-admin'),
    expect: [],
  },
  {
    code: 'MASTERS_CARRIED_ON',
    title: 'is silent about super-admin.conf',
    build: (world) =>
      admin(cluster(world, 'v1.34.1'), 'O=system:masters,CN=kubernetes-super-admin', 'super-admin-client'),
    expect: [],
  },
  {
    code: 'KUBELET_NOT_ROTATING',
    title: 'warns where nobody renews the kubelet',
    build: async (world) => {
      world.place(CURRENT, [await makeClient(NODE)], { role: 'kubelet-client', manager: 'kubelet' });
      kubelet(world, false);
    },
    expect: [{ placement: 'file:/var/lib/kubelet/config.yaml', severity: 'warning', fix: 'systemctl restart kubelet' }],
  },
  {
    code: 'KUBELET_NOT_ROTATING',
    title: 'is silent where the kubelet has no client certificate',
    build: (world) => kubelet(world, false),
    expect: [],
  },
  {
    code: 'KUBELET_NOT_ROTATING',
    title: 'is silent where the kubelet rotates',
    build: (world) => kubelet(world, true),
    expect: [],
  },
  {
    code: 'KUBELET_CONF_EMBEDDED',
    title: 'is critical when the kubelet would not start again',
    build: async (world) => kubeletConf(world, await makeClient(NODE, { from: -400, to: -35 })),
    expect: [
      {
        placement: CONF,
        severity: 'critical',
        also: [CURRENT],
        message:
          '/etc/kubernetes/kubelet.conf holds a certificate that expired 35d ago, at 2026-10-20T12:00:00Z, not the rotated one: the kubelet starts with it',
        fix: '--client-certificate=/var/lib/kubelet/pki/kubelet-client-current.pem',
      },
    ],
  },
  {
    code: 'KUBELET_CONF_EMBEDDED',
    title: 'warns while the old one is good',
    build: async (world) => kubeletConf(world, await makeClient(NODE, { from: -200, to: 165 })),
    expect: [{ placement: CONF, severity: 'warning' }],
  },
  {
    code: 'KUBELET_CONF_EMBEDDED',
    title: 'is silent where it points at the rotated file',
    build: async (world) => {
      const current = await makeClient(NODE);
      await kubeletConf(world, current, current);
    },
    expect: [],
  },
  {
    code: 'API_SERVICE_UNAVAILABLE',
    title: 'is explained by an expired front-proxy client',
    build: async (world) => {
      world.fact('caBundle', apiService('False'));
      await frontProxy(world, undefined, -1);
    },
    expect: [
      {
        placement: 'apiservice/v1beta1.metrics.k8s.io',
        severity: 'warning',
        message:
          'the aggregated API v1beta1.metrics.k8s.io is not available: FailedDiscoveryCheck: bad status from https://10.96.0.9: 401',
        explainedBy: 'CERT_EXPIRED',
      },
    ],
  },
  {
    code: 'API_SERVICE_UNAVAILABLE',
    title: 'is silent about what is available',
    build: (world) => world.fact('caBundle', apiService('True')),
    expect: [],
  },
  {
    code: 'FRONT_PROXY_NAME',
    title: 'finds a client that aggregated APIs do not allow',
    build: async (world) => {
      await frontProxy(world, 'proxy');
      world.fact('requestHeader', { allowedNames: ['front-proxy-client', 'aggregator'] });
    },
    expect: [
      {
        placement: `file:${PKI}/front-proxy-client.crt`,
        severity: 'critical',
        message: `file:${PKI}/front-proxy-client.crt is for proxy, and aggregated APIs allow front-proxy-client and aggregator only`,
        fix: '--requestheader-allowed-names',
      },
    ],
  },
  {
    code: 'FRONT_PROXY_NAME',
    title: 'is silent about an allowed name, and where any is allowed',
    build: async (world) => {
      await frontProxy(world);
      world.fact('requestHeader', { allowedNames: ['front-proxy-client'] });
      world.fact('requestHeader', { allowedNames: [] });
    },
    expect: [],
  },
  {
    code: 'CA_DRIFT',
    title: 'sees an API server that has not loaded the CA that stands in its file',
    build: async (world) =>
      published(world, {
        file: await makeCA('kubernetes'),
        bundles: { [AUTHENTICATION]: [await makeCA('kubernetes')] },
      }),
    expect: [
      {
        placement: AUTHENTICATION,
        severity: 'warning',
        message: `${AUTHENTICATION} (client CA in force) does not hold the CA that stands in file:${PKI}/ca.crt`,
        fix: 'mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/',
      },
    ],
  },
  {
    code: 'CA_DRIFT',
    title: 'names the controller-manager where Pods are told another CA',
    build: async (world) =>
      published(world, {
        file: await makeCA('kubernetes'),
        bundles: { [ROOT]: [await makeCA('kubernetes')], 'configmap/web/kube-root-ca.crt#ca.crt': [await makeCA('x')] },
      }),
    expect: [
      {
        placement: ROOT,
        also: ['configmap/web/kube-root-ca.crt#ca.crt'],
        fix: 'mv /etc/kubernetes/manifests/kube-controller-manager.yaml /etc/kubernetes/',
      },
    ],
  },
  {
    code: 'CA_DRIFT',
    title: 'sees that joining nodes are told a former CA, and looks at no other kubeconfig for it',
    build: async (world) => {
      await published(world, { file: await makeCA('kubernetes'), bundles: {} });
      world.bundle(CLUSTER_INFO, [await makeCA('kubernetes')], { role: 'kubeconfig-ca' });
      world.bundle('kubeconfig:/root/.kube/config#clusters/x', [await makeCA('x')], { role: 'kubeconfig-ca' });
    },
    expect: [
      {
        placement: CLUSTER_INFO,
        message: `${CLUSTER_INFO} (what joining nodes are told) does not hold the CA that stands in file:${PKI}/ca.crt`,
        fix: 'kubeadm init phase bootstrap-token',
      },
    ],
  },
  {
    code: 'CA_DRIFT',
    title: 'is silent about a bundle with old and new, and about files of another cluster',
    build: async (world) => {
      const file = await makeCA('kubernetes');
      await published(world, { file, bundles: { [AUTHENTICATION]: [await makeCA('kubernetes'), file] } });
    },
    expect: [],
  },
  {
    code: 'CA_DRIFT',
    title: 'is silent where the cluster of the kubeconfig does not have this node',
    build: async (world) =>
      published(world, {
        file: await makeCA('kubernetes'),
        bundles: { [AUTHENTICATION]: [await makeCA('kubernetes')] },
        node: 'elsewhere',
      }),
    expect: [],
  },
  {
    code: 'CA_KEY_AWAY',
    title: 'tells of an external CA',
    build: (world) => caFile(world),
    expect: [{ placement: `file:${PKI}/ca.crt`, severity: 'info', fix: 'kubeadm certs generate-csr' }],
  },
  {
    code: 'CA_KEY_AWAY',
    title: 'is silent about a key that is there',
    build: (world) => caFile(world, { key: true }),
    expect: [],
  },
  {
    code: 'CA_KEY_AWAY',
    title: 'is silent about a key that may not be read',
    build: (world) => caFile(world, { mode: '0600' }),
    expect: [],
  },
  {
    code: 'CA_KEY_AWAY',
    title: 'is silent about a worker, which has the CA alone',
    build: (world) => caFile(world, { serving: undefined }),
    expect: [],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'sends an externally signed certificate to its signer, since kubeadm would do nothing and exit 0',
    build: (world) => caFile(world, { serving: 20 }),
    expect: [{ placement: `file:${PKI}/apiserver.crt`, fix: 'kubeadm certs generate-csr' }],
  },
  {
    code: 'CSR_NAMES_FOREIGN',
    title: 'warns of a kubelet that asks for the address of another server',
    build: (world) => worker(world).fact('csr', request({ ipAddresses: ['10.0.0.21', '10.96.0.1'] })),
    expect: [
      {
        placement: 'csr/csr-a',
        severity: 'warning',
        message: 'the request csr-a of system:node:w1, pending, asks for 10.96.0.1, which Node w1 does not have',
        fix: 'kubectl certificate deny csr-a',
      },
    ],
  },
  {
    code: 'CSR_NAMES_FOREIGN',
    title: 'is critical when it has been issued, or when no node asked',
    build: (world) =>
      worker(world)
        .fact('csr', request({ state: 'issued', dnsNames: ['kubernetes'] }))
        .fact('csr', request({ name: 'csr-b', username: 'mallory', state: 'approved' })),
    expect: [
      { placement: 'csr/csr-a', severity: 'critical' },
      { placement: 'csr/csr-b', severity: 'critical' },
    ],
  },
  {
    code: 'CSR_NAMES_FOREIGN',
    title: 'warns of a subject that is not its own',
    build: (world) => worker(world).fact('csr', request({ subject: 'O=system:masters,CN=system:node:w1' })),
    expect: [{ placement: 'csr/csr-a' }],
  },
  {
    code: 'CSR_NAMES_FOREIGN',
    title: "is silent about a node's own names, a node that is not known, and what was denied",
    build: (world) =>
      worker(world)
        .fact('csr', request())
        .fact('csr', request({ name: 'gone', username: 'system:node:w9', subject: 'O=system:nodes,CN=system:node:w9' }))
        .fact('csr', request({ name: 'denied', state: 'denied', dnsNames: ['kubernetes'] })),
    expect: [],
  },
];
