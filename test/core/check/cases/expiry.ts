import type { Severity } from '../../../../src/core/model/finding.ts';
import type { ManagerId } from '../../../../src/core/model/manager.ts';
import type { RoleId } from '../../../../src/core/model/role.ts';
import type { Case } from '../case.ts';
import { DAY, HOUR, MINUTE, make, makeCA, makeClient, makeServer, NOW, type World } from '../world.ts';

const FILE = 'file:/etc/kubernetes/pki/apiserver.crt';
const SECRET = 'secret/shop/web-tls#tls.crt';
const iso = (at: number) => new Date(at).toISOString();

const inShop = (name: string, parts: object = {}) => ({
  namespace: 'shop',
  name,
  secretName: 'web-tls',
  dnsNames: ['shop.example.com'],
  issuer: { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' },
  isCA: false,
  ...parts,
});

const expired: Case[] = [
  {
    code: 'CERT_EXPIRED',
    title: 'names the certificate, when and where, who breaks and how kubeadm renews it',
    build: async (world) =>
      world.place(FILE, [await makeServer(['cp1', 'kubernetes'], { from: -365, to: -3 })], {
        role: 'apiserver-serving',
        manager: 'kubeadm',
      }),
    expect: [
      {
        placement: FILE,
        severity: 'critical',
        message: `certificate cp1 (API server serving) in ${FILE} expired 3d ago, at 2026-11-21T12:00:00Z`,
        fix: 'kubeadm certs renew apiserver',
        impact: /the cluster is frozen/,
      },
    ],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is said once for a certificate that stands in many places',
    build: async (world) => {
      const old = await makeCA('kubernetes', { to: -1 });
      for (const namespace of ['a', 'b', 'c'])
        world.bundle(`configmap/${namespace}/kube-root-ca.crt#ca.crt`, [old], { role: 'root-ca-bundle' });
      world.place('file:/etc/kubernetes/pki/ca.crt', [old], { role: 'cluster-ca', manager: 'kubeadm' });
    },
    expect: [{ placement: 'file:/etc/kubernetes/pki/ca.crt', severity: 'critical', fix: 'replace the CA by hand' }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'tells which hosts an Ingress serves with it',
    build: async (world) => {
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { from: -90, to: -1 })]);
      world.ingress('shop', 'web', [{ hosts: ['shop.example.com'], secretName: 'web-tls' }]);
    },
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        impact: /ingress\/shop\/web serves it for shop\.example\.com/,
        fix: 'kubectl -n shop create secret tls web-tls',
      },
    ],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is information where nobody verifies it',
    build: async (world) =>
      world.place('file:/var/lib/kubelet/pki/kubelet.crt', [await makeServer(['node1'], { from: -400, to: -35 })], {
        role: 'kubelet-serving-self-signed',
        manager: 'kubelet',
      }),
    expect: [{ placement: 'file:/var/lib/kubelet/pki/kubelet.crt', severity: 'info', impact: /nobody verifies it/ }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is information for a kubelet file that was rotated out',
    build: async (world) => {
      const folder = 'file:/var/lib/kubelet/pki/kubelet-client';
      const role = { role: 'kubelet-client', manager: 'kubelet' } as const;
      world.place(
        `${folder}-2025-01-01-10-00-00.pem`,
        [await makeClient('O=system:nodes,CN=system:node:n1', { from: -600, to: -200 })],
        role,
      );
      world.place(`${folder}-current.pem`, [await makeClient('O=system:nodes,CN=system:node:n1')], role);
    },
    expect: [{ placement: 'file:/var/lib/kubelet/pki/kubelet-client-2025-01-01-10-00-00.pem', severity: 'info' }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is information for a CA that a bundle can do without',
    build: async (world) =>
      world.bundle('configmap/app/trust#ca.crt', [await makeCA('old', { to: -5 }), await makeCA('new')], {
        role: 'configmap-bundle',
      }),
    expect: [{ placement: 'configmap/app/trust#ca.crt[0]', severity: 'info' }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is critical for a CA in a bundle from which something was issued',
    build: async (world) => {
      const old = await makeCA('old', { to: -5 });
      world.bundle('configmap/app/trust#ca.crt', [old, await makeCA('new')], { role: 'configmap-bundle' });
      world.tlsSecret('app', 'tls', [await makeServer(['app'], { issuer: old })]);
    },
    expect: [{ placement: 'configmap/app/trust#ca.crt[0]', severity: 'critical' }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is information where the same CA key has a newer certificate in the bundle',
    build: async (world) => {
      const old = await makeCA('ca', { to: -5 });
      world.bundle('configmap/app/trust#ca.crt', [old, await makeCA('ca', { key: old.key })], {
        role: 'configmap-bundle',
      });
      world.tlsSecret('app', 'tls', [await makeServer(['app'], { issuer: old })]);
    },
    expect: [{ placement: 'configmap/app/trust#ca.crt[0]', severity: 'info' }],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'finds an intermediate that ended before its leaf',
    build: async (world) => {
      const middle = await makeCA('middle', { issuer: await makeCA('root'), to: -1 });
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { issuer: middle }), middle]);
    },
    expect: [
      {
        placement: `${SECRET}[1]`,
        severity: 'critical',
        message: `certificate middle (issuing CA in a chain) in ${SECRET}[1] expired 24h ago, at 2026-11-23T12:00:00Z`,
      },
    ],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is explained by the copy being stale',
    build: async (world) => {
      const ca = await makeCA('kubernetes');
      world.place(
        'kubeconfig:/home/me/.kube/config#users/admin',
        [await makeClient('O=system:masters,CN=kubernetes-admin', { issuer: ca, to: -1 })],
        { role: 'user-client' },
      );
      world.place(
        'file:/etc/kubernetes/admin.conf',
        [await makeClient('O=system:masters,CN=kubernetes-admin', { issuer: ca })],
        { role: 'admin-client', manager: 'kubeadm' },
      );
    },
    expect: [
      { placement: 'kubeconfig:/home/me/.kube/config#users/admin', severity: 'critical', explainedBy: 'STALE_COPY' },
    ],
  },
  {
    code: 'CERT_EXPIRED',
    title: 'is silent about public roots, requests of the past and the very last second',
    build: async (world) => {
      world.bundle('root/aa', [await makeCA('public', { to: -1 })], { role: 'public-root', layer: 'none' });
      world.place('certificaterequest/shop/web-1', [await makeServer(['a'], { to: -1 })], {
        role: 'certificate-request',
        layer: 'ingress',
      });
      world.place('file:/a.pem', [await makeServer(['b'], { to: 0 })]);
    },
    expect: [],
  },
];

