import type { FactKinds } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { DAY, makeCA, makeServer, NOW, type World } from '../world.ts';

const HOST = 'shop.example.com';
const A = 'tls://203.0.113.1:443#shop.example.com';
const B = 'tls://203.0.113.2:443#shop.example.com';
const FAKE = 'O=Acme Co,CN=Kubernetes Ingress Controller Fake Certificate';

const fresh = () => makeServer([HOST], { subject: 'CN=shop' });
const older = (to = 20) => makeServer([HOST], { subject: 'CN=shop', from: -70, to });
const fake = (subject = FAKE) => makeServer(['ingress.local'], { subject, to: 300 });
const rfc = (days: number) => new Date(NOW + days * DAY).toISOString();

/** Ingress shop/web serves the host with Secret shop/web-tls, which holds these; the controller is ingress-nginx. */
function shop(world: World, stored: Awaited<ReturnType<typeof makeServer>>[] = []): World {
  if (stored.length > 0) world.tlsSecret('shop', 'web-tls', stored);
  return world
    .ingress('shop', 'web', [{ hosts: [HOST], secretName: 'web-tls' }], { className: 'nginx' })
    .controller('ingress-nginx', { name: 'edge', namespace: 'edge' });
}

/** Codes that say nothing of a world in order. */
const QUIET = [
  'DEFAULT_CERTIFICATE_SERVED',
  'PLAINTEXT_ON_TLS_PORT',
  'NO_CERTIFICATE_SERVED',
  'CERTIFICATE_KEPT_ELSEWHERE',
  'SECRET_NOT_DELEGATED',
  'CRL_EXPIRED',
  'KEYSTORE_DIFFERS',
  'KEYSTORE_LOCKED',
  'KEYSTORE_MISSING',
];

const managed = (world: World, more: Partial<FactKinds['managedCertificate']>) =>
  world.fact(
    'managedCertificate',
    { namespace: 'shop', name: 'web', domains: ['a.example', 'b.example'], state: 'Active', failing: [], ...more },
    'load-balancers',
  );

