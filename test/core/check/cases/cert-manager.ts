import type { CertificateFact, PodFact } from '../../../../src/core/model/facts.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { DAY, make, makeCA, makeServer, NOW, type World } from '../world.ts';

const time = (at: number) => new Date(at).toISOString();
const certificate = (world: World, more: Partial<CertificateFact> = {}) => world.certificate(more);
const WEB = 'certificate/shop/web';
const TLS = 'secret/shop/web-tls#tls.crt';
const external = (world: World, target = 'web-tls') =>
  world.fact('externalSecret', { namespace: 'shop', name: 'copy', target, refreshInterval: '1m' }, 'copiers');
const issuedAs = (world: World, chain: Minted[]) =>
  world
    .fact(
      'certificateRequest',
      {
        namespace: 'shop',
        name: 'web-1',
        owner: 'u',
        revision: 1,
        issuer: { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' },
        isCA: false,
      },
      'certificaterequests',
    )
    .place('certificaterequest/shop/web-1', chain, {
      layer: 'ingress',
      role: 'certificate-request',
      manager: 'cert-manager',
    });
const pod = (world: World, more: Partial<PodFact> = {}) =>
  world.fact(
    'pod',
    {
      namespace: 'shop',
      name: 'p',
      owner: 'deployment/db',
      phase: 'Running',
      started: time(NOW - 30 * DAY),
      secrets: ['web-tls'],
      configMaps: [],
      ...more,
    },
    'pods',
  );
const stored = async (world: World) => world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'])]);
const stagingLeaf = async (world: World) => {
  const ca = await makeCA('x', { subject: "O=(STAGING) Let's Encrypt,CN=(STAGING) Ersatz" });
  return world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { issuer: ca })]);
};
const server = (world: World, url: string) =>
  world.fact(
    'issuer',
    { kind: 'Issuer', namespace: 'shop', name: 'ca', type: 'acme', acme: { server: url, solvers: [] } },
    'issuers',
  );
const ingress = (world: World, annotations: Record<string, string>) =>
  world.fact(
    'ingress',
    { namespace: 'shop', name: 'web', hosts: [], tls: [], addresses: [], annotations },
    'ingresses',
  );
const publicLeaf = async (world: World, names: string[], days: number) => {
  const root = await makeCA('Public Root');
  const int = await makeCA('Public Int', { issuer: root });
  world.place(`root/${root.certificate.sha256}`, [root], {
    role: 'public-root',
    layer: 'none',
    bundle: true,
    source: 'public-roots',
  });
  return world.tlsSecret('shop', 'web-tls', [await makeServer(names, { to: days - 10, issuer: int }), int]);
};

