import type { Case } from '../case.ts';
import { makeCA, makeClient, makeServer, type World } from '../world.ts';

const CA = 'file:/etc/kubernetes/pki/ca.crt';
const API = 'file:/etc/kubernetes/pki/apiserver.crt';
const kubeadm = { manager: 'kubeadm' } as const;
const issuer = { name: 'corp', kind: 'Issuer', group: 'cert-manager.io' };

/** A leaf of a former CA, and a younger CA of its name that signed another one in a namespace. */
async function beside(world: World, namespace: string): Promise<void> {
  const [former, signer] = [await makeCA('signer'), await makeCA('signer', { from: -1 })];
  world.tlsSecret('ops', 'signer', [signer], { role: 'tls-secret', key: signer });
  world.tlsSecret('net', 'node', [await makeServer(['node'], { issuer: former })], { role: 'tls-secret' });
  world.tlsSecret(namespace, 'server', [await makeServer(['server'], { issuer: signer })], { role: 'tls-secret' });
}

export const issuerCases: readonly Case[] = [
  {
    code: 'CA_EXPIRES_BEFORE_LEAF',
    title: 'is told of the CA, with the leaves that outlive it',
    build: async (world) => {
      const ca = await makeCA('kubernetes', { to: 200 });
      world.place(CA, [ca], { role: 'cluster-ca', ...kubeadm });
      world.place(API, [await makeServer(['cp1'], { issuer: ca, to: 360 })], { role: 'apiserver-serving', ...kubeadm });
      world.place(
        'file:/etc/kubernetes/admin.conf',
        [await makeClient('CN=kubernetes-admin', { issuer: ca, to: 201 })],
        { role: 'admin-client', ...kubeadm },
      );
    },
    expect: [
      {
        placement: CA,
        severity: 'warning',
        message: `certificate kubernetes (cluster CA) in ${CA} ends in 200d, at 2027-06-12T12:00:00Z, before cp1 and kubernetes-admin, which it signed`,
      },
    ],
  },
  {
    code: 'CA_EXPIRES_BEFORE_LEAF',
    title: 'is explained by the CA itself ending soon',
    build: async (world) => {
      const ca = await makeCA('kubernetes', { to: 100 });
      world.place(CA, [ca], { role: 'cluster-ca', ...kubeadm });
      world.place(API, [await makeServer(['cp1'], { issuer: ca, to: 360 })], { role: 'apiserver-serving', ...kubeadm });
    },
    expect: [{ placement: CA, explainedBy: 'CERT_EXPIRING' }],
  },
  {
    code: 'CA_EXPIRES_BEFORE_LEAF',
    title: 'is silent where the CA was renewed with its key, has expired, renews itself, or the leaf is only a record',
    build: async (world) => {
      const [old, gone, mesh, csrCA] = [
        await makeCA('a', { to: 50 }),
        await makeCA('b', { to: -1 }),
        await makeCA('c', { to: 50 }),
        await makeCA('d', { to: 50 }),
      ];
      world.bundle('configmap/x/y#ca.crt', [old, await makeCA('a', { key: old.key }), gone], {
        role: 'configmap-bundle',
      });
      world.place('secret/istio-system/istio-ca-secret#ca-cert.pem', [mesh], {
        role: 'istio-ca',
        manager: 'istiod',
        layer: 'mesh',
      });
      world.place('secret/x/d#tls.crt', [csrCA], { role: 'issuer-ca' });
      for (const [index, ca] of [old, gone, mesh].entries())
        world.place(`file:/${index}`, [await makeServer([`s${index}`], { issuer: ca })]);
      world.place('csr/one', [await makeClient('CN=me', { issuer: csrCA })], { role: 'csr-issued' });
    },
    expect: [],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'tells a rebuilt cluster CA by its key',
    build: async (world) => {
      world.place(CA, [await makeCA('kubernetes')], { role: 'cluster-ca', ...kubeadm });
      world.place(API, [await makeServer(['cp1'], { issuer: await makeCA('kubernetes') })], {
        role: 'apiserver-serving',
        ...kubeadm,
      });
    },
    expect: [
      {
        placement: API,
        severity: 'critical',
        message: `certificate cp1 (API server serving) in ${API} was signed by another key than today's CA of the same name, CN=kubernetes, has`,
      },
    ],
  },
  {
    code: 'ISSUER_REPLACED',
    title: "tells that the user's own certificate is of a CA that the API server no longer trusts",
    build: async (world) => {
      const ref = 'kubeconfig:/c#users/me';
      world.place(ref, [await makeClient('CN=me', { issuer: await makeCA('kubernetes') })], { role: 'user-client' });
      world.place('kubeconfig:/c#users/other', [await makeClient('CN=me', { issuer: await makeCA('kubernetes') })], {
        role: 'user-client',
      });
      world.bundle(
        'configmap/kube-system/extension-apiserver-authentication#client-ca-file',
        [await makeCA('kubernetes')],
        { role: 'client-ca-bundle' },
      );
      world.fact('credential', { kind: 'certificate', user: 'me', context: 'c', ref });
    },
    expect: [{ placement: 'kubeconfig:/c#users/me', severity: 'critical' }],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'warns when cert-manager gave the issuing CA a new key',
    build: async (world) => {
      world.tlsSecret('shop', 'corp-ca', [await makeCA('corp')], { role: 'issuer-ca' });
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a'], { issuer: await makeCA('corp') })], {
        manager: 'cert-manager',
      });
      world.fact('issuer', { kind: 'Issuer', namespace: 'shop', name: 'corp', type: 'ca', caSecretName: 'corp-ca' });
      world.fact('certificate', {
        namespace: 'shop',
        name: 'web',
        secretName: 'web-tls',
        dnsNames: [],
        issuer,
        isCA: false,
      });
    },
    expect: [{ placement: 'secret/shop/web-tls#tls.crt', severity: 'warning', fix: 'cmctl renew web -n shop' }],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'is said of a Secret that no Certificate keeps, where a younger CA of the name signed what stands beside it',
    build: async (world) => beside(world, 'net'),
    expect: [
      { placement: 'secret/net/node#tls.crt', severity: 'warning', evidence: /secret\/ops\/signer#tls\.crt has key/ },
    ],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'is silent of CAs of one name that each work in a namespace of their own',
    build: async (world) => beside(world, 'other'),
    expect: [],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'finds the CA of a ClusterIssuer in whatever namespace cert-manager keeps it',
    build: async (world) => {
      world.tlsSecret('cert-manager', 'corp-ca', [await makeCA('corp')], { role: 'issuer-ca' });
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a'], { issuer: await makeCA('corp') })], {
        manager: 'cert-manager',
      });
      world.fact('issuer', { kind: 'ClusterIssuer', name: 'corp', type: 'ca', caSecretName: 'corp-ca' });
      world.fact('certificate', {
        namespace: 'shop',
        name: 'web',
        secretName: 'web-tls',
        dnsNames: [],
        issuer: { ...issuer, kind: 'ClusterIssuer' },
        isCA: false,
      });
    },
    expect: [{ placement: 'secret/shop/web-tls#tls.crt' }],
  },
  {
    code: 'ISSUER_REPLACED',
    title: 'is silent where the CA signed it, has another name, or several CAs of the name are trusted',
    build: async (world) => {
      const [old, today] = [await makeCA('kubernetes'), await makeCA('kubernetes')];
      world
        .place(CA, [today], { role: 'cluster-ca', ...kubeadm })
        .place('file:/etc/kubernetes/pki/ca-old.crt', [old], { role: 'cluster-ca', ...kubeadm });
      world.place(API, [await makeServer(['cp1'], { issuer: old })], { role: 'apiserver-serving', ...kubeadm });
      world.place('file:/x', [await makeServer(['cp2'], { issuer: today })], { role: 'apiserver-serving', ...kubeadm });
      world.place('file:/y', [await makeServer(['cp3'], { issuer: await makeCA('corp') })], {
        role: 'apiserver-serving',
      });
    },
    expect: [],
  },
];
