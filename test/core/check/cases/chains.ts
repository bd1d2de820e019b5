import { mintCrl } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { DAY, makeCA, makeClient, makeServer, NOW, type World } from '../world.ts';

const SECRET = 'secret/shop/web-tls#tls.crt';
const HOST = 'shop.example.com';
const ADDRESS = `tls://203.0.113.9:443#${HOST}`;
const API = 'tls://10.0.0.1:6443';
const SERVICE = 'tls://hook.ops.svc:443#hook.ops.svc';
const api = { role: 'apiserver-serving', layer: 'cluster', manager: 'kubeadm' } as const;
/** An empty list of signed certificate timestamps: what only public CAs embed. */
const TIMESTAMPS = { oid: '1.3.6.1.4.1.11129.2.4.2', critical: false, value: Uint8Array.of(0x04, 0x02, 0x00, 0x00) };

async function pki() {
  const root = await makeCA('root');
  const middle = await makeCA('middle', { issuer: root, from: -300, to: 1500 });
  const leaf = await makeServer([HOST], { issuer: middle });
  return { root, middle, leaf };
}

function trusting(world: World, root: Awaited<ReturnType<typeof makeCA>>): World {
  return world.bundle('configmap/app/trust#ca.crt', [root], { role: 'configmap-bundle' });
}

function apiOf(
  world: World,
  chain: Awaited<ReturnType<typeof makeCA>>[],
  ca: Awaited<ReturnType<typeof makeCA>>,
  parts: object = {},
): World {
  world.served(API, chain, api);
  world.bundle('kubeconfig:/c#clusters/prod', [ca], { role: 'kubeconfig-ca' });
  world.fact('credential', { kind: 'token', user: 'me', context: 'prod' });
  return world.fact('kubeconfig', {
    path: '/c',
    contexts: [{ name: 'prod', cluster: 'prod', user: 'me' }],
    clusters: [{ name: 'prod', server: 'https://api.example.com:6443', ...parts }],
    problems: [],
  });
}

