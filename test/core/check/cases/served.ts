import type { Case } from '../case.ts';
import { makeCA, makeClient, makeServer, type World } from '../world.ts';

const ADDRESS = 'tls://203.0.113.9:443#shop.example.com';
const FILE = 'file:/etc/kubernetes/pki/apiserver.crt';
const api = { role: 'apiserver-serving', layer: 'cluster', manager: 'kubeadm' } as const;
const shop = () => makeServer(['shop.example.com']);
const older = (to = 20) => makeServer(['shop.example.com'], { from: -70, to });
const admin = { manager: 'kubeadm', role: 'admin-client' } as const;
const HOME = 'kubeconfig:/home/me/.kube/config#users/kubernetes-admin';

export const servedCases: readonly Case[] = [
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'sees an ingress that serves the certificate of before the renewal',
    build: async (world) => serve(world, [await older()], [await shop()]),
    expect: [{ placement: ADDRESS, severity: 'warning', fix: 'rollout restart deploy/ingress-nginx-controller' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is critical when what is served has expired, whose expiry it explains',
    build: async (world) => serve(world, [await older(-1)], [await shop()]),
    expect: [{ placement: ADDRESS, severity: 'critical' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is explained by a Secret whose key does not match',
    build: async (world) => {
      world
        .tlsSecret('shop', 'web-tls', [await shop()], { key: await shop() })
        .ingress('shop', 'web', [{ hosts: ['shop.example.com'], secretName: 'web-tls' }]);
      world.served(ADDRESS, [await older()]);
    },
    expect: [{ placement: ADDRESS, explainedBy: 'KEY_MISMATCH' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'takes the exact host before a wildcard',
    build: async (world) => {
      const wild = await makeServer(['*.example.com']);
      serve(world, [wild], [await shop()]);
      world
        .tlsSecret('shop', 'wild', [wild])
        .ingress('shop', 'all', [{ hosts: ['*.example.com'], secretName: 'wild' }]);
    },
    expect: [{ placement: ADDRESS }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: "compares a webhook's handshake with the Secret that is made for its name",
    build: async (world) => {
      const names = ['hook.apps.svc'];
      world.tlsSecret('apps', 'hook-tls', [await makeServer(names)], { role: 'webhook-serving' });
      world.served('tls://10.96.0.9:443#hook.apps.svc', [await makeServer(names, { from: -50 })], {
        role: 'webhook-serving',
        layer: 'ingress',
      });
    },
    expect: [{ placement: 'tls://10.96.0.9:443#hook.apps.svc' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'sees an API server of this node that still has the one of before',
    build: async (world) => {
      world.place(FILE, [await makeServer(['cp1', 'kubernetes'])], api);
      world.served('tls://10.0.0.1:6443', [await makeServer(['cp1', 'kubernetes'], { from: -300, to: -2 })], api);
    },
    expect: [
      {
        placement: 'tls://10.0.0.1:6443',
        severity: 'critical',
        fix: 'mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/',
      },
    ],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'compares whatever answers on this machine itself',
    build: async (world) => {
      world.place(FILE, [await makeServer(['cp1', 'new-name'])], api);
      world.served('tls://127.0.0.1:6443', [await makeServer(['cp1'], { from: -300 })], api);
    },
    expect: [{ placement: 'tls://127.0.0.1:6443' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is silent about other nodes, equal certificates, the loopback, and hosts that nothing claims',
    build: async (world) => {
      const own = await makeServer(['cp1', 'kubernetes']);
      world.place(FILE, [own], api).served('tls://10.0.0.1:6443', [own], api);
      world.served('tls://10.0.0.2:6443', [await makeServer(['cp2', 'kubernetes'])], api);
      world.served(
        'tls://127.0.0.1:6443#apiserver-loopback-client',
        [await makeServer(['apiserver-loopback-client'])],
        { ...api, role: 'apiserver-serving' },
      );
      const leaf = await shop();
      serve(world, [leaf], [leaf]);
      world.served('tls://203.0.113.9:443#blog.example.com', [await makeServer(['blog.example.com'])]);
    },
    expect: [],
  },
  {
    code: 'STALE_COPY',
    title: 'finds the copy of admin.conf that was left behind, and warns when it ends soon',
    build: async (world) => copies(world, 20),
    expect: [
      {
        placement: HOME,
        severity: 'warning',
        message: `certificate kubernetes-admin (kubeconfig user) in ${HOME} is an older one than file:/etc/kubernetes/admin.conf holds`,
        fix: 'leave the other contexts there',
      },
    ],
  },
  {
    code: 'STALE_COPY',
    title: 'is information while the copy is good for long',
    build: async (world) => copies(world, 200),
    expect: [{ placement: HOME, severity: 'info' }],
  },
  {
    code: 'STALE_COPY',
    title: 'finds a reflected Secret that no longer follows',
    build: async (world) => {
      const issuer = await makeCA('corp');
      world.tlsSecret('shop', 'wild', [await makeServer(['*.example.com'], { issuer })], { certificateName: 'wild' });
      world.tlsSecret('blog', 'wild', [await makeServer(['*.example.com'], { issuer, from: -70, to: 20 })], {
        certificateName: 'wild',
      });
      world.fact('certificate', {
        namespace: 'shop',
        name: 'wild',
        secretName: 'wild',
        dnsNames: [],
        issuer: { name: 'i', kind: 'Issuer', group: '' },
        isCA: false,
      });
    },
    expect: [{ placement: 'secret/blog/wild#tls.crt', severity: 'warning', fix: 'copies shop/wild to blog' }],
  },
  {
    code: 'STALE_COPY',
    title: 'is silent about clients of other CAs, newer copies, and Secrets that cert-manager keeps apart',
    build: async (world) => {
      const [ca, other] = [await makeCA('kubernetes'), await makeCA('kubernetes')];
      world.place('file:/etc/kubernetes/admin.conf', [await makeClient('CN=kubernetes-admin', { issuer: ca })], admin);
      world.place('kubeconfig:/a#users/x', [await makeClient('CN=kubernetes-admin', { issuer: other, to: 20 })], {
        role: 'user-client',
      });
      world.place('kubeconfig:/a#users/y', [await makeClient('CN=kubernetes-admin', { issuer: ca, to: 300 })], {
        role: 'user-client',
      });
      for (const [namespace, to] of [
        ['a', 20],
        ['b', 80],
      ] as const) {
        world.tlsSecret(namespace, 'tls', [await makeServer(['x'], { issuer: ca, to })]);
        world.fact('certificate', {
          namespace,
          name: 'c',
          secretName: 'tls',
          dnsNames: [],
          issuer: { name: 'i', kind: 'Issuer', group: '' },
          isCA: false,
        });
      }
    },
    expect: [],
  },
];

type Chain = Awaited<ReturnType<typeof makeServer>>[];

function serve(world: World, served: Chain, stored: Chain): void {
  world
    .tlsSecret('shop', 'web-tls', stored)
    .ingress('shop', 'web', [{ hosts: ['shop.example.com'], secretName: 'web-tls' }]);
  world.served(ADDRESS, served);
}

async function copies(world: World, to: number): Promise<void> {
  const issuer = await makeCA('kubernetes');
  world.place(
    'file:/etc/kubernetes/admin.conf',
    [await makeClient('O=system:masters,CN=kubernetes-admin', { issuer })],
    admin,
  );
  world.place(HOME, [await makeClient('O=system:masters,CN=kubernetes-admin', { issuer, to })], {
    role: 'user-client',
  });
}