const READY = { status: 'True', reason: 'Ready', message: '' };
export const certManagerCases: readonly Case[] = [
  {
    code: 'USAGE_NOT_GIVEN',
    title: 'is said of a client certificate whose CA gave server usage alone',
    build: async (world) => {
      await stored(world);
      certificate(world, { usages: ['digital signature', 'client auth'], ready: READY });
    },
    expect: [{ placement: TLS, severity: 'warning', also: [WEB], evidence: /extended key usage serverAuth/ }],
  },
  {
    code: 'USAGE_NOT_GIVEN',
    title: 'is a note where it serves as well',
    build: async (world) => {
      await stored(world);
      certificate(world, { usages: ['server auth', 'client auth'], ready: READY });
    },
    expect: [{ placement: TLS, severity: 'info', also: [WEB] }],
  },
  {
    code: 'USAGE_NOT_GIVEN',
    title: 'is silent where all was given, and while it is issued anew',
    build: async (world) => {
      await stored(world);
      certificate(world, { usages: ['server auth'], ready: READY });
      certificate(world, { name: 'young', usages: ['client auth'], ready: { ...READY, status: 'False' } });
    },
    expect: [],
  },
  {
    code: 'SECRET_SHARED',
    title: 'is kept by two',
    build: (world) => certificate(certificate(world), { name: 'rival', dnsNames: ['b.example'] }),
    expect: [
      {
        placement: 'secret/shop/web-tls',
        also: [TLS, WEB, 'certificate/shop/rival'],
        impact: /a\.example and b\.example/,
        fix: 'secretName of its own',
      },
    ],
  },
  {
    code: 'SECRET_SHARED',
    title: 'is not one name in two namespaces',
    build: (world) => certificate(certificate(world), { namespace: 'team' }),
    expect: [],
  },
  {
    code: 'SECRET_OVERWRITTEN',
    title: 'is written by an ExternalSecret',
    build: async (world) => external(certificate(await stored(world))),
    expect: [{ placement: 'externalsecret/shop/copy', also: [TLS, WEB], evidence: /every 1m/ }],
  },
  {
    code: 'SECRET_OVERWRITTEN',
    title: 'holds another certificate than was issued, by another field manager',
    build: async (world) => {
      const issued = await makeServer(['a.example']);
      issuedAs(certificate(world, { uid: 'u', revision: 1 }), [issued]);
      world.fact(
        'secret',
        {
          namespace: 'shop',
          name: 'web-tls',
          type: 'kubernetes.io/tls',
          keys: [],
          resourceVersion: '1',
          problems: [],
          writers: [{ manager: 'argocd' }],
        },
        'secrets',
      );
      world.place(TLS, [await makeServer(['a.example'])], { layer: 'ingress', role: 'tls-secret' });
    },
    expect: [
      {
        placement: TLS,
        message:
          'argocd writes Secret shop/web-tls, which Certificate web keeps: it holds another certificate than the one that was issued',
      },
    ],
  },
  {
    code: 'SECRET_OVERWRITTEN',
    title: 'is not one that an ExternalSecret beside it writes, nor one that holds what was issued',
    build: async (world) => {
      const issued = await makeServer(['a.example']);
      world.tlsSecret('shop', 'web-tls', [issued]);
      return external(issuedAs(certificate(world, { uid: 'u', revision: 1 }), [issued]), 'other');
    },
    expect: [],
  },
  {
    code: 'LIFETIME_CLAMPED',
    title: 'is due half a minute after it is issued, for the CA gave less than was asked for',
    build: async (world) => {
      const leaf = await make(-30_000 / DAY, 30, { subject: 'CN=a', dnsNames: ['a.example'] });
      return certificate(world.tlsSecret('shop', 'web-tls', [leaf]), { renewBefore: '720h', duration: '1440h' });
    },
    expect: [
      {
        placement: WEB,
        evidence: /renewBefore 720h/,
        message:
          'Certificate shop/web is due again 30s after each issuance: renewBefore is 720h, and it lives 30d, not the 1440h that it asks for',
      },
    ],
  },
  {
    code: 'RENEWAL_LOOP',
    title: 'is not one that lives for weeks first',
    build: async (world) => {
      await stored(world);
      certificate(world, { renewBefore: '720h' });
      return certificate(world, { renewBeforePercentage: 33 });
    },
    expect: [],
  },
  {
    code: 'LIFETIME_CLAMPED',
    title: 'is not one that lives for weeks first',
    build: async (world) => certificate(await stored(world), { renewBefore: '720h' }),
    expect: [],
  },
  {
    code: 'RENEWAL_LOOP',
    title: 'is due at once, by a renewBefore that nearly is the lifetime',
    build: async (world) => certificate(await stored(world), { renewBefore: '2159h', duration: '2160h' }),
    expect: [{ placement: WEB }],
  },
  {
    code: 'RENEWAL_LOOP',
    title: 'is due at once by a percentage as well',
    build: async (world) => certificate(await stored(world), { renewBeforePercentage: 99 }),
    expect: [{ placement: WEB, evidence: /renewBeforePercentage 99/ }],
  },
  {
    code: 'RENEW_BEFORE_IGNORED',
    title: 'is longer than the life',
    build: async (world) => certificate(await stored(world), { renewBefore: '2400h' }),
    expect: [{ placement: WEB, severity: 'info' }],
  },
  {
    code: 'RENEW_BEFORE_IGNORED',
    title: 'is not one that counts',
    build: async (world) => certificate(await stored(world), { renewBefore: '720h' }),
    expect: [],
  },
  {
    code: 'ISSUING_CA_EXPIRED',
    title: 'cuts what it signs to its own end, and hides the dead leaf',
    build: async (world) => {
      const root = await makeCA('root');
      const ca = await makeCA('int', { issuer: root, to: -1 });
      return certificate(
        world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { from: -2, to: -1, issuer: ca }), ca]),
      );
    },
    expect: [{ placement: 'issuer/shop/ca', evidence: /issuing CA ended at the same moment/ }],
  },
  {
    code: 'ISSUING_CA_EXPIRED',
    title: 'is not the CA of a leaf that was simply not renewed',
    build: async (world) => {
      const ca = await makeCA('int');
      return certificate(
        world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { from: -90, to: -1, issuer: ca }), ca]),
      );
    },
    expect: [],
  },
  {
    code: 'STAGING_CERTIFICATE_KEPT',
    title: 'stays though its issuer was switched to production',
    build: async (world) =>
      server(certificate(await stagingLeaf(world)), 'https://acme-v02.api.letsencrypt.org/directory'),
    expect: [{ placement: WEB, severity: 'critical', fix: 'cmctl renew web -n shop' }],
  },
  {
    code: 'STAGING_CERTIFICATE_KEPT',
    title: 'is what was meant where the issuer says so',
    build: async (world) =>
      server(certificate(await stagingLeaf(world)), 'https://acme-staging-v02.api.letsencrypt.org/directory'),
    expect: [{ placement: WEB, severity: 'info' }],
  },
  {
    code: 'STAGING_CERTIFICATE_KEPT',
    title: 'is not one of production',
    build: async (world) => server(certificate(await stored(world)), 'https://acme.example'),
    expect: [],
  },
  {
    code: 'LISTENERS_REFUSED',
    title: 'is a ListenerSet that its Gateway does not allow',
    build: (world) =>
      world.fact(
        'gateway',
        {
          kind: 'ListenerSet',
          namespace: 'team',
          name: 'set',
          listeners: [],
          addresses: [],
          annotations: {},
          parent: { namespace: 'edge', name: 'gw' },
          problems: ['Accepted: NotAllowed: not from here'],
        },
        'gateways',
      ),
    expect: [
      {
        placement: 'listenerset/team/set',
        also: ['gateway/edge/gw'],
        message: 'ListenerSet team/set serves nothing: Accepted: NotAllowed: not from here',
        fix: 'kubectl -n edge get gateway gw',
      },
    ],
  },
  {
    code: 'LISTENERS_REFUSED',
    title: 'is not one that its controller says nothing against',
    build: (world) => world.gateway('edge', 'gw', { hostname: 'a.example' }),
    expect: [],
  },
  {
    code: 'ROUTE_REFUSED',
    title: 'is not one whose backend is missing',
    build: (world) =>
      world.fact(
        'route',
        {
          kind: 'HTTPRoute',
          namespace: 'apps',
          name: 'r',
          hosts: [],
          secrets: [],
          parents: [],
          problems: ['ResolvedRefs: BackendNotFound: no service'],
        },
        'routes',
      ),
    expect: [],
  },
  {
    code: 'ROUTE_REFUSED',
    title: 'has a host that no listener takes',
    build: (world) =>
      world.fact(
        'route',
        {
          ...{ kind: 'HTTPRoute', namespace: 'apps', name: 'r', hosts: ['a.example'], secrets: [], parents: [] },
          problems: ['Accepted: NoMatchingListenerHostname: no'],
        },
        'routes',
      ),
    expect: [{ placement: 'httproute/apps/r' }],
  },
  {
    code: 'ANNOTATION_DRIFT',
    title: 'is an annotation that the Certificate does not follow',
    build: (world) =>
      certificate(
        ingress(world, { 'cert-manager.io/renew-before-percentage': '50', 'cert-manager.io/duration': '720h' }),
        { owner: 'ingress/shop/web', duration: '720h0m0s' },
      ),
    expect: [{ placement: WEB, also: ['ingress/shop/web'], evidence: /renewBeforePercentage is not set/ }],
  },
  {
    code: 'ANNOTATION_DRIFT',
    title: 'is an annotation of usages, which are taken over when it is made and never after',
    build: (world) =>
      certificate(ingress(world, { 'cert-manager.io/usages': 'server auth,client auth' }), {
        owner: 'ingress/shop/web',
        usages: ['digital signature', 'key encipherment'],
      }),
    expect: [
      { placement: WEB, evidence: /usages is digital signature,key encipherment, .* says server auth,client auth/ },
    ],
  },
  {
    code: 'ANNOTATION_DRIFT',
    title: 'is not the same in other words',
    build: (world) =>
      certificate(
        ingress(world, {
          'cert-manager.io/issuer': 'ca',
          'cert-manager.io/duration': '30d',
          'cert-manager.io/usages': 'server auth, client auth',
        }),
        { owner: 'ingress/shop/web', duration: '720h0m0s', usages: ['client auth', 'server auth'] },
      ),
    expect: [],
  },
  {
    code: 'SECRET_ORPHANED',
    title: 'names a Certificate that is gone',
    build: async (world) =>
      world
        .read('certificates')
        .tlsSecret('shop', 'web-tls', [await makeServer(['a.example'])], { certificateName: 'gone' }),
    expect: [{ placement: TLS, severity: 'info' }],
  },
  {
    code: 'SECRET_ORPHANED',
    title: 'warns of a CA by which a ClusterIssuer signs, where cert-manager runs',
    build: async (world) => {
      const ca = await makeCA('ca');
      world.read('certificates').tlsSecret('cert-manager', 'ca', [ca], { certificateName: 'gone', role: 'issuer-ca' });
      world.fact('issuer', { kind: 'ClusterIssuer', name: 'ca', type: 'ca', caSecretName: 'ca' });
    },
    expect: [
      { placement: 'secret/cert-manager/ca#tls.crt', severity: 'warning', impact: /^clusterissuer\/ca will be/ },
    ],
  },
  {
    code: 'SECRET_ORPHANED',
    title: 'is not one whose Certificate is there',
    build: async (world) =>
      certificate(world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'])], { certificateName: 'web' })),
    expect: [],
  },
  {
    code: 'SECRET_ORPHANED',
    title: 'is not said where Certificates could not be read',
    build: async (world) =>
      world
        .tlsSecret('shop', 'web-tls', [await makeServer(['a.example'])], { certificateName: 'gone' })
        .read('certificates', 'denied'),
    expect: [],
  },
  {
    code: 'MOUNT_NEVER_REFRESHES',
    title: 'was taken by subPath before the renewal',
    build: async (world) => pod(await stored(world), { frozenSecrets: ['web-tls'] }),
    expect: [{ placement: TLS, also: ['pod/shop/p'], fix: 'rollout restart deployment/db' }],
  },
  {
    code: 'MOUNT_NEVER_REFRESHES',
    title: 'was taken after it',
    build: async (world) => pod(await stored(world), { frozenSecrets: ['web-tls'], started: time(NOW - DAY) }),
    expect: [],
  },
  {
    code: 'POD_OLDER_THAN_SECRET',
    title: 'has run since before the renewal',
    build: async (world) => pod(certificate(await stored(world), { revision: 2 })),
    expect: [{ placement: TLS, severity: 'info' }],
  },
  {
    code: 'POD_OLDER_THAN_SECRET',
    title: 'is not one that waited for the first issuance',
    build: async (world) => pod(certificate(await stored(world), { revision: 1 })),
    expect: [],
  },
  {
    code: 'LIFETIME_BEYOND_MAXIMUM',
    title: 'lives a year though it was issued after March 2026',
    build: (world) => publicLeaf(world, ['a.example'], 365),
    expect: [
      {
        placement: TLS,
        message:
          'certificate a.example (ingress TLS) in secret/shop/web-tls#tls.crt lives 365d; public CAs may give 200 days since it was issued',
      },
    ],
  },
  {
    code: 'LIFETIME_BEYOND_MAXIMUM',
    title: 'lives 90 days',
    build: (world) => publicLeaf(world, ['a.example'], 90),
    expect: [],
  },
  {
    code: 'LIFETIME_BEYOND_MAXIMUM',
    title: 'is of a private CA',
    build: async (world) => world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { to: 900 })]),
    expect: [],
  },
  {
    code: 'INTERNAL_NAME_PUBLIC',
    title: 'stands in the public logs',
    build: (world) => publicLeaf(world, ['pay.internal.example.com'], 90),
    expect: [{ placement: TLS, severity: 'info' }],
  },
  {
    code: 'INTERNAL_NAME_PUBLIC',
    title: 'is covered by a wildcard',
    build: (world) => publicLeaf(world, ['*.internal.example.com', 'www.example.com'], 90),
    expect: [],
  },
];
