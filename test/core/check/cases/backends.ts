import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { makeCA, makeServer, type World } from '../world.ts';

const CA = 'secret/shop/backend-ca#ca.crt';
const NAME = 'ledger.shop.svc';
const ANNOTATIONS = {
  'nginx.ingress.kubernetes.io/proxy-ssl-secret': 'shop/backend-ca',
  'nginx.ingress.kubernetes.io/proxy-ssl-verify': 'on',
  'nginx.ingress.kubernetes.io/proxy-ssl-name': NAME,
};

/** An Ingress that verifies its backend by these CAs, and the backend's Secret with a certificate of its issuer. */
async function verifying(world: World, cas: readonly Minted[], issuer: Minted, annotations = ANNOTATIONS) {
  world.ingress('shop', 'ledger', [], { annotations, services: ['ledger'] });
  world.bundle(CA, [...cas], { layer: 'ingress', role: 'secret-ca', source: 'secrets' });
  world.tlsSecret('shop', 'ledger-tls', [await makeServer([NAME], { issuer })]);
}

function originating(world: World): World {
  const tls = [{ mode: 'SIMPLE', credentialName: 'partner-ca' }] as const;
  return world.fact('destinationRule', { namespace: 'shop', name: 'p', host: 'pay.example', exportTo: [], tls });
}

const OIDC = 'file:/etc/kubernetes/pki/oidc-ca.crt';
const MANIFEST = 'file:/etc/kubernetes/manifests/kube-apiserver.yaml';
const DEX = 'tls://dex.example:443#dex.example';

/** An API server that is told a CA for its login provider, and what that shows. */
async function login(world: World, told: Minted, issuer: Minted): Promise<void> {
  const flags = { 'oidc-issuer-url': 'https://dex.example', 'oidc-ca-file': '/etc/kubernetes/pki/oidc-ca.crt' };
  world.fact('component', { component: 'kube-apiserver', by: 'manifest', object: MANIFEST, flags });
  world.place(OIDC, [told], { role: 'file', layer: 'cluster' });
  world.served(DEX, [await makeServer(['dex.example'], { issuer })], { layer: 'none', role: 'served' });
}

export const backendCases: readonly Case[] = [
  {
    code: 'BACKEND_UNTRUSTED',
    title: 'is said of an Ingress whose CA did not issue what its backend has, though it has the same name',
    build: async (world) => verifying(world, [await makeCA('Backend CA')], await makeCA('Backend CA')),
    expect: [
      {
        placement: CA,
        severity: 'critical',
        also: ['ingress/shop/ledger', 'secret/shop/ledger-tls#tls.crt'],
        evidence: /issued by CN=Backend CA/,
        fix: 'kubectl -n shop edit secret backend-ca',
      },
    ],
  },
  {
    code: 'BACKEND_UNTRUSTED',
    title: 'is said of a DestinationRule by what is served at its host',
    build: async (world) => {
      originating(world).bundle('secret/shop/partner-ca#ca.crt', [await makeCA('Former')], {
        layer: 'mesh',
        role: 'secret-ca',
      });
      const leaf = await makeServer(['pay.example'], { issuer: await makeCA('Partner') });
      world.served('tls://203.0.113.9:443#pay.example', [leaf], { layer: 'none', role: 'served' });
    },
    expect: [
      {
        placement: 'secret/shop/partner-ca#ca.crt',
        also: ['destinationrule/shop/p', 'tls://203.0.113.9:443#pay.example'],
      },
    ],
  },
  {
    code: 'BACKEND_UNTRUSTED',
    title: 'is said of the CA by which the API server verifies its login provider',
    build: async (world) => login(world, await makeCA('Former'), await makeCA('Corp')),
    expect: [
      { placement: OIDC, severity: 'critical', also: [MANIFEST, DEX], impact: /answers 401 to everybody who logs in/ },
    ],
  },
  {
    code: 'BACKEND_UNTRUSTED',
    title: 'is silent where that CA issued what the login provider shows',
    build: async (world) => {
      const ca = await makeCA('Corp');
      await login(world, ca, ca);
    },
    expect: [],
  },
  {
    code: 'BACKEND_UNTRUSTED',
    title: 'is silent where one of its CAs did',
    build: async (world) => {
      const now = await makeCA('Backend CA');
      await verifying(world, [await makeCA('Backend CA'), now], now);
    },
    expect: [],
  },
  {
    code: 'BACKEND_UNTRUSTED',
    title: 'is silent where nothing is verified, and where nothing is known of the server',
    build: async (world) => {
      const off = { ...ANNOTATIONS, 'nginx.ingress.kubernetes.io/proxy-ssl-verify': 'off' };
      await verifying(world, [await makeCA('A')], await makeCA('B'), off);
      originating(world).bundle('secret/shop/partner-ca#ca.crt', [await makeCA('Former')], {
        layer: 'mesh',
        role: 'secret-ca',
      });
    },
    expect: [],
  },
];