export const hostCases: readonly Case[] = [
  ...QUIET.map((code): Case => ({ code, title: 'is silent where all is in order', build: inOrder, expect: [] })),
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is said once for all addresses and hosts that show the same in the place of the same',
    build: async (world) => {
      const old = await older(-1);
      const labels = { 'app.kubernetes.io/name': 'ingress-nginx' };
      world.fact('pod', { namespace: 'edge', name: 'r1', secrets: [], configMaps: [], labels, started: rfc(-91) });
      shop(world, [await fresh()])
        .asked(HOST, '203.0.113.1', [[old]])
        .asked(HOST, '203.0.113.2', [[old]]);
    },
    expect: [
      {
        placement: A,
        also: [B],
        severity: 'critical',
        fix: 'kubectl -n edge rollout restart deploy/edge',
        evidence: /203\.0\.113\.2:443#shop[\s\S]*pod\/edge\/r1 runs since .*, before the stored one was made/,
      },
    ],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'names whose certificate it is, when it is that of another host',
    build: async (world) => {
      const blog = await makeServer(['blog.example.com']);
      shop(world, [await fresh()])
        .tlsSecret('blog', 'blog-tls', [blog])
        .asked(HOST, '203.0.113.1', [[blog]]);
    },
    expect: [{ placement: A, evidence: /serial/, fix: 'kubectl -n edge logs deploy/edge' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'leaves a stand-in and a good CDN to the rules that know them',
    build: async (world) => {
      shop(world, [await fresh()])
        .asked(HOST, '203.0.113.1', [[await fake()]])
        .asked(HOST, '203.0.113.2', [[await older()]], { by: ['dns'], server: 'cloudflare' });
    },
    expect: [],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: "leaves a good CDN alone by the host's own name too, and nothing else that the name shows",
    build: async (world) => {
      const shown = await older();
      shop(world, [await fresh()])
        .asked(HOST, '203.0.113.2', [[shown]], { by: ['dns'], server: 'cloudflare' })
        .served(`tls://${HOST}:443#${HOST}`, [shown])
        .served(`tls://${HOST}:8443#${HOST}`, [await older()]);
    },
    expect: [{ placement: `tls://${HOST}:8443#${HOST}` }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is explained by what stands in front when its certificate has expired there',
    build: async (world) => {
      shop(world, [await fresh()]).asked(HOST, '203.0.113.2', [[await older(-1)]], {
        by: ['dns'],
        named: 'd1.cloudfront.net',
      });
    },
    expect: [{ placement: B, severity: 'critical', explainedBy: 'TLS_ENDED_IN_FRONT' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: "sees cert-manager's temporary certificate where the real one is stored",
    build: async (world) => {
      const temporary = await makeServer([HOST], { subject: 'CN=cert-manager.local' });
      shop(world, [await fresh()]).asked(HOST, '203.0.113.1', [[temporary]]);
    },
    expect: [{ placement: A, severity: 'critical' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'goes by what was issued where the Secret may not be read',
    build: async (world) => {
      const temporary = await makeServer([HOST], { subject: 'CN=cert-manager.local' });
      const issuer = { name: 'le', kind: 'ClusterIssuer', group: 'cert-manager.io' };
      const named = { namespace: 'shop', issuer, isCA: false, dnsNames: [HOST] };
      world.fact('certificate', { ...named, name: 'web', uid: 'u', secretName: 'web-tls', revision: 1 });
      world.fact('certificateRequest', { ...named, name: 'web-1', owner: 'u', certificateName: 'web', revision: 1 });
      world.place('certificaterequest/shop/web-1', [await fresh()], { role: 'certificate-request', layer: 'ingress' });
      shop(world).asked(HOST, '203.0.113.1', [[temporary]]);
    },
    expect: [{ placement: A, severity: 'critical', evidence: /certificaterequest\/shop\/web-1: serial/ }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'compares what a database serves with what the Pods behind its Service mount',
    build: async (world) => {
      const names = ['db.shop.svc.cluster.local'];
      database(world, await makeServer(names)).served('tls://db.shop.svc:5432', [
        await makeServer(names, { from: -70, to: 20 }),
      ]);
    },
    expect: [
      {
        placement: 'tls://db.shop.svc:5432',
        fix: 'kubectl -n shop rollout restart statefulset/db',
        evidence: /pod\/shop\/db-0 runs since .*, before the stored one was made/,
      },
    ],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is silent about a database that serves what is mounted, other ports, and Services without Secrets',
    build: async (world) => {
      const leaf = await makeServer(['db.example.com']);
      database(world, leaf)
        .served('tls://203.0.113.40:5432#db.example.com', [leaf])
        .served('tls://db.shop.svc:9187', [await older()])
        .served('tls://cache.shop.svc:6379', [await older()]);
    },
    expect: [],
  },
  {
    code: 'REPLICAS_DIFFER',
    title: 'finds the replica behind one address that kept the old certificate, and explains that it is served',
    build: async (world) => {
      const now = await fresh();
      shop(world, [now]).asked(HOST, '203.0.113.1', [[now], [await older(-1)]]);
    },
    expect: [
      {
        placement: `${A}~2`,
        severity: 'critical',
        also: [A, 'ingress/shop/web'],
        evidence: /not stored.*of 4 answers/,
      },
    ],
  },
  {
    code: 'REPLICAS_DIFFER',
    title: 'finds addresses that disagree, and only warns while both are good',
    build: async (world) => {
      const now = await fresh();
      shop(world, [now])
        .asked(HOST, '203.0.113.1', [[now]])
        .asked(HOST, '203.0.113.2', [[await older()]]);
    },
    expect: [{ placement: B, severity: 'warning', fix: 'rollout restart deploy/edge' }],
  },
  {
    code: 'REPLICAS_DIFFER',
    title: 'takes what lasts longest for right where nothing is stored',
    build: async (world) => {
      shop(world).asked(HOST, '203.0.113.1', [[await fresh()], [await older()]]);
    },
    expect: [{ placement: `${A}~2` }],
  },
  {
    code: 'REPLICAS_DIFFER',
    title: 'is silent about one certificate everywhere, a CDN in front, and two controllers that are each right',
    build: async (world) => {
      const now = await fresh();
      shop(world, [now])
        .asked(HOST, '203.0.113.1', [[now]])
        .asked(HOST, '203.0.113.2', [[now]])
        .asked(HOST, '203.0.113.3', [[await older()]], { by: ['dns'], server: 'cloudflare' });
      const [inside, outside] = [await makeServer(['x.example.com']), await makeServer(['x.example.com'], { to: 60 })];
      for (const [name, leaf, address] of [
        ['in', inside, '10.0.0.5'],
        ['out', outside, '203.0.113.5'],
      ] as const) {
        world.tlsSecret(name, 'x', [leaf]).ingress(name, 'x', [{ hosts: ['x.example.com'], secretName: 'x' }]);
        world.asked('x.example.com', address, [[leaf]], { objects: [`ingress/${name}/x`] });
      }
    },
    expect: [],
  },
  {
    code: 'DEFAULT_CERTIFICATE_SERVED',
    title: 'is explained by the Secret that is missing',
    build: async (world) => {
      shop(world).asked(HOST, '203.0.113.1', [[await fake()]]);
      world.place('secret/shop/web-tls#tls.crt', [], {
        role: 'ingress-tls',
        layer: 'ingress',
        missing: 'Secret shop/web-tls does not exist',
      });
    },
    expect: [
      {
        placement: A,
        severity: 'critical',
        explainedBy: 'SECRET_MISSING',
        message: `${A} shows the stand-in of ingress-nginx for ${HOST}: Secret shop/web-tls does not exist`,
        fix: 'kubectl -n shop get secret web-tls',
      },
    ],
  },
  {
    code: 'DEFAULT_CERTIFICATE_SERVED',
    title: 'is one for each host, however many replicas made a stand-in of their own',
    build: async (world) => {
      shop(world, [await fresh()]).asked(HOST, '203.0.113.1', [[await fake()], [await fake()]]);
    },
    expect: [
      {
        placement: A,
        also: [`${A}~2`, 'ingress/shop/web'],
        explainedBy: 'none',
        message: `${A} and ${A}~2 show the stand-in of ingress-nginx for ${HOST}: the controller did not take the Secret, though it is in order`,
      },
    ],
  },
  {
    code: 'DEFAULT_CERTIFICATE_SERVED',
    title: 'knows the certificate that the controller was given as default',
    build: async (world) => {
      const given = await makeServer(['*.corp.example']);
      world
        .tlsSecret('edge', 'default', [given])
        .ingress('shop', 'web', [{ hosts: [HOST] }])
        .controller('ingress-nginx', { flags: { 'default-ssl-certificate': 'edge/default' } })
        .asked(HOST, '203.0.113.1', [[given]])
        .asked('a.corp.example', '203.0.113.1', [[given]]);
    },
    expect: [
      {
        placement: A,
        message: `${A} shows the default of ingress-nginx (--default-ssl-certificate=edge/default) for ${HOST}: no TLS entry of an object that was read names the host`,
      },
    ],
  },
  {
    code: 'DEFAULT_CERTIFICATE_SERVED',
    title: 'knows those of Traefik and of NGINX, and leaves other self-signed certificates alone',
    build: async (world) => {
      shop(world).asked(HOST, '203.0.113.1', [[await fake('CN=TRAEFIK DEFAULT CERT')]]);
      world.asked('b.example.com', '203.0.113.1', [[await fake('CN=NGINXIngressController')]]);
      world.asked('c.example.com', '203.0.113.1', [[await fake('CN=localhost')]]);
    },
    expect: [{ placement: A }, { placement: 'tls://203.0.113.1:443#b.example.com' }],
  },
  {
    code: 'PLAINTEXT_ON_TLS_PORT',
    title: 'finds a port that answers in the clear, once for all hosts',
    build: async (world) => {
      const plain = { ended: true, plain: 'HTTP', error: 'answers in plain HTTP, not TLS', asked: 1 } as const;
      shop(world, [await fresh()]).asked(HOST, '203.0.113.1', [], plain);
      world.asked('b.example.com', '203.0.113.1', [], plain);
    },
    expect: [
      {
        placement: A,
        message:
          '203.0.113.1:443, which is to serve shop.example.com and b.example.com with TLS, answers in plain HTTP',
        also: ['tls://203.0.113.1:443#b.example.com', 'ingress/shop/web'],
      },
    ],
  },
  {
    code: 'NO_CERTIFICATE_SERVED',
    title:
      'finds a handshake that was ended, explained by the Secret that is missing; not an address that nobody reached',
    build: (world) => {
      shop(world)
        .asked(HOST, '203.0.113.1', [], { ended: true, error: 'closes the connection during the handshake' })
        .asked(HOST, '203.0.113.2', [], { error: 'connection refused' });
      world.place('secret/shop/web-tls#tls.crt', [], { role: 'ingress-tls', layer: 'ingress', missing: 'is gone' });
    },
    expect: [
      {
        placement: A,
        explainedBy: 'SECRET_MISSING',
        message: `203.0.113.1:443 shows no certificate for ${HOST}: it closes the connection during the handshake`,
      },
    ],
  },
  {
    code: 'TLS_ENDED_IN_FRONT',
    title:
      'recognises a CDN by its header, a load balancer by its name or its issuer, anything by where the name leads',
    build: async (world) => {
      const now = await fresh();
      shop(world, [now]).asked(HOST, '203.0.113.1', [[now]]);
      world.asked(HOST, '203.0.113.2', [[await older()]], { by: ['dns'], server: 'cloudflare' });
      world.asked(HOST, '203.0.113.3', [[await older()]], { by: ['dns'] });
      const host = (name: string) => `${name}.example.com`;
      for (const name of ['elb', 'acm']) world.ingress('x', name, [{ hosts: [host(name)], secretName: name }]);
      const named = 'k8s-1.elb.eu-west-1.amazonaws.com';
      world.asked(host('elb'), '203.0.113.4', [[await makeServer([host('elb')])]], { named });
      const issuer = await makeCA('x', { subject: 'C=US,O=Amazon,CN=Amazon RSA 2048 M02' });
      world.asked(host('acm'), '203.0.113.5', [[await makeServer([host('acm')], { issuer })]]);
    },
    expect: [
      { placement: B, severity: 'info', evidence: /calls itself cloudflare \(Cloudflare\)/ },
      {
        placement: 'tls://203.0.113.3:443#shop.example.com',
        evidence: /the name leads to 203\.0\.113\.3, while 203\.0\.113\.1 of the controller shows what is stored/,
      },
      { placement: 'tls://203.0.113.4:443#elb.example.com', evidence: /its name is k8s-1\.elb\.eu-west-1/ },
      { placement: 'tls://203.0.113.5:443#acm.example.com', evidence: /issued by .*Amazon RSA 2048 M02/ },
    ],
  },
  {
    code: 'TLS_ENDED_IN_FRONT',
    title: 'is silent about what is stored, what does not cover the host, and what shows no sign',
    build: async (world) => {
      const now = await fresh();
      shop(world, [now])
        .asked(HOST, '203.0.113.1', [[now]], { server: 'cloudflare' })
        .asked(HOST, '203.0.113.2', [[await makeServer(['x'])]], { server: 'cloudflare' })
        .asked(HOST, '203.0.113.3', [[await older()]]);
    },
    expect: [],
  },
  {
    code: 'HOST_CLAIMED_TWICE',
    title: 'finds two Ingresses of one controller with different certificates for a host',
    build: async (world) => {
      shop(world, [await fresh()]).tlsSecret('blog', 'b', [await older()]);
      world.ingress('blog', 'b', [{ hosts: ['SHOP.example.com'], secretName: 'b' }], { className: 'nginx' });
    },
    expect: [
      {
        placement: 'ingress/shop/web',
        severity: 'warning',
        also: ['ingress/blog/b', 'secret/shop/web-tls#tls.crt', 'secret/blog/b#tls.crt'],
        message: `ingress/shop/web and ingress/blog/b serve ${HOST} with different certificates, in secret/shop/web-tls#tls.crt and secret/blog/b#tls.crt`,
        fix: 'kubectl -n blog get secret b',
      },
    ],
  },
  {
    code: 'HOST_CLAIMED_TWICE',
    title: 'is critical where one of the two has expired',
    build: async (world) => {
      shop(world, [await fresh()]).tlsSecret('blog', 'b', [await older(-2)]);
      world.ingress('blog', 'b', [{ hosts: [HOST], secretName: 'b' }], { className: 'nginx' });
    },
    expect: [{ placement: 'secret/blog/b#tls.crt', severity: 'critical' }],
  },
  {
    code: 'HOST_CLAIMED_TWICE',
    title: "finds an expired wildcard in Traefik's one store, though another host names it",
    build: async (world) => {
      const wild = (to: number) => makeServer(['*.example.com'], { from: -90, to });
      world.tlsSecret('default', 'tls', [await wild(60)]).tlsSecret('logging', 'tls', [await wild(-8)]);
      world.route('IngressRoute', 'default', 'www', {
        hosts: ['www.example.com'],
        secrets: [{ namespace: 'default', name: 'tls' }],
      });
      world.route('IngressRoute', 'logging', 'logs', {
        hosts: ['logs.example.com'],
        secrets: [{ namespace: 'logging', name: 'tls' }],
      });
    },
    expect: [
      {
        placement: 'secret/logging/tls#tls.crt',
        severity: 'critical',
        message:
          'Traefik may pick any of secret/default/tls#tls.crt and secret/logging/tls#tls.crt for www.example.com, since all its certificates lie in one store',
        fix: 'renew or delete that in secret/logging/tls#tls.crt',
      },
    ],
  },
  {
    code: 'HOST_CLAIMED_TWICE',
    title: 'is silent about copies of one certificate, other controllers, and a wildcard beside the exact name',
    build: async (world) => {
      const now = await fresh();
      shop(world, [now])
        .tlsSecret('blog', 'b', [now])
        .tlsSecret('c', 'c', [await older()]);
      world.ingress('blog', 'b', [{ hosts: [HOST], secretName: 'b' }], { className: 'nginx' });
      world.ingress('c', 'c', [{ hosts: [HOST], secretName: 'c' }], { className: 'traefik' });
      world.tlsSecret('d', 'd', [await makeServer(['*.example.com'])]);
      world.ingress('d', 'd', [{ hosts: ['*.example.com'], secretName: 'd' }], { className: 'nginx' });
    },
    expect: [],
  },
  {
    code: 'MANAGED_CERTIFICATE_FAILS',
    title: 'has a domain that leads elsewhere',
    build: (world) =>
      managed(world, {
        state: 'Provisioning',
        failing: [{ domain: 'b.example', state: 'FailedNotVisible' }],
        created: new Date(NOW - 1000).toISOString(),
      }),
    expect: [
      {
        placement: 'managedcertificate/shop/web',
        message: 'ManagedCertificate shop/web is not in order: Provisioning; b.example (FailedNotVisible)',
      },
    ],
  },
  {
    code: 'MANAGED_CERTIFICATE_FAILS',
    title: 'has been waiting for days',
    build: (world) => managed(world, { state: 'Provisioning', created: new Date(NOW - 3 * DAY).toISOString() }),
    expect: [{ placement: 'managedcertificate/shop/web' }],
  },
  {
    code: 'MANAGED_CERTIFICATE_FAILS',
    title: 'is active, or young',
    build: (world) => {
      managed(world, {});
      managed(world, { name: 'b', state: 'Provisioning', created: new Date(NOW - 1000).toISOString() });
    },
    expect: [],
  },
  {
    code: 'MANAGED_CERTIFICATE_EXPIRING',
    title: 'was not renewed, for its renewal fails',
    build: (world) => managed(world, { state: 'RenewalFailed', notAfter: new Date(NOW + 5 * DAY).toISOString() }),
    expect: [
      {
        placement: 'managedcertificate/shop/web',
        severity: 'critical',
        explainedBy: 'MANAGED_CERTIFICATE_FAILS',
      },
    ],
  },
  {
    code: 'MANAGED_CERTIFICATE_EXPIRING',
    title: 'is not one with a month left',
    build: (world) => managed(world, { notAfter: new Date(NOW + 31 * DAY).toISOString() }),
    expect: [],
  },
  {
    code: 'CERTIFICATE_KEPT_ELSEWHERE',
    title: 'is one of AWS by the annotation of a Service',
    build: (world) =>
      world.fact(
        'loadBalancer',
        {
          namespace: 'shop',
          name: 'web',
          annotation: 'service.beta.kubernetes.io/aws-load-balancer-ssl-cert',
          certificates: ['arn:aws:acm:eu-west-1:1:certificate/x'],
          addresses: ['lb.example'],
          ports: [443],
        },
        'load-balancers',
      ),
    expect: [
      {
        placement: 'service/shop/web',
        severity: 'info',
        message: 'service/shop/web takes its certificate for lb.example from AWS Certificate Manager or IAM',
        evidence: /arn:aws:acm/,
        fix: 'kubectl certs check lb.example:443',
      },
    ],
  },
  {
    code: 'CERTIFICATE_KEPT_ELSEWHERE',
    title: 'says who keeps the certificate where an annotation, a class, a resolver or a volume does',
    build: (world) => {
      const on = (name: string, annotations: Record<string, string>, parts: object = {}) =>
        world.ingress('shop', name, [{ hosts: [HOST], secretName: name }], { annotations, ...parts });
      on('acm', { 'alb.ingress.kubernetes.io/certificate-arn': 'arn:aws:acm:eu-west-1:1:certificate/a' });
      on('alb', {}, { className: 'alb' });
      on('edge', {}, { className: 'edge' });
      world.fact('ingressClass', { name: 'edge', controller: 'ingress.k8s.aws/alb', default: false });
      on('gke', { 'networking.gke.io/managed-certificates': 'shop' });
      on('vault', { 'kubernetes.azure.com/tls-cert-keyvault-uri': 'https://v.vault.azure.net/certificates/c' });
      on('plain', {});
      world.route('IngressRoute', 'shop', 'le', { hosts: ['le.example.com'], resolver: 'le' });
      world.route('HTTPProxy', 'shop', 'through', { hosts: ['db.example.com'], passthrough: true });
      for (const name of ['a', 'b']) {
        const pod = { namespace: 'apps', name, secrets: [], configMaps: [], csiCertificates: 'csi.cert-manager.io' };
        world.fact('pod', pod);
      }
    },
    expect: [
      {
        placement: 'ingress/shop/acm',
        severity: 'info',
        message: `ingress/shop/acm takes its certificate for ${HOST} from AWS Certificate Manager; secret/shop/acm, which it names, is not served`,
        evidence: /certificate-arn is arn:aws:acm/,
      },
      { placement: 'ingress/shop/alb', evidence: /class is alb/ },
      { placement: 'ingress/shop/edge', evidence: /class is edge/ },
      { placement: 'ingress/shop/gke', evidence: /managed-certificates is shop/ },
      {
        placement: 'ingress/shop/vault',
        message: `ingress/shop/vault takes its certificate for ${HOST} from Azure Key Vault`,
      },
      { placement: 'ingressroute/shop/le', evidence: /certResolver is le/ },
      {
        placement: 'httpproxy/shop/through',
        message: 'httpproxy/shop/through takes its certificate for db.example.com from the backend itself',
      },
      { placement: 'pod/apps/a', also: ['pod/apps/b'], fix: 'kubectl -n apps get certificaterequests' },
    ],
  },
  {
    code: 'DELEGATED_SECRET_UNNAMED',
    title: 'finds the short name of a delegated Secret, which explains that the Secret is missing',
    build: (world) => {
      delegation(world, ['*']);
      proxy(world, { namespace: 'kube-system', name: 'apps' });
      world.place('secret/kube-system/apps#tls.crt', [], {
        role: 'ingress-tls',
        layer: 'ingress',
        missing: 'is not there',
      });
    },
    expect: [
      {
        placement: 'httpproxy/kube-system/hubble',
        message:
          'httpproxy/kube-system/hubble names Secret apps without its namespace: kube-system has none of that name, and projectcontour/apps is delegated to it',
        fix: 'write secretName: projectcontour/apps',
        evidence: /TLSError/,
      },
    ],
  },
  {
    code: 'SECRET_MISSING',
    title: 'is explained by a delegated Secret that was meant',
    build: (world) => {
      delegation(world, ['kube-system']);
      proxy(world, { namespace: 'kube-system', name: 'apps' });
      world.place('secret/kube-system/apps#tls.crt', [], {
        role: 'ingress-tls',
        layer: 'ingress',
        missing: 'is not there',
      });
    },
    expect: [{ placement: 'secret/kube-system/apps#tls.crt', explainedBy: 'DELEGATED_SECRET_UNNAMED' }],
  },
  {
    code: 'DELEGATED_SECRET_UNNAMED',
    title: 'is silent where the namespace has its own, and where nothing is delegated to it',
    build: async (world) => {
      delegation(world, ['team']);
      proxy(world, { namespace: 'kube-system', name: 'apps' });
      proxy(world, { namespace: 'team', name: 'apps' }, 'team').tlsSecret('team', 'apps', [await fresh()]);
    },
    expect: [],
  },
  {
    code: 'SECRET_NOT_DELEGATED',
    title: 'finds the Secret of another namespace that is not delegated to the route',
    build: (world) => {
      delegation(world, ['team']);
      proxy(world, { namespace: 'projectcontour', name: 'apps' });
      proxy(world, { namespace: 'projectcontour', name: 'apps' }, 'team');
    },
    expect: [{ placement: 'httpproxy/kube-system/hubble', fix: 'TLSCertificateDelegation of apps to kube-system' }],
  },
  {
    code: 'CRL_EXPIRED',
    title: 'is critical where an Ingress verifies clients by the list, and warns elsewhere',
    build: (world) => {
      lists(world, 'client-ca', -1);
      lists(world, 'unused', -1);
      lists(world, 'good', 7);
      world
        .ingress('shop', 'api', [], {
          className: 'nginx',
          annotations: { 'nginx.ingress.kubernetes.io/auth-tls-secret': 'shop/client-ca' },
        })
        .controller('ingress-nginx');
    },
    expect: [
      {
        placement: 'secret/shop/client-ca#ca.crl',
        severity: 'critical',
        also: ['ingress/shop/api'],
        impact: /every client certificate is refused at ingress\/shop\/api/,
        fix: 'rollout restart deploy/ingress-nginx',
      },
      { placement: 'secret/shop/unused#ca.crl', severity: 'warning' },
    ],
  },
  {
    code: 'KEYSTORE_DIFFERS',
    title: 'finds a keystore that was left behind, and is critical once what it holds has expired',
    build: async (world) => {
      const place = 'secret/shop/web-tls#keystore.p12';
      shop(store(world, 'opened'), [await fresh()]).place(place, [await older(-1)], {
        role: 'keystore',
        layer: 'ingress',
      });
    },
    expect: [
      {
        placement: 'secret/shop/web-tls#keystore.p12',
        severity: 'critical',
        also: ['certificate/shop/web'],
        evidence: /^keystore\.p12: serial/,
        fix: 'cmctl renew web -n shop',
      },
    ],
  },
  {
    code: 'KEYSTORE_LOCKED',
    title: 'finds a password that does not open it',
    build: async (world) => shop(store(world, 'locked', 'no password opens it'), [await fresh()]),
    expect: [
      {
        placement: 'secret/shop/web-tls#keystore.p12',
        message: 'secret/shop/web-tls#keystore.p12 does not open with pass#password',
        evidence: /no password opens it/,
      },
    ],
  },
  {
    code: 'KEYSTORE_LOCKED',
    title: 'says that it is damaged',
    build: async (world) => shop(store(world, 'damaged'), [await fresh()]),
    expect: [
      { placement: 'secret/shop/web-tls#keystore.p12', message: 'secret/shop/web-tls#keystore.p12 cannot be read' },
    ],
  },
  {
    code: 'KEYSTORE_MISSING',
    title: 'warns of one that is not there, and is critical where its password is not: then nothing is written',
    build: async (world) => {
      shop(store(world, 'password-missing'), [await fresh()]);
      const named = { namespace: 'shop', secret: 'b-tls', certificate: 'b', key: 'keystore.jks', kind: 'jks' as const };
      world.fact('keystore', { ...named, state: 'missing' });
    },
    expect: [
      { placement: 'secret/shop/web-tls#keystore.p12', severity: 'critical', fix: 'create secret generic pass' },
      { placement: 'secret/shop/b-tls#keystore.jks', severity: 'warning' },
    ],
  },
  {
    code: 'CHAIN_INCOMPLETE',
    title: 'of what is served as it is stored is explained by the Secret',
    build: async (world) => {
      const root = await makeCA('root');
      const issuer = await makeCA('intermediate', { issuer: root });
      const leaf = await makeServer([HOST], { issuer });
      world.bundle('root/x', [root], { role: 'public-root', layer: 'none' });
      world.place('configmap/x/y#ca.crt[0]', [issuer], { role: 'configmap-bundle', bundle: true });
      shop(world, [leaf]).asked(HOST, '203.0.113.1', [[leaf]]);
    },
    expect: [
      { placement: 'secret/shop/web-tls#tls.crt', explainedBy: 'none' },
      { placement: A, explainedBy: 'CHAIN_INCOMPLETE' },
    ],
  },
];

/** Everything as it should be. */
async function inOrder(world: World): Promise<void> {
  const now = await fresh();
  shop(world, [now]).asked(HOST, '203.0.113.1', [[now]]);
  delegation(world, ['kube-system']);
  proxy(world, { namespace: 'projectcontour', name: 'apps' });
  lists(world, 'good', 7);
  store(world, 'opened').place('secret/shop/web-tls#keystore.p12', [now], { role: 'keystore', layer: 'ingress' });
  world.fact('pod', { namespace: 'apps', name: 'a', secrets: ['x'], configMaps: [] });
}

/** Service shop/db, whose Pod has mounted Secret shop/db-tls for longer than that holds this. */
function database(world: World, stored: Awaited<ReturnType<typeof makeServer>>): World {
  const service = { namespace: 'shop', type: 'ClusterIP', clusterIPs: ['10.96.0.40'], selector: {} };
  world.fact('service', { ...service, name: 'db', addresses: ['203.0.113.40'], ports: [{ port: 5432 }] });
  world.fact('service', { ...service, name: 'cache', addresses: [], ports: [{ port: 6379 }] });
  world.fact('endpoints', { namespace: 'shop', service: 'db', ready: ['10.244.1.40'], notReady: [] });
  const pod = { namespace: 'shop', name: 'db-0', owner: 'statefulset/db', ip: '10.244.1.40', configMaps: [] };
  world.fact('pod', { ...pod, secrets: ['db-tls', 'password'], started: rfc(-40) });
  return world.tlsSecret('shop', 'db-tls', [stored], { role: 'tls-secret' });
}

function delegation(world: World, namespaces: string[]): World {
  return world.fact('delegation', {
    namespace: 'projectcontour',
    name: 'apps',
    secrets: [{ name: 'apps', namespaces }],
  });
}

function proxy(world: World, secret: { namespace: string; name: string }, namespace = 'kube-system'): World {
  return world.route('HTTPProxy', namespace, 'hubble', {
    hosts: ['hubble.example.com'],
    secrets: [secret],
    problems: ['TLSError: SecretNotValid: Secret not found'],
  });
}

function store(world: World, state: FactKinds['keystore']['state'], reason?: string): World {
  const named = { namespace: 'shop', secret: 'web-tls', certificate: 'web', passwordSecret: 'pass#password' };
  return world.fact('keystore', { ...named, key: 'keystore.p12', kind: 'pkcs12', state, ...(reason && { reason }) });
}

function lists(world: World, name: string, next: number): World {
  return world.fact('secret', {
    namespace: 'shop',
    name,
    type: 'Opaque',
    keys: ['ca.crt', 'ca.crl'],
    resourceVersion: '1',
    problems: [],
    crls: [{ key: 'ca.crl', issuer: 'CN=clients', thisUpdate: rfc(next - 7), nextUpdate: rfc(next) }],
  });
}
