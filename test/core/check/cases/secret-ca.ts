import type { IssuerFact } from '../../../../src/core/model/facts.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { makeCA, makeServer, type World } from '../world.ts';

const CA = 'secret/shop/web-tls#ca.crt';
const TLS = 'secret/shop/web-tls#tls.crt';

/** Secret shop/web-tls, which Certificate web keeps from Issuer ca. */
function kept(world: World, chain: Minted[], members: Minted[], issuer: Partial<IssuerFact> = {}): World {
  world.tlsSecret('shop', 'web-tls', chain, { certificateName: 'web' });
  world.bundle(CA, members, { role: 'secret-ca', layer: 'ingress', source: 'secrets' });
  world.fact('issuer', { kind: 'Issuer', namespace: 'shop', name: 'ca', type: 'ca', ...issuer }, 'issuers');
  return world.certificate();
}

const caSecret = (world: World, ca: Minted) =>
  world.tlsSecret('shop', 'the-ca', [ca], { role: 'issuer-ca', manager: 'cert-manager' });
const mountedBy = (world: World, owner: string) =>
  world.fact(
    'pod',
    { namespace: 'shop', name: 'p', owner, phase: 'Running', secrets: ['web-tls'], configMaps: [] },
    'pods',
  );

/** What stands as ca.crt beside a certificate. */
export const secretCaCases: readonly Case[] = [
  {
    code: 'SECRET_CA_STALE',
    title: 'has the name of the issuer and another key, and is mounted',
    build: async (world) => {
      const [old, today] = [await makeCA('team CA', { from: -400 }), await makeCA('team CA', { from: -30 })];
      kept(world, [await makeServer(['a.example'], { issuer: today })], [old]);
      mountedBy(world, 'deployment/client');
    },
    expect: [
      {
        placement: CA,
        also: [TLS, 'pod/shop/p'],
        severity: 'warning',
        message: 'ca.crt in Secret shop/web-tls (CN=team CA) does not verify its own tls.crt, which CN=team CA signed',
        impact: /^deployment\/client in shop mounts it/,
        fix: 'cmctl renew web -n shop',
      },
    ],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'was left behind when the Certificate went over to an ACME issuer',
    build: async (world) => {
      const [old, other] = [await makeCA('team CA'), await makeCA('public')];
      kept(world, [await makeServer(['a.example'], { issuer: other })], [old], { type: 'acme' });
    },
    expect: [{ placement: CA, fix: '/data/ca.crt' }],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'verifies its own certificate, while the issuer signs with a new CA already',
    build: async (world) => {
      const [old, today] = [await makeCA('old CA'), await makeCA('new CA', { from: -1 })];
      kept(world, [await makeServer(['a.example'], { issuer: old })], [old], { caSecretName: 'the-ca' });
      caSecret(world, today);
      world.tlsSecret('shop', 'other', [await makeServer(['b.example'], { issuer: today })]);
    },
    expect: [
      {
        placement: CA,
        message: 'ca.crt in Secret shop/web-tls (CN=old CA) is not the CA that its issuer signs with now (CN=new CA)',
      },
    ],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'is not the CA that signed it, over an intermediate, or by its old certificate with the same key',
    build: async (world) => {
      const root = await makeCA('root');
      const int = await makeCA('int', { issuer: root });
      kept(world, [await makeServer(['a.example'], { issuer: int }), int], [root], { caSecretName: 'the-ca' });
      caSecret(world, int);
    },
    expect: [],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'is not the root above an intermediate that the server does not send',
    build: async (world) => {
      const root = await makeCA('root');
      const int = await makeCA('int', { issuer: root });
      world.place('file:/int.crt', [int]);
      kept(world, [await makeServer(['a.example'], { issuer: int })], [root]);
    },
    expect: [],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'is not the CA of clients in a Secret that a person made',
    build: async (world) => {
      const [clients, servers] = [await makeCA('clients'), await makeCA('servers')];
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { issuer: servers })]);
      world.bundle(CA, [clients], { role: 'ingress-client-ca', layer: 'ingress', source: 'secrets' });
      world.place('file:/servers.crt', [servers]);
    },
    expect: [],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'is not one of a self-signed certificate',
    build: async (world) => {
      const own = await makeServer(['a.example']);
      kept(world, [own], [own], { type: 'selfSigned' });
    },
    expect: [],
  },
  {
    code: 'SECRET_CA_STALE',
    title: 'is not one of before, while nothing that the new CA issued refuses it',
    build: async (world) => {
      const [old, today] = [await makeCA('old CA'), await makeCA('new CA', { from: -1 })];
      kept(world, [await makeServer(['a.example'], { issuer: old })], [old], { caSecretName: 'the-ca' });
      caSecret(world, today);
    },
    expect: [],
  },
];
