import type { Case } from '../case.ts';
import { makeServer, type World } from '../world.ts';

const SECRET = 'secret/shop/web-tls#tls.crt';
const ADDRESS = 'tls://203.0.113.9:443#shop.example.com';

/** SANs, host of an Ingress, covered. */
const COVERED: [string[], string, boolean][] = [
  [['shop.example.com'], 'shop.example.com', true],
  [['SHOP.example.com'], 'shop.Example.com', true],
  [['*.example.com'], 'shop.example.com', true],
  [['*.example.com'], '*.example.com', true],
  [['*.example.com'], 'example.com', false],
  [['*.example.com'], 'a.shop.example.com', false],
  [['shop.example.com'], '*.example.com', false],
  [['*.shop.example.com', 'example.com'], 'shop.example.com', false],
  [['xn--mnchen-3ya.example'], 'xn--mnchen-3ya.example', true],
];

const PROXY = { path: '/c', contexts: [], problems: [] };

export const nameCases: readonly Case[] = [
  ...COVERED.map(
    ([names, host, covered]): Case => ({
      code: 'NAME_NOT_COVERED',
      title: `is ${covered ? 'silent' : 'said'} for host ${host} and a certificate for ${names.join(', ')}`,
      build: async (world) => claim(world, [await makeServer(names)], [host]),
      expect: covered ? [] : [{ placement: SECRET, severity: 'critical' }],
    }),
  ),
  {
    code: 'NAME_NOT_COVERED',
    title: 'gathers what one Secret fails in one finding, and says how cert-manager adds names',
    build: async (world) => {
      claim(world, [await makeServer(['shop.example.com'])], ['a.example.com', 'shop.example.com']);
      world.ingress('shop', 'other', [{ hosts: ['b.example.com'], secretName: 'web-tls' }]);
      world.fact('certificate', {
        namespace: 'shop',
        name: 'web',
        secretName: 'web-tls',
        dnsNames: [],
        issuer: { name: 'i', kind: 'Issuer', group: '' },
        isCA: false,
      });
    },
    expect: [
      {
        placement: SECRET,
        message: `certificate shop.example.com (ingress TLS) in ${SECRET} does not cover a.example.com and b.example.com, for which ingress/shop/web and ingress/shop/other name it`,
        fix: 'kubectl -n shop edit certificate web',
      },
    ],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'reads the hosts of the rules where the TLS entry has none',
    build: async (world) => {
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example.com'])]);
      world.ingress('shop', 'web', [{ hosts: [], secretName: 'web-tls' }], { hosts: ['b.example.com'] });
    },
    expect: [{ placement: SECRET }],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'judges the listeners of a Gateway, which may have several Secrets',
    build: async (world) => {
      world
        .tlsSecret('edge', 'a', [await makeServer(['a.example.com'])])
        .tlsSecret('edge', 'b', [await makeServer(['b.example.com'])]);
      const secrets = ['a', 'b'].map((name) => ({ namespace: 'edge', name, granted: true }));
      world
        .gateway('edge', 'gw', { hostname: 'b.example.com', secrets })
        .gateway('edge', 'gw2', { hostname: 'c.example.com', secrets: [secrets[0]!] });
    },
    expect: [{ placement: 'secret/edge/a#tls.crt' }],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'judges what is served by the name that was asked for',
    build: async (world) => world.served(ADDRESS, [await makeServer(['other.example.com'])]),
    expect: [
      {
        placement: ADDRESS,
        severity: 'critical',
        message: `certificate other.example.com (served) in ${ADDRESS} does not cover shop.example.com`,
        impact: /^clients that ask for shop\.example\.com refuse it/,
      },
    ],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: "recognises a controller's stand-in, and is explained by the Secret that is missing",
    build: async (world) => {
      world.read('secrets');
      world.ingress('shop', 'web', [{ hosts: ['shop.example.com'], secretName: 'web-tls' }]);
      world.served(ADDRESS, [
        await makeServer(['ingress.local'], { subject: 'O=Acme Co,CN=Kubernetes Ingress Controller Fake Certificate' }),
      ]);
    },
    expect: [
      {
        placement: ADDRESS,
        explainedBy: 'DEFAULT_CERTIFICATE_SERVED',
        message: `certificate ingress.local (served) in ${ADDRESS} is a controller's stand-in, served because it has none for shop.example.com`,
      },
    ],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'takes the name of --host for files and for addresses asked without a name',
    build: async (world) => {
      world.host = 'app.example.com';
      const other = await makeServer(['other.example.com']);
      world.place('file:/tmp/fullchain.pem', [other], { layer: 'none' }).served('tls://192.0.2.7:443', [other]);
      world.place('file:/tmp/good.pem', [await makeServer(['app.example.com'])], { layer: 'none' });
    },
    expect: [{ placement: 'file:/tmp/fullchain.pem' }, { placement: 'tls://192.0.2.7:443' }],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'says which clients differ: OpenSSL takes a common name where there is no DNS name',
    build: async (world) => {
      world.host = 'app.example.com';
      const old = await makeServer([], { subject: 'CN=app.example.com' });
      world.place('file:/tmp/fullchain.pem', [old], { layer: 'none' });
    },
    expect: [
      {
        placement: 'file:/tmp/fullchain.pem',
        severity: 'critical',
        message: 'certificate app.example.com in file:/tmp/fullchain.pem covers app.example.com for OpenSSL alone',
        impact: /^Go and browsers, when they ask for app\.example\.com, refuse it/,
        evidence: /its common name is app\.example\.com, which OpenSSL takes where there is no DNS name/,
      },
    ],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'says so of the host of an Ingress too',
    build: async (world) =>
      claim(world, [await makeServer([], { subject: 'CN=shop.example.com' })], ['shop.example.com']),
    expect: [{ placement: SECRET, evidence: /its common name is shop\.example\.com/ }],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'judges the API server by the address that a kubeconfig dials',
    build: async (world) => {
      world.served('tls://10.0.0.1:6443', [await makeServer(['kubernetes'], { ipAddresses: ['10.96.0.1'] })], {
        role: 'apiserver-serving',
        layer: 'cluster',
        manager: 'kubeadm',
      });
      world.fact('kubeconfig', { ...PROXY, clusters: [{ name: 'p', server: 'https://10.0.0.1:6443' }] });
    },
    expect: [{ placement: 'tls://10.0.0.1:6443', fix: 'kubeadm init phase certs apiserver' }],
  },
  {
    code: 'NAME_NOT_COVERED',
    title:
      'is silent where clients do not verify that name: other nodes, insecure entries, self-signed kubelets, the loopback',
    build: async (world) => {
      const leaf = await makeServer(['kubernetes']);
      const api = { role: 'apiserver-serving', layer: 'cluster' } as const;
      world.served('tls://10.0.0.1:6443', [leaf], api).served('tls://10.0.0.2:6443', [leaf], api);
      world.served('tls://10.0.0.1:6443#apiserver-loopback-client', [leaf], { ...api, role: 'apiserver-loopback' });
      world.served('tls://10.0.0.3:10250#node3', [leaf], { role: 'kubelet-serving-self-signed' });
      world.fact('kubeconfig', {
        ...PROXY,
        clusters: [{ name: 'p', server: 'https://10.0.0.1:6443', insecure: true }],
      });
    },
    expect: [],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'is silent about load balancers that take no Secret, passthrough and references that are not granted',
    build: async (world) => {
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example.com'])]);
      const tls = [{ hosts: ['b.example.com'], secretName: 'web-tls' }];
      world.ingress('shop', 'alb', tls, { className: 'alb' });
      world.ingress('shop', 'pass', tls, { annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' } });
      world.gateway('shop', 'gw', {
        hostname: 'b.example.com',
        mode: 'Passthrough',
        secrets: [{ namespace: 'shop', name: 'web-tls', granted: true }],
      });
      world.gateway('edge', 'gw', {
        hostname: 'b.example.com',
        secrets: [{ namespace: 'shop', name: 'web-tls', granted: false }],
      });
    },
    expect: [],
  },
  {
    code: 'SECRET_MISSING',
    title: 'names the object, the hosts and what to do',
    build: (world) =>
      world.read('secrets').ingress('shop', 'web', [{ hosts: ['shop.example.com'], secretName: 'web-tls' }]),
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: 'Secret shop/web-tls, which ingress/shop/web names, is not there',
        impact: /clients of shop\.example\.com are shown a stand-in/,
        fix: 'kubectl -n shop create secret tls web-tls',
      },
    ],
  },
  {
    code: 'SECRET_MISSING',
    title: 'finds it in another namespace',
    build: async (world) =>
      world
        .tlsSecret('default', 'web-tls', [await makeServer(['a'])])
        .ingress('shop', 'web', [{ hosts: ['a'], secretName: 'web-tls' }]),
    expect: [
      {
        placement: SECRET,
        message: 'Secret shop/web-tls, which ingress/shop/web names, is not in namespace shop, but in default',
      },
    ],
  },
  {
    code: 'SECRET_MISSING',
    title:
      'believes a source that looked for it, whatever else was read, and points to the Certificate that is to make it',
    build: (world) => {
      world.read('secrets', 'partial');
      world.place(SECRET, [], { role: 'ingress-tls', layer: 'ingress', missing: 'secrets "web-tls" not found' });
      world.ingress('shop', 'web', [{ hosts: ['a'], secretName: 'web-tls' }]);
      world.fact('certificate', {
        namespace: 'shop',
        name: 'web',
        secretName: 'web-tls',
        dnsNames: [],
        issuer: { name: 'i', kind: 'Issuer', group: '' },
        isCA: false,
      });
    },
    expect: [{ placement: SECRET, fix: 'kubectl certs layers certificate/shop/web -o wide' }],
  },
  {
    code: 'SECRET_MISSING',
    title: 'says that a Gateway was not granted the Secret of another namespace',
    build: async (world) =>
      world
        .tlsSecret('shop', 'web-tls', [await makeServer(['a'])])
        .gateway('edge', 'gw', { hostname: 'a', secrets: [{ namespace: 'shop', name: 'web-tls', granted: false }] }),
    expect: [
      {
        placement: SECRET,
        message:
          'Secret shop/web-tls, which gateway/edge/gw names, stands in namespace shop, which does not allow the reference',
        fix: 'ReferenceGrant in namespace shop',
      },
    ],
  },
  {
    code: 'SECRET_MISSING',
    title: 'repeats what an issuer misses, and only warns where a Certificate alone waits for its Secret',
    build: (world) => {
      world.place('secret/cert-manager/corp-ca#tls.crt', [], {
        role: 'issuer-ca',
        layer: 'ingress',
        missing: 'Secret cert-manager/corp-ca does not exist, though clusterissuer/corp names it',
      });
      world.place(SECRET, [], {
        role: 'tls-secret',
        layer: 'ingress',
        missing: 'Secret shop/web-tls does not exist, though certificate/shop/web names it',
      });
    },
    expect: [
      {
        placement: 'secret/cert-manager/corp-ca#tls.crt',
        severity: 'critical',
        message: 'Secret cert-manager/corp-ca does not exist, though clusterissuer/corp names it',
      },
      { placement: SECRET, severity: 'warning' },
    ],
  },
  {
    code: 'SECRET_MISSING',
    title: 'is silent where the Secret is there and holds nothing good',
    build: (world) => {
      world.fact('secret', {
        namespace: 'shop',
        name: 'web-tls',
        type: 'Opaque',
        keys: [],
        resourceVersion: '1',
        problems: [],
      });
      world.place(SECRET, [], {
        role: 'ingress-tls',
        layer: 'ingress',
        missing: 'Secret shop/web-tls holds no certificate under tls.crt',
      });
      world.ingress('shop', 'web', [{ hosts: ['a'], secretName: 'web-tls' }]);
    },
    expect: [],
  },
  {
    code: 'SECRET_MISSING',
    title: 'is silent where Secrets could not be read, and where it is there',
    build: async (world) => {
      world.read('secrets', 'denied');
      world.ingress('shop', 'web', [
        { hosts: ['a'], secretName: 'gone' },
        { hosts: ['b'], secretName: 'web-tls' },
        { hosts: ['c'] },
      ]);
      world.tlsSecret('shop', 'web-tls', [await makeServer(['b'])], { source: 'other' });
    },
    expect: [],
  },
];

function claim(world: World, chain: Awaited<ReturnType<typeof makeServer>>[], hosts: string[]): void {
  world.tlsSecret('shop', 'web-tls', chain).ingress('shop', 'web', [{ hosts, secretName: 'web-tls' }]);
}