const incomplete: Case[] = [
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is critical where the missing intermediate stands elsewhere, and says where',
    build: async (world) => {
      const { root, middle, leaf } = await pki();
      trusting(world, root).tlsSecret('shop', 'web-tls', [leaf]);
      world.tlsSecret('blog', 'tls', [await makeServer(['blog.example.com'], { issuer: middle }), middle]);
    },
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: `certificate ${HOST} (ingress TLS) in ${SECRET}: the chain lacks its issuer CN=middle; it stands in secret/blog/tls#tls.crt`,
        fix: 'append the certificate of the issuer, from secret/blog/tls#tls.crt',
      },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is critical for a certificate of a public CA',
    build: async (world) => {
      const { middle } = await pki();
      world.tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: middle, extensions: [TIMESTAMPS] })]);
    },
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: `certificate ${HOST} (ingress TLS) in ${SECRET}: the chain lacks its issuer CN=middle, which a public CA hands out with the certificate`,
      },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is critical against the anchors of --ca',
    build: async (world) => {
      const { root, leaf } = await pki();
      world
        .place('file:/tmp/fullchain.pem', [leaf], { layer: 'none' })
        .bundle('file:/tmp/ca.pem', [root], { role: 'given-ca', layer: 'none' });
    },
    expect: [
      {
        placement: 'file:/tmp/fullchain.pem',
        severity: 'critical',
        message: `certificate ${HOST} in file:/tmp/fullchain.pem: the chain lacks its issuer CN=middle and does not reach --ca`,
      },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is silent about a host of a private CA of the cluster where --ca gives another beside it',
    build: async (world) => {
      const { root, leaf } = await pki();
      const own = await makeCA('private');
      world
        .place('tls://203.0.113.10:443#app.example.com', [await makeServer([HOST], { issuer: own })], {
          role: 'ingress-served',
        })
        .place('tls://203.0.113.10:443#web.example.com', [leaf], { role: 'ingress-served' })
        .bundle('configmap/shop/roots#ca.crt', [own])
        .bundle('file:/tmp/ca.pem', [root], { role: 'given-ca', layer: 'none' });
    },
    expect: [{ placement: 'tls://203.0.113.10:443#web.example.com', severity: 'critical' }],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'only warns of a private root that may be what the clients were given',
    build: async (world) => {
      const { leaf } = await pki();
      world.tlsSecret('shop', 'web-tls', [leaf]);
    },
    expect: [
      {
        placement: SECRET,
        severity: 'warning',
        impact: /unless they were given its root/,
        fix: 'kubectl certs check secret/shop/web-tls#tls.crt --ca ca.pem',
      },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is unknown where Secrets could not be read, since the issuer may stand there',
    build: async (world) => {
      const { leaf } = await pki();
      world.asked(HOST, '203.0.113.9', [[leaf]]).read('secrets', 'denied', 'secrets is forbidden', 'ingress');
    },
    expect: [
      {
        placement: ADDRESS,
        severity: 'unknown',
        message: `certificate ${HOST} (served for a host) in ${ADDRESS}: the chain ends below CN=middle; whether that is at hand is not known, since it may stand in what was not read (secrets: secrets is forbidden)`,
      },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is unknown while Secrets were not read yet',
    build: async (world) => void world.asked(HOST, '203.0.113.9', [[(await pki()).leaf]]),
    expect: [
      {
        placement: ADDRESS,
        severity: 'unknown',
        message: `certificate ${HOST} (served for a host) in ${ADDRESS}: the chain ends below CN=middle; whether that is at hand is not known, since it may stand in what was not read (secrets: not read)`,
      },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is found in what is served once everything that could hold the issuer was read',
    build: async (world) => void world.asked(HOST, '203.0.113.9', [[(await pki()).leaf]]).readAll(),
    expect: [{ placement: ADDRESS, severity: 'warning' }],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is found in a loose file, though nobody asked for Secrets',
    build: async (world) => void world.place('file:/tmp/cert.pem', [(await pki()).leaf], { layer: 'none' }),
    expect: [{ placement: 'file:/tmp/cert.pem', severity: 'warning' }],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is critical for an intermediate that stands elsewhere, whatever else could not be read',
    build: async (world) => {
      const { root, middle, leaf } = await pki();
      world.asked(HOST, '203.0.113.9', [[leaf]]).read('secrets', 'denied', 'secrets is forbidden', 'ingress');
      trusting(world, root).place('file:/tmp/middle.pem', [middle], { layer: 'none' });
    },
    expect: [{ placement: ADDRESS, severity: 'critical' }],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is information for a Secret that is not shown to the outside',
    build: async (world) => {
      const { leaf } = await pki();
      world.tlsSecret('shop', 'web-tls', [leaf], { role: 'tls-secret' });
    },
    expect: [{ placement: SECRET, severity: 'info' }],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'is said once for the same chain in many places',
    build: async (world) => {
      const { leaf } = await pki();
      for (const namespace of ['a', 'b', 'c']) world.tlsSecret(namespace, 'tls', [leaf]);
    },
    expect: [{ placement: 'secret/a/tls#tls.crt' }],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title:
      'is silent where the chain is whole, the root is left out, the issuer is trusted itself, or ca.crt stands beside it',
    build: async (world) => {
      const { root, middle, leaf } = await pki();
      trusting(world, root).tlsSecret('shop', 'web-tls', [leaf, middle]);
      const direct = await makeCA('direct');
      world
        .tlsSecret('shop', 'direct', [await makeServer([HOST], { issuer: direct })])
        .bundle('secret/shop/direct#ca.crt', [direct], { role: 'secret-ca', layer: 'ingress' });
      const lone = await makeCA('lone', { issuer: await makeCA('unseen') });
      world
        .tlsSecret('shop', 'lone', [await makeServer([HOST], { issuer: lone })])
        .place('secret/shop/lone-ca#tls.crt', [lone], { role: 'issuer-ca' });
    },
    expect: [],
  },
];

const untrusted: Case[] = [
  {
    code: 'CHAIN_UNTRUSTED',
    title: "is critical where the kubeconfig's CA does not verify the API server",
    build: async (world) => {
      const ca = await makeCA('other');
      apiOf(world, [await makeServer(['cp1'], { issuer: ca }), ca], await makeCA('kubernetes'));
    },
    expect: [
      {
        placement: API,
        severity: 'critical',
        message: `certificate cp1 (API server serving) in ${API}: the chain does not lead to kubeconfig:/c#clusters/prod: is self-signed and no trust anchor`,
      },
    ],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: 'asks each place for its own verifiers, though the same chain stands in a file that is fine',
    build: async (world) => {
      const ca = await makeCA('kubernetes');
      const leaf = await makeServer(['cp1'], { issuer: ca });
      world.place('file:/etc/kubernetes/pki/ca.crt', [ca], { role: 'cluster-ca', manager: 'kubeadm' });
      world.place('file:/etc/kubernetes/pki/apiserver.crt', [leaf], api);
      apiOf(world, [leaf], await makeCA('kubernetes'));
    },
    expect: [{ placement: API, severity: 'critical' }],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: 'warns of a self-signed certificate for the outside',
    build: async (world) => world.tlsSecret('shop', 'web-tls', [await makeServer([HOST])]),
    expect: [{ placement: SECRET, severity: 'warning' }],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: 'is information for one that stays inside',
    build: async (world) => world.tlsSecret('shop', 'web-tls', [await makeServer([HOST])], { role: 'tls-secret' }),
    expect: [{ placement: SECRET, severity: 'info' }],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: 'is explained by the CA of the same name having been replaced',
    build: async (world) => {
      world.place('file:/etc/kubernetes/pki/ca.crt', [await makeCA('kubernetes')], {
        role: 'cluster-ca',
        manager: 'kubeadm',
      });
      const old = await makeCA('kubernetes');
      world.place('file:/etc/kubernetes/pki/apiserver.crt', [await makeServer(['cp1'], { issuer: old }), old], api);
    },
    expect: [{ placement: 'file:/etc/kubernetes/pki/apiserver.crt', explainedBy: 'ISSUER_REPLACED' }],
  },
  {
    code: 'CHAIN_UNTRUSTED',
    title: 'is silent for an entry that does not verify, another context, and a kubelet that nobody verifies',
    build: async (world) => {
      const ca = await makeCA('other');
      apiOf(world, [await makeServer(['cp1'], { issuer: ca }), ca], await makeCA('kubernetes'), { insecure: true });
      world.served('tls://10.0.0.3:10250', [await makeServer(['node3'])], {
        role: 'kubelet-serving-self-signed',
        layer: 'cluster',
      });
      world.place('kubeconfig:/c#users/you', [await makeClient('CN=you', { issuer: ca })], { role: 'user-client' });
      world.bundle(
        'configmap/kube-system/extension-apiserver-authentication#client-ca-file',
        [await makeCA('kubernetes')],
        { role: 'client-ca-bundle' },
      );
    },
    expect: [],
  },
];

const others: Case[] = [
  {
    code: 'CHAIN_EXPIRED',
    title: 'is explained by the CA above that has expired',
    build: async (world) => {
      const root = await makeCA('root');
      const middle = await makeCA('middle', { issuer: root, to: -1 });
      trusting(world, root).tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: middle }), middle]);
    },
    expect: [{ placement: SECRET, severity: 'critical', explainedBy: 'CERT_EXPIRED' }],
  },
  {
    code: 'CHAIN_EXPIRED',
    title: 'is silent where the leaf alone has expired',
    build: async (world) => {
      const root = await makeCA('root');
      trusting(world, root).tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: root, to: -1 })]);
    },
    expect: [],
  },
  {
    code: 'CERT_REVOKED',
    title: 'believes a list of the issuer',
    build: async (world) => {
      const root = await makeCA('root');
      const leaf = await makeServer([HOST], { issuer: root });
      const { crl } = await mintCrl({
        issuer: root,
        thisUpdate: NOW - DAY,
        nextUpdate: NOW + DAY,
        revoked: [{ serialNumber: leaf.certificate.serialNumber, at: NOW - DAY }],
      });
      trusting(world, root).tlsSecret('shop', 'web-tls', [leaf]).revocation(crl.der);
    },
    expect: [{ placement: SECRET }],
  },
  {
    code: 'CERT_REVOKED',
    title: 'is silent where the list names another one',
    build: async (world) => {
      const root = await makeCA('root');
      const { crl } = await mintCrl({
        issuer: root,
        thisUpdate: NOW - DAY,
        nextUpdate: NOW + DAY,
        revoked: [{ serialNumber: '11', at: NOW - DAY }],
      });
      trusting(world, root)
        .tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: root })])
        .revocation(crl.der);
    },
    expect: [],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'is judged within the life of a leaf that has ended: OpenSSL too accepts it then',
    build: async (world) => {
      const root = await makeCA('root', { keyUsages: [] });
      world.place('file:/c.pem', [await makeServer([HOST], { issuer: root, to: -1 })], { layer: 'none' });
      world.bundle('file:/ca.pem', [root], { role: 'given-ca', layer: 'none' });
    },
    expect: [{ placement: 'file:/ca.pem[0]', severity: 'warning', evidence: /accepted by OpenSSL, Go and browsers/ }],
  },
  {
    code: 'CHAIN_WRONG_USAGE',
    title: 'is said of a file with a client certificate that is to serve the name of --host',
    build: async (world) => {
      const root = await makeCA('root');
      world.host = HOST;
      world.place('file:/c.pem', [await makeClient(`CN=${HOST}`, { issuer: root, dnsNames: [HOST] })], {
        layer: 'none',
      });
      world.bundle('file:/ca.pem', [root], { role: 'given-ca', layer: 'none' });
    },
    expect: [{ placement: 'file:/c.pem', severity: 'critical' }],
  },
  {
    code: 'CHAIN_WRONG_USAGE',
    title: 'is silent about a file with a client certificate when no name is asked for',
    build: async (world) => {
      const root = await makeCA('root');
      world.place('file:/c.pem', [await makeClient(`CN=${HOST}`, { issuer: root, dnsNames: [HOST] })], {
        layer: 'none',
      });
      world.bundle('file:/ca.pem', [root], { role: 'given-ca', layer: 'none' });
    },
    expect: [],
  },
  {
    code: 'CHAIN_WRONG_USAGE',
    title: 'finds a client certificate on a server, which clients refuse',
    build: async (world) => {
      const root = await makeCA('root');
      trusting(world, root).tlsSecret('shop', 'web-tls', [
        await makeServer([HOST], { issuer: root, extKeyUsages: ['clientAuth'] }),
      ]);
    },
    expect: [{ placement: SECRET, severity: 'critical' }],
  },
  {
    code: 'CHAIN_WRONG_USAGE',
    title: 'is silent where the certificate serves both, or nobody asked what for',
    build: async (world) => {
      const root = await makeCA('root');
      trusting(world, root).tlsSecret('shop', 'web-tls', [
        await makeServer([HOST], { issuer: root, extKeyUsages: ['clientAuth', 'serverAuth'] }),
      ]);
      world.place('file:/client.pem', [await makeClient('CN=me', { issuer: root })], { layer: 'none' });
    },
    expect: [],
  },
  {
    code: 'CHAIN_CONSTRAINED',
    title: 'finds an issuer that may not sign for the name',
    build: async (world) => {
      const root = await makeCA('root');
      const narrow = await makeCA('narrow', { issuer: root, nameConstraints: { permitted: { dns: ['example.org'] } } });
      trusting(world, root).tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: narrow }), narrow]);
    },
    expect: [{ placement: SECRET, severity: 'critical' }],
  },
  {
    code: 'CHAIN_CONSTRAINED',
    title: 'is silent where it may',
    build: async (world) => {
      const root = await makeCA('root');
      const narrow = await makeCA('narrow', { issuer: root, nameConstraints: { permitted: { dns: ['example.com'] } } });
      trusting(world, root).tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: narrow }), narrow]);
    },
    expect: [],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'warns where strict clients alone refuse',
    build: async (world) => {
      const root = await makeCA('root');
      trusting(world, root).tlsSecret('shop', 'web-tls', [
        await makeServer([HOST], { issuer: root, omitAuthorityKeyId: true }),
      ]);
    },
    expect: [{ placement: SECRET, severity: 'warning', impact: /only strict OpenSSL refuses it/ }],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'is critical of a CA that a Service shows and no caller was given',
    build: async (world) => {
      world.readAll().served(SERVICE, [await makeCA('hook.ops.svc', { dnsNames: ['hook.ops.svc'] })]);
    },
    expect: [{ placement: SERVICE, severity: 'critical' }],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'is not known of it while caBundles are unread: the API server may have been given that very certificate',
    build: async (world) => {
      world.readAll().served(SERVICE, [await makeCA('hook.ops.svc', { dnsNames: ['hook.ops.svc'] })]);
      world.read('cabundles', 'denied');
    },
    expect: [{ placement: SERVICE, severity: 'unknown' }],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'is told of a CA once, and is about every chain through it',
    build: async (world) => {
      const root = await makeCA('root', { keyUsages: [] });
      trusting(world, root);
      for (const name of ['a', 'b']) world.tlsSecret('shop', name, [await makeServer([name], { issuer: root })]);
    },
    expect: [
      {
        placement: 'configmap/app/trust#ca.crt[0]',
        severity: 'warning',
        also: ['secret/shop/a#tls.crt', 'secret/shop/b#tls.crt'],
        message:
          'certificate root (trust bundle in a ConfigMap) in configmap/app/trust#ca.crt[0] is a CA without keyUsage: 2 chains lead through it',
      },
    ],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'is critical where browsers refuse the kind of key that the outside is shown',
    build: async (world) => {
      const root = await makeCA('root');
      trusting(world, root).tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: root, key: 'Ed25519' })]);
    },
    expect: [{ placement: SECRET, severity: 'critical', impact: /^browsers refuse it/ }],
  },
  {
    code: 'CHAIN_NOT_CONFORMING',
    title: 'is silent about that key where no browser comes, and about chains by the book',
    build: async (world) => {
      const root = await makeCA('root');
      world.place('file:/etc/kubernetes/pki/etcd/ca.crt', [root], { role: 'etcd-ca' });
      world.place(
        'file:/etc/kubernetes/pki/etcd/server.crt',
        [await makeServer(['cp1'], { issuer: root, key: 'Ed25519' })],
        { role: 'etcd-server' },
      );
      world.tlsSecret('shop', 'web-tls', [await makeServer([HOST], { issuer: root })]);
    },
    expect: [],
  },
  {
    code: 'CHAIN_OUT_OF_ORDER',
    title: 'warns where issuers are shuffled',
    build: async (world) => {
      const { root, middle, leaf } = await pki();
      world.served(ADDRESS, [leaf, root, middle]);
    },
    expect: [
      {
        placement: ADDRESS,
        severity: 'warning',
        message: `the chain in ${ADDRESS} is not in order: it goes ${HOST}, root, middle where ${HOST}, middle, root would be right`,
      },
    ],
  },
  {
    code: 'CHAIN_OUT_OF_ORDER',
    title: 'is critical where the leaf is not first, which explains the key',
    build: async (world) => {
      const { middle, leaf } = await pki();
      world.tlsSecret('shop', 'web-tls', [middle, leaf], { key: leaf });
    },
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: `the chain in ${SECRET} is not in order: ${HOST} is not first, middle is`,
      },
    ],
  },
  {
    code: 'CHAIN_OUT_OF_ORDER',
    title: 'is information where something is sent that belongs to no path',
    build: async (world) => {
      const { middle, leaf } = await pki();
      world.served(ADDRESS, [leaf, middle, await makeCA('stranger')]);
    },
    expect: [
      {
        placement: ADDRESS,
        severity: 'info',
        message: `the chain in ${ADDRESS} is not in order: stranger belongs to no path`,
      },
    ],
  },
  {
    code: 'CHAIN_OUT_OF_ORDER',
    title: 'is silent about chains in order, with or without the root, and about bundles',
    build: async (world) => {
      const { root, middle, leaf } = await pki();
      world.served(ADDRESS, [leaf, middle]).tlsSecret('shop', 'web-tls', [leaf, middle, root]);
      world.bundle('configmap/a/b#ca.crt', [root, middle]);
    },
    expect: [],
  },
];

export const chainCases: readonly Case[] = [...incomplete, ...untrusted, ...others];
