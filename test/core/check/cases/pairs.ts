import { mintKey } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { makeCA, makeServer, type World } from '../world.ts';

const SECRET = 'secret/shop/web-tls#tls.crt';
const file = (path: string, mode: string, parts: object = {}) => ({
  path,
  format: 'pem',
  mode,
  uid: 0,
  gid: 0,
  modified: '2026-01-01T00:00:00Z',
  hasPrivateKey: true,
  problems: [],
  ...parts,
});

export const pairCases: readonly Case[] = [
  {
    code: 'KEY_MISMATCH',
    title: 'compares the public halves',
    build: async (world) =>
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'])], {
        key: await makeServer(['other']),
      }),
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: `certificate shop.example.com (ingress TLS) in ${SECRET} does not belong to the private key beside it`,
        fix: 'kubectl -n shop create secret tls web-tls',
      },
    ],
  },
  {
    code: 'KEY_MISMATCH',
    title: 'sees that the chain is upside down',
    build: async (world) => {
      const ca = await makeCA('ca');
      const leaf = await makeServer(['shop.example.com'], { issuer: ca });
      world.tlsSecret('shop', 'web-tls', [ca, leaf], { key: leaf });
    },
    expect: [
      {
        placement: SECRET,
        message: `certificate ca (ingress TLS) in ${SECRET} does not belong to the private key beside it: the key belongs to certificate 2 of the chain, so the leaf is not first`,
        fix: 'put the leaf first',
      },
    ],
  },
  {
    code: 'KEY_MISMATCH',
    title: 'compares sa.key with sa.pub',
    build: async (world) => {
      const [a, b] = [await makeServer(['a']), await makeServer(['b'])];
      const role = { role: 'service-account-key', manager: 'kubeadm' } as const;
      world
        .place('file:/etc/kubernetes/pki/sa.key', [], { ...role, key: a })
        .place('file:/etc/kubernetes/pki/sa.pub', [], { ...role, key: b });
    },
    expect: [{ placement: 'file:/etc/kubernetes/pki/sa.key', severity: 'critical', fix: 'openssl pkey -pubout' }],
  },
  {
    code: 'KEY_MISMATCH',
    title: 'is silent where the pair belongs together or the key was not seen',
    build: async (world) => {
      const leaf = await makeServer(['a']);
      world.tlsSecret('shop', 'web-tls', [leaf], { key: leaf }).tlsSecret('shop', 'other', [await makeServer(['b'])]);
      world.place('file:/pki/sa.key', [], { key: leaf }).place('file:/pki/sa.pub', [], { key: leaf });
    },
    expect: [],
  },
  ...(['0644', '0640', '0660', '0777'] as const).map(
    (mode): Case => ({
      code: 'KEY_FILE_MODE',
      title: `speaks of mode ${mode}`,
      build: (world) => world.fact('file', file('/etc/kubernetes/pki/ca.key', mode)),
      expect: [
        {
          placement: 'file:/etc/kubernetes/pki/ca.key',
          severity: mode === '0640' ? 'info' : 'warning',
          fix: 'chmod 600 /etc/kubernetes/pki/ca.key',
        },
      ],
    }),
  ),
  {
    code: 'KEY_FILE_MODE',
    title: 'says of a keystore that its password stands before the key',
    build: (world) => world.fact('file', file('/a.p12', '0644', { format: 'pkcs12' })),
    expect: [
      {
        placement: 'file:/a.p12',
        severity: 'warning',
        message:
          '/a.p12 holds a private key and has mode 0644: others may read it, and only its password keeps the key from them',
        impact: /has or guesses its password/,
      },
    ],
  },
  {
    code: 'KEY_FILE_MODE',
    title: 'is about the certificate beside it too',
    build: async (world) => {
      const leaf = await makeServer(['a']);
      world.place('file:/pki/a.crt', [leaf], { key: leaf, mode: '0644' }).fact('file', file('/pki/a.key', '0644'));
    },
    expect: [{ placement: 'file:/pki/a.key', also: ['file:/pki/a.crt'] }],
  },
  {
    code: 'KEY_FILE_MODE',
    title: 'names the user of a kubeconfig that is open to all',
    build: async (world) => {
      const client = await makeServer(['a']);
      world.place('kubeconfig:/root/.kube/config#users/admin', [client], { key: client, role: 'user-client' });
      world.fact('file', file('/root/.kube/config', '0644', { format: 'kubeconfig' }));
    },
    expect: [
      {
        placement: 'kubeconfig:/root/.kube/config#users/admin',
        message: '/root/.kube/config holds a private key and has mode 0644: others may read it',
      },
    ],
  },
  {
    code: 'KEY_FILE_MODE',
    title: 'knows the mode of a kubeconfig by its user where the file itself was not listed',
    build: async (world) => {
      const client = await makeServer(['a']);
      world.place('kubeconfig:/home/me/.kube/config#users/me', [client], {
        key: client,
        mode: '0644',
        role: 'user-client',
      });
      world.place('kubeconfig:/home/me/.kube/safe#users/me', [client], {
        key: client,
        mode: '0600',
        role: 'user-client',
      });
    },
    expect: [{ placement: 'kubeconfig:/home/me/.kube/config#users/me', fix: 'chmod 600 /home/me/.kube/config' }],
  },
  {
    code: 'KEY_FILE_MODE',
    title: 'is silent about 0600, 0400, files without a key and links',
    build: (world) => {
      world.fact('file', file('/a.key', '0600')).fact('file', file('/b.key', '0400'));
      world
        .fact('file', file('/c.crt', '0644', { hasPrivateKey: false }))
        .fact('file', file('/d', '0777', { linkTo: '/e' }));
    },
    expect: [],
  },
  {
    code: 'WEAK_KEY',
    title: 'finds RSA below 2048 bits',
    build: async (world) =>
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { key: 'RSA-1024' })]),
    expect: [
      {
        placement: SECRET,
        severity: 'warning',
        message: `certificate shop.example.com (ingress TLS) in ${SECRET} has an RSA key of 1024 bits`,
      },
    ],
  },
  {
    code: 'WEAK_KEY',
    title: 'is critical below what even browsers take',
    build: async (world) =>
      world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { key: 'RSA-512' })]),
    expect: [{ placement: SECRET, severity: 'critical' }],
  },
  {
    code: 'WEAK_KEY',
    title: 'follows the policy',
    build: async (world) => {
      world.policy = { ...world.policy, minimumBits: { rsa: 3072, ecdsa: 384 } };
      world
        .place('file:/a', [await makeServer(['a'])])
        .place('file:/b', [await makeServer(['b'], { key: 'RSA-2048' })])
        .place('file:/c', [await makeServer(['c'], { key: 'Ed25519' })]);
    },
    expect: [
      { placement: 'file:/a', message: 'certificate a in file:/a has an ECDSA P-256 key of 256 bits' },
      { placement: 'file:/b' },
    ],
  },
  {
    code: 'WEAK_KEY',
    title: 'is silent about RSA 2048, P-256, Ed25519 and public roots',
    build: async (world) => {
      world
        .place('file:/a', [await makeServer(['a'], { key: 'RSA-2048' })])
        .place('file:/b', [await makeServer(['b'])])
        .place('file:/c', [await makeServer(['c'], { key: 'Ed25519' })]);
      world.bundle('root/aa', [await makeCA('r', { key: 'RSA-1024' })], { role: 'public-root' });
    },
    expect: [],
  },
  {
    code: 'WEAK_SIGNATURE',
    title: 'finds SHA-1 under a CA',
    build: async (world) => weaklySigned(world),
    expect: [{ placement: SECRET, severity: 'critical' }],
  },
  {
    code: 'WEAK_SIGNATURE',
    title: "is silent about a root's own signature and about SHA-256",
    build: async (world) => {
      world.bundle(
        'configmap/a/b#ca.crt',
        [await makeCA('root', { key: mintKey('RSA-2048'), signatureHash: 'SHA-1' })],
        { role: 'configmap-bundle' },
      );
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a'])]);
    },
    expect: [],
  },
];

async function weaklySigned(world: World): Promise<void> {
  const ca = await makeCA('ca', { key: 'RSA-2048' });
  world.tlsSecret('shop', 'web-tls', [await makeServer(['shop.example.com'], { issuer: ca, signatureHash: 'SHA-1' })]);
}