/** Manager, role, days since its start, days to its end, what is said. */
const ends: [ManagerId, RoleId, number, number, Severity | undefined][] = [
  ['person', 'ingress-tls', -335, 30, 'warning'],
  ['person', 'ingress-tls', -335, 30.1, undefined],
  ['person', 'ingress-tls', -335, 7, 'critical'],
  ['person', 'ingress-tls', -60, 29, 'warning'],
  ['person', 'ingress-tls', -50, 29, undefined],
  ['person', 'ingress-tls', -18, 2, 'critical'],
  ['person', 'ingress-tls', -16, 4, 'warning'],
  ['kubeadm', 'apiserver-serving', -3000, 29, 'warning'],
  ['kubeadm', 'apiserver-serving', -3000, 31, undefined],
  ['kubeadm', 'apiserver-serving', -3, 29, 'warning'],
  ['kubeadm', 'apiserver-serving', -3000, 6, 'critical'],
  ['apiserver', 'apiserver-loopback', -340, 25, 'warning'],
  ['apiserver', 'apiserver-loopback', -362, 3, 'warning'],
  ['k3s', 'apiserver-serving', -340, 25, 'warning'],
  ['kubelet', 'kubelet-client', -310, 55, undefined],
  ['kubelet', 'kubelet-client', -335, 30, undefined],
  ['kubelet', 'kubelet-client', -343, 22, 'warning'],
  ['kubelet', 'kubelet-client', -354, 11, 'critical'],
  ['kubelet', 'kubelet-serving-self-signed', -340, 25, 'info'],
  ['istiod', 'workload-svid', -0.5, 0.5, undefined],
  ['istiod', 'workload-svid', -0.7, 0.3, 'warning'],
  ['istiod', 'workload-svid', -0.9, 0.1, 'critical'],
  ['linkerd', 'workload-svid', -0.75, 0.25, undefined],
  ['linkerd', 'workload-svid', -0.85, 0.15, 'warning'],
  ['linkerd', 'workload-svid', -0.95, 0.05, 'critical'],
  ['linkerd', 'linkerd-webhook', -340, 25, 'warning'],
  ['cert-manager', 'ingress-tls', -65, 25, undefined],
  ['cert-manager', 'ingress-tls', -72, 18, 'warning'],
  ['cert-manager', 'ingress-tls', -82, 8, 'critical'],
  ['provider', 'apiserver-serving', -335, 30, undefined],
  ['provider', 'apiserver-serving', -343, 22, 'warning'],
  ['provider', 'user-client', -340, 25, 'warning'],
];

const CAS: [ManagerId, RoleId, number, number, Severity | undefined][] = [
  ['kubeadm', 'cluster-ca', -3470, 180, 'warning'],
  ['kubeadm', 'cluster-ca', -3470, 181, undefined],
  ['kubeadm', 'cluster-ca', -3640, 30, 'critical'],
  ['person', 'linkerd-trust-anchor', -250, 115, 'warning'],
  ['person', 'linkerd-trust-anchor', -235, 130, undefined],
  ['istiod', 'istio-ca', -2900, 750, undefined],
  ['istiod', 'istio-ca', -3200, 450, 'warning'],
  ['istiod', 'istio-ca', -3450, 200, 'critical'],
];

const expiring: Case[] = [
  ...ends.map((row) => byTable(row, (from, to) => make(from, to, { subject: 'CN=leaf', dnsNames: ['leaf'] }))),
  ...CAS.map((row) => byTable(row, (from, to) => makeCA('ca', { from, to }))),
  {
    code: 'CERT_EXPIRING',
    title: 'goes by the renewalTime of the Certificate that keeps the Secret',
    build: (world) => keptByCertManager(world, { renewalTime: iso(NOW - 30 * DAY) }),
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: `certificate shop.example.com (ingress TLS) in ${SECRET} should have been renewed by cert-manager 30d ago, at 2026-10-25T12:00:00Z, and ends in 10d, at 2026-12-04T12:00:00Z`,
        fix: 'cmctl renew web -n shop',
      },
    ],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'is silent until that renewalTime, however near the end',
    build: (world) => keptByCertManager(world, { renewalTime: iso(NOW + HOUR) }),
    expect: [],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'does not apply the renewalTime of the next certificate to the one before',
    build: (world) => keptByCertManager(world, { renewalTime: iso(NOW + 50 * DAY), notAfter: iso(NOW + 80 * DAY) }),
    expect: [{ placement: SECRET, severity: 'critical' }],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'treats a Certificate with renewal disabled as renewed by nobody',
    build: (world) => keptByCertManager(world, { renewalDisabled: true, renewalTime: iso(NOW + DAY) }),
    expect: [{ placement: SECRET, severity: 'warning' }],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'treats a Secret whose Certificate is gone as renewed by nobody',
    build: async (world) => {
      world.read('certificates');
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { from: -335, to: 30 })], {
        manager: 'cert-manager',
        certificateName: 'web',
      });
    },
    expect: [{ placement: SECRET, severity: 'warning', fix: 'kubectl -n shop create secret tls web-tls' }],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'leaves a public intermediate that outlives its leaf alone',
    build: async (world) => {
      const middle = await makeCA('middle', { from: -900, to: 100, issuer: await makeCA('root') });
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { issuer: middle }), middle]);
    },
    expect: [],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'does not expect of cert-manager that it renews the issuer that came with a leaf, and ends before it',
    build: async (world) => {
      const middle = await makeCA('middle', { from: -365, to: 60, issuer: await makeCA('root') });
      const leaf = await makeServer(['shop.example.com'], { issuer: middle, from: -1, to: 89 });
      world.tlsSecret('shop', 'web-tls', [leaf, middle], { manager: 'cert-manager' });
    },
    expect: [
      {
        placement: `${SECRET}[1]`,
        severity: 'warning',
        message: `certificate middle (issuing CA in a chain) in ${SECRET}[1] ends in 60d, at 2027-01-23T12:00:00Z`,
      },
    ],
  },
  {
    code: 'CERT_EXPIRING',
    title: "judges openssl's self-signed server certificate as the leaf that it is",
    build: async (world) =>
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { isCA: true, from: -265, to: 100 })]),
    expect: [],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'follows the policy',
    build: async (world) => {
      world.policy = {
        ...world.policy,
        leaf: { warn: { before: 100 * DAY, share: 1 }, critical: { before: MINUTE, share: 1 } },
      };
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'])]);
    },
    expect: [{ placement: SECRET, severity: 'warning' }],
  },
  {
    code: 'CERT_EXPIRING',
    title: "is explained by the kubelet's request that waits",
    build: async (world) => {
      world.place(
        'file:/var/lib/kubelet/pki/kubelet-server-current.pem',
        [await makeServer(['n1'], { subject: 'O=system:nodes,CN=system:node:n1', from: -360, to: 5 })],
        { role: 'kubelet-serving', manager: 'kubelet' },
      );
      world.fact('csr', {
        name: 'csr-1',
        signerName: 'kubernetes.io/kubelet-serving',
        username: 'system:node:n1',
        state: 'pending',
        created: iso(NOW - HOUR),
        subject: '',
        dnsNames: [],
        ipAddresses: [],
      });
    },
    expect: [{ placement: 'file:/var/lib/kubelet/pki/kubelet-server-current.pem', explainedBy: 'CSR_PENDING' }],
  },
];

export const expiryCases: readonly Case[] = [...expired, ...expiring];

function byTable(
  [manager, role, from, to, severity]: [ManagerId, RoleId, number, number, Severity | undefined],
  mintOne: (from: number, to: number) => ReturnType<typeof make>,
): Case {
  return {
    code: 'CERT_EXPIRING',
    title: `is ${severity ?? 'silent'} for ${role} kept by ${manager}, ${to} days before the end of ${to - from}`,
    build: async (world) => world.place('file:/x.pem', [await mintOne(from, to)], { role, manager }),
    expect: severity ? [{ placement: 'file:/x.pem', severity }] : [],
  };
}

async function keptByCertManager(world: World, parts: object): Promise<void> {
  const leaf = await makeServer(['shop.example.com'], { from: -80, to: 10 });
  world.tlsSecret('shop', 'web-tls', [leaf], { manager: 'cert-manager', certificateName: 'web' });
  world.fact(
    'certificate',
    inShop('web', { notAfter: iso(leaf.certificate.notAfter), ...parts }) as never,
    'certificates',
  );
}
