import assert from 'node:assert/strict';
import { caBundles } from '../../../../src/io/collect/cluster/ca-bundles.ts';
import { certificates } from '../../../../src/io/collect/ingress/certificates.ts';
import { gateways } from '../../../../src/io/collect/ingress/gateways.ts';
import { ingresses } from '../../../../src/io/collect/ingress/ingresses.ts';
import { issuers } from '../../../../src/io/collect/ingress/issuers.ts';
import { secrets } from '../../../../src/io/collect/ingress/secrets.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import type { KubeRequest } from '../../../../src/io/ports/kube-api.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { type RunOptions, runSources } from '../../../support/run-sources.ts';

const SOURCES = [ingresses, gateways, certificates, issuers, caBundles, secrets];
/** Kinds that every cluster serves, and here cert-manager's. */
const EMPTY = [
  '/api/v1/secrets',
  '/apis/networking.k8s.io/v1/ingresses',
  '/apis/cert-manager.io/v1/certificates',
  '/apis/cert-manager.io/v1/issuers',
  '/apis/cert-manager.io/v1/clusterissuers',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  '/apis/apiregistration.k8s.io/v1/apiservices',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
];
const life = { notBefore: 0, notAfter: 1e12 };
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

describe('collecting Secrets', () => {
  let ca: Minted;
  let leaf: Minted;
  let hook: Minted;

  before(async () => {
    ca = await mint({ subject: 'CN=ca', isCA: true, ...life });
    leaf = await mint({ subject: 'CN=a', dnsNames: ['a.example'], issuer: ca, ...life });
    hook = await mint({ subject: 'CN=hook', dnsNames: ['hook.ops.svc'], issuer: ca, ...life });
  });

  type Data = Record<string, string>;
  const pair = (minted: Minted): Data => ({ 'tls.crt': base64(minted.pem), 'tls.key': base64(minted.keyPem) });
  const secret = (id: string, data: Data, parts: { type?: string; metadata?: object } = {}) => {
    const [namespace, name] = id.split('/');
    return serve.secret({
      type: 'kubernetes.io/tls',
      ...parts,
      metadata: { namespace, name, ...parts.metadata },
      data,
    });
  };
  const opaque = { type: 'Opaque' };
  const ingress = (namespace: string, secretName: string, spec: object = {}) =>
    serve.ingress({
      metadata: { namespace, name: 'web' },
      spec: { tls: [{ hosts: ['a.example'], secretName }], ...spec },
    });
  const webhook = (name: string, service: object, annotations = {}) =>
    serve.other('/apis/admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', {
      metadata: { name, annotations },
      webhooks: [{ name, clientConfig: { service, caBundle: base64(ca.pem) } }],
    });
  const run = (objects: Served[], options: RunOptions & { denies?: (request: KubeRequest) => boolean } = {}) =>
    runSources(
      SOURCES,
      objectKube(objects, { served: EMPTY, ...(options.denies && { denies: options.denies }) }),
      options,
    );
  const secretReadings = ({ observations }: Awaited<ReturnType<typeof run>>) =>
    observations
      .filter(({ source }) => source === 'secrets')
      .map(({ state, reason, command }) => ({ state, reason, command }));

  describe('of type kubernetes.io/tls', () => {
    it('places tls.crt with its key and each member of ca.crt', async () => {
      const data = { ...pair(leaf), 'tls.crt': base64(leaf.pem + ca.pem), 'ca.crt': base64(ca.pem + leaf.pem) };
      const { placement, facts } = await run([secret('shop/web', data)]);
      const unclaimed = { layer: 'ingress', manager: 'unknown' };
      assert.deepEqual(placement('secret/shop/web#tls.crt'), {
        ref: 'secret/shop/web#tls.crt',
        ...unclaimed,
        role: 'tls-secret',
        chain: [leaf.certificate.sha256, ca.certificate.sha256],
        key: leaf.certificate.spki,
      });
      assert.deepEqual(placement('secret/shop/web#ca.crt[1]'), {
        ref: 'secret/shop/web#ca.crt[1]',
        ...unclaimed,
        role: 'secret-ca',
        chain: [leaf.certificate.sha256],
        bundle: true,
      });
      assert.equal(facts('secret').length, 1);
    });

    it('keeps what does not read as a missing placement with its reason', async () => {
      const { placement, facts } = await run([secret('shop/web', { ...pair(leaf), 'tls.crt': base64('x') })]);
      assert.equal(placement('secret/shop/web#tls.crt')?.missing, 'tls.crt holds no certificate');
      assert.equal(placement('secret/shop/web#tls.crt')?.key, leaf.certificate.spki);
      assert.deepEqual(facts('secret')[0]?.problems, ['tls.crt holds no certificate']);
    });

    it('asks for nothing else, page by page', async () => {
      const kube = objectKube(
        Array.from({ length: 130 }, (_, index) => secret(`shop/web-${index}`, pair(leaf))),
        { served: EMPTY },
      );
      const { placements } = await runSources([secrets], kube);
      assert.equal(placements.length, 130);
      assert.deepEqual(
        kube.requests.map(({ query }) => [query?.fieldSelector, query?.labelSelector, query?.limit]),
        [
          ['type=kubernetes.io/tls', undefined, '100'],
          ['type!=kubernetes.io/tls', 'controller.cert-manager.io/fao=true', '100'],
          ['type=kubernetes.io/tls', undefined, '200'],
        ],
      );
    });

    it('asks for fewer at a time when they are huge', async () => {
      const blob = 'A'.repeat(2 << 20);
      const huge = Array.from({ length: 120 }, (_, index) => secret(`shop/web-${index}`, { ...pair(leaf), blob }));
      const kube = objectKube(huge, { served: EMPTY });
      await runSources([secrets], kube);
      const limits = kube.requests
        .filter(({ query }) => query?.labelSelector === undefined)
        .map(({ query }) => query?.limit);
      assert.deepEqual(limits, ['100', '15', '15']);
    });
  });

  describe('of other types', () => {
    it('reads those that cert-manager labels, but not its temporary keys', async () => {
      const labels = { 'controller.cert-manager.io/fao': 'true' };
      const { refs } = await run([
        secret('shop/old', pair(leaf), { ...opaque, metadata: { labels } }),
        secret(
          'shop/next',
          { 'tls.key': base64(leaf.keyPem) },
          {
            ...opaque,
            metadata: { labels: { ...labels, 'cert-manager.io/next-private-key': 'true' } },
          },
        ),
        secret('shop/unlabelled', pair(leaf), opaque),
      ]);
      assert.deepEqual(refs, ['secret/shop/old#tls.crt']);
    });

    it('reads every Secret with --all-secrets and keeps those with certificates alone', async () => {
      const { refs, facts } = await run(
        [
          secret('shop/web', pair(leaf)),
          secret('shop/db', { 'server.pem': base64(leaf.pem), password: base64('hunter2') }, opaque),
          secret('shop/plain', { password: base64('hunter2') }, opaque),
          secret('shop/helm', pair(leaf), { type: 'helm.sh/release.v1' }),
        ],
        { scope: { allSecrets: true } },
      );
      assert.deepEqual(refs, ['secret/shop/web#tls.crt', 'secret/shop/db#server.pem']);
      assert.deepEqual(
        facts('secret').map(({ name }) => name),
        ['web', 'db'],
      );
    });
  });

  describe('that something names', () => {
    it('says what each is for, in which layer, by whom it is renewed', async () => {
      const metadata = { annotations: { 'cert-manager.io/certificate-name': 'web' } };
      const { placement } = await run([
        ingress('shop', 'web'),
        secret('shop/web', pair(leaf), { metadata }),
        secret('cert-manager/root', pair(ca)),
        serve.certManager('clusterissuers', { metadata: { name: 'ca' }, spec: { ca: { secretName: 'root' } } }),
        webhook('v.x.io', { namespace: 'ops', name: 'hook' }),
        secret('ops/hook', { ...pair(hook), 'ca.crt': base64(ca.pem) }),
        secret('ops/other', pair(leaf)),
        secret('ops/ca', pair(ca)),
      ]);
      const use = (ref: string) => {
        const { layer, role, manager } = placement(ref)!;
        return `${layer} ${role} ${manager}`;
      };
      assert.equal(use('secret/shop/web#tls.crt'), 'ingress ingress-tls cert-manager');
      assert.equal(use('secret/cert-manager/root#tls.crt'), 'ingress issuer-ca unknown');
      assert.equal(use('secret/ops/hook#tls.crt'), 'cluster webhook-serving unknown');
      assert.equal(use('secret/ops/hook#ca.crt[0]'), 'cluster secret-ca unknown');
      assert.equal(use('secret/ops/other#tls.crt'), 'ingress tls-secret unknown');
      assert.equal(use('secret/ops/ca#tls.crt'), 'ingress secret-ca unknown');
    });

    it('gets those that the lists did not show', async () => {
      const { placement } = await run([ingress('shop', 'web'), secret('shop/web', pair(leaf), opaque)]);
      assert.equal(placement('secret/shop/web#tls.crt')?.role, 'ingress-tls');
    });

    it('calls one missing that is not there, and says where one of its name is', async () => {
      const result = await run([ingress('shop', 'web'), secret('other/web', pair(leaf))]);
      assert.deepEqual(result.placement('secret/shop/web#tls.crt'), {
        ref: 'secret/shop/web#tls.crt',
        layer: 'ingress',
        role: 'ingress-tls',
        manager: 'unknown',
        chain: [],
        missing:
          'Secret shop/web does not exist, though ingress/shop/web names it; one of that name is in namespace other',
      });
      assert.deepEqual(secretReadings(result).at(-1), {
        state: 'complete',
        reason: undefined,
        command: 'kubectl get secrets -n shop web',
      });
    });

    it('calls one missing that holds no certificate where it should', async () => {
      const { placement } = await run([
        ingress('shop', 'web'),
        secret('shop/web', { 'server.pem': base64(leaf.pem) }, opaque),
      ]);
      assert.equal(
        placement('secret/shop/web#tls.crt')?.missing,
        'Secret shop/web holds no certificate under tls.crt, though ingress/shop/web names it',
      );
      assert.ok(placement('secret/shop/web#server.pem'));
    });

    it('expects none for an Ingress whose controller takes certificates from elsewhere', async () => {
      const { placements } = await run([ingress('shop', 'web', { ingressClassName: 'alb' })]);
      assert.deepEqual(placements, []);
    });

    it('reads the Secret of another namespace that a Gateway names, whatever -n says', async () => {
      const listener = { name: 'https', tls: { certificateRefs: [{ name: 'web', namespace: 'certs' }] } };
      const { placement } = await run(
        [
          serve.gateway({ metadata: { namespace: 'edge', name: 'gw' }, spec: { listeners: [listener] } }),
          secret('certs/web', pair(leaf)),
        ],
        { scope: { namespaces: ['edge'] } },
      );
      assert.equal(placement('secret/certs/web#tls.crt')?.role, 'gateway-tls');
    });

    it('takes cert-manager for the manager of what one of its Certificates has not made yet', async () => {
      const { placement } = await run([
        serve.certManager('certificates', { metadata: { namespace: 'shop', name: 'c' }, spec: { secretName: 'web' } }),
        ingress('shop', 'web'),
      ]);
      const { role, manager } = placement('secret/shop/web#tls.crt')!;
      assert.deepEqual([role, manager], ['ingress-tls', 'cert-manager']);
    });

    it('follows an injected caBundle to the Secret of its server', async () => {
      const { placement } = await run([
        webhook('v.x.io', { namespace: 'ops', name: 'hook' }, { 'cert-manager.io/inject-ca-from': 'ops/serving' }),
        serve.certManager('certificates', {
          metadata: { namespace: 'ops', name: 'serving' },
          spec: { secretName: 's' },
        }),
        secret('ops/s', pair(leaf)),
      ]);
      const { layer, role } = placement('secret/ops/s#tls.crt')!;
      assert.deepEqual([layer, role], ['cluster', 'webhook-serving']);
    });

    const admission: [service: string, id: string, key: string][] = [
      ['ingress-nginx-controller-admission', 'ops/ingress-nginx-admission', 'cert'],
      ['stack-operator', 'ops/stack-admission', 'cert'],
      ['gatekeeper-webhook-service', 'ops/gatekeeper-webhook-server-cert', 'tls.crt'],
    ];
    for (const [service, id, key] of admission) {
      it(`finds the Secret of ${service} by the custom of its maker`, async () => {
        const { placement, placements } = await run([
          webhook('v.x.io', { namespace: 'ops', name: service }),
          secret(id, { [key]: base64(leaf.pem) }, opaque),
        ]);
        const { layer, role } = placement(`secret/${id}#${key}`)!;
        assert.deepEqual([layer, role], ['cluster', 'webhook-serving']);
        assert.deepEqual(
          placements.filter(({ missing }) => missing),
          [],
        );
      });
    }

    it('reads what the command line names, in the namespace in force', async () => {
      const target = { kind: 'object', text: 'secret/db', objectKind: 'secret', name: 'db' } as const;
      const result = await run([secret('team/db', { 'server.pem': base64(leaf.pem) }, opaque)], {
        scope: { targets: [target] },
      });
      assert.deepEqual(result.refs, ['secret/team/db#server.pem']);
      const absent = await run([], { scope: { targets: [target] } });
      assert.equal(absent.placements[0]?.missing, 'Secret team/db does not exist');
    });
  });

  describe('of meshes', () => {
    const istio = { namespace: 'mesh', name: 'istiod-canary' };

    it("reads Istio's CA beside its webhook, and does not miss the layout that is not in use", async () => {
      const { placements } = await run([
        webhook('x.sidecar-injector.istio.io', istio),
        secret(
          'mesh/cacerts',
          {
            'ca-cert.pem': base64(leaf.pem),
            'ca-key.pem': base64(leaf.keyPem),
            'root-cert.pem': base64(ca.pem),
          },
          opaque,
        ),
      ]);
      assert.deepEqual(
        placements
          .filter(({ ref }) => ref.startsWith('secret/'))
          .map(({ ref, layer, role, key }) => [ref, layer, role, key]),
        [
          ['secret/mesh/cacerts#ca-cert.pem', 'mesh', 'istio-ca', leaf.certificate.spki],
          ['secret/mesh/cacerts#root-cert.pem[0]', 'mesh', 'istio-root', undefined],
        ],
      );
    });

    const managers: [title: string, id: string, parts: object, data: object, manager: string][] = [
      ['istiod for its own CA', 'mesh/istio-ca-secret', { type: 'istio.io/ca-root' }, {}, 'istiod'],
      ['istiod for a CA that it keeps in cacerts', 'mesh/cacerts', opaque, { 'istio-generated': '' }, 'istiod'],
      ['nobody known for a plugged-in CA', 'mesh/cacerts', opaque, {}, 'unknown'],
      [
        'a person for one that kubectl made',
        'mesh/cacerts',
        { ...opaque, metadata: { managedFields: [{ manager: 'kubectl-create', fieldsV1: { 'f:data': {} } }] } },
        {},
        'person',
      ],
    ];
    for (const [title, id, parts, data, manager] of managers) {
      it(`takes ${title} for the manager`, async () => {
        const { placements } = await run([
          webhook('x.sidecar-injector.istio.io', istio),
          secret(id, { 'ca-cert.pem': base64(ca.pem), ...data }, parts),
        ]);
        assert.equal(placements.find(({ role }) => role === 'istio-ca')?.manager, manager);
      });
    }

    it("misses Linkerd's issuer and webhook Secrets, which have to be there", async () => {
      const { placements } = await run([
        webhook('linkerd-proxy-injector.linkerd.io', { namespace: 'linkerd', name: 'linkerd-proxy-injector' }),
      ]);
      assert.deepEqual(
        placements.filter(({ missing }) => missing).map(({ ref, role }) => [ref, role]),
        [
          ['secret/linkerd/linkerd-proxy-injector-k8s-tls#tls.crt', 'linkerd-webhook'],
          ['secret/linkerd/linkerd-identity-issuer#crt.pem', 'linkerd-issuer'],
        ],
      );
    });

    it('takes the Secret of a Linkerd webhook by the name that earlier versions gave it', async () => {
      const { placements } = await run([
        webhook('linkerd-proxy-injector.linkerd.io', { namespace: 'linkerd', name: 'linkerd-proxy-injector' }),
        secret('linkerd/linkerd-proxy-injector-tls', { 'crt.pem': base64(hook.pem) }, opaque),
      ]);
      assert.deepEqual(
        placements
          .filter(({ ref }) => ref.startsWith('secret/'))
          .map(({ ref, missing }) => [ref, missing !== undefined]),
        [
          ['secret/linkerd/linkerd-identity-issuer#crt.pem', true],
          ['secret/linkerd/linkerd-proxy-injector-tls#crt.pem', false],
        ],
      );
    });

    it('looks in their usual namespaces where webhooks may not be read', async () => {
      const { placement } = await run(
        [secret('linkerd/linkerd-identity-issuer', { 'crt.pem': base64(ca.pem) }, opaque)],
        {
          denies: ({ path }) => path.includes('admissionregistration'),
        },
      );
      assert.equal(placement('secret/linkerd/linkerd-identity-issuer#crt.pem')?.role, 'linkerd-issuer');
    });

    it('lists nothing when only the mesh is asked for', async () => {
      const kube = objectKube([webhook('x.sidecar-injector.istio.io', istio), secret('shop/web', pair(leaf))], {
        served: EMPTY,
      });
      const { refs } = await runSources(SOURCES, kube, { scope: { layers: ['mesh'] } });
      assert.deepEqual(
        refs.filter((ref) => ref.startsWith('secret/')),
        [],
      );
      assert.ok(kube.requests.every(({ path }) => path !== '/api/v1/secrets'));
    });
  });

  describe('without all rights', () => {
    const listing = ({ path }: KubeRequest) => path.endsWith('/secrets');
    const acrossNamespaces = ({ path }: KubeRequest) => path === '/api/v1/secrets';

    it("reads the context's namespace and what is named elsewhere, and says so", async () => {
      const result = await run(
        [
          secret('team/own', pair(leaf)),
          secret('shop/web', pair(leaf)),
          secret('shop/unnamed', pair(leaf)),
          ingress('shop', 'web'),
        ],
        { denies: acrossNamespaces },
      );
      assert.deepEqual(result.refs, ['secret/team/own#tls.crt', 'secret/shop/web#tls.crt']);
      const [list, , named] = secretReadings(result);
      assert.equal(list?.state, 'partial');
      assert.match(list?.reason ?? '', /only the context's namespace team was read/);
      assert.equal(named?.state, 'complete');
    });

    it('gets by name what may not be listed', async () => {
      const result = await run([secret('shop/web', pair(leaf)), ingress('shop', 'web')], { denies: listing });
      assert.deepEqual(result.refs, ['secret/shop/web#tls.crt']);
      assert.deepEqual(
        secretReadings(result).map(({ state }) => state),
        ['denied', 'denied', 'complete'],
      );
    });

    it('calls nothing missing that it may not get', async () => {
      const result = await run([ingress('shop', 'web'), ingress('team', 'open')], {
        denies: (request) => listing(request) || request.path.includes('/shop/'),
      });
      assert.deepEqual(
        result.placements.map(({ missing }) => missing),
        ['Secret team/open does not exist, though ingress/team/web names it'],
      );
      const named = secretReadings(result).at(-1);
      assert.equal(named?.state, 'partial');
      assert.match(named?.reason ?? '', /^1 of 2 named Secrets could not be read: .*forbidden/);
    });

    it('calls the named ones denied when all of them are', async () => {
      const result = await run([ingress('shop', 'web')], { denies: ({ path }) => path.includes('/secrets') });
      assert.equal(secretReadings(result).at(-1)?.state, 'denied');
    });
  });

  describe('within the scope', () => {
    it('narrows to namespaces and labels, and to the layers asked for', async () => {
      const labelled = { metadata: { labels: { app: 'a' } } };
      const objects = [
        secret('shop/a', pair(leaf), labelled),
        secret('shop/b', pair(leaf)),
        secret('team/c', pair(leaf), labelled),
        webhook('v.x.io', { namespace: 'ops', name: 'hook' }),
        secret('ops/hook', pair(hook)),
      ];
      const secretRefs = async (scope: NonNullable<RunOptions['scope']>) =>
        (await run(objects, { scope })).refs.filter((ref) => ref.startsWith('secret/'));
      assert.deepEqual(await secretRefs({ namespaces: ['shop'], selector: 'app=a' }), ['secret/shop/a#tls.crt']);
      assert.deepEqual(await secretRefs({ layers: ['cluster'] }), ['secret/ops/hook#tls.crt']);
      assert.deepEqual(await secretRefs({ cluster: false }), []);
      const { facts, observations } = await run(objects, { scope: { layers: ['cluster'] } });
      assert.deepEqual(
        facts('secret').map(({ name }) => name),
        ['hook'],
      );
      const kept = observations
        .filter(({ source }) => source === 'secrets')
        .flatMap((each) => Object.keys(each.certificates));
      assert.deepEqual(kept, [hook.certificate.sha256]);
    });
  });

  describe('against the deadline', () => {
    it('places what was listed when those that name Secrets never answer', async () => {
      const kube = objectKube([secret('shop/web', pair(leaf))], {
        served: EMPTY,
        before: ({ path }) => (path.includes('ingresses') ? new Promise<void>(() => {}) : undefined),
      });
      const { refs, states } = await runSources(SOURCES, kube, { timeout: 60 });
      assert.deepEqual(refs, ['secret/shop/web#tls.crt']);
      assert.ok(states.includes('ingresses timed-out'));
    });

    it('places the pages that came when the list breaks off', async () => {
      const kube = objectKube(
        Array.from({ length: 120 }, (_, index) => secret(`shop/web-${index}`, pair(leaf))),
        {
          served: EMPTY,
          before: ({ query }) => (query?.continue ? new Promise<void>(() => {}) : undefined),
        },
      );
      const { placements, states } = await runSources([secrets], kube, { timeout: 60 });
      assert.equal(placements.length, 100);
      assert.ok(states.includes('secrets partial'));
    });
  });

  it('lets no byte of a private key into an observation', async () => {
    const { observations } = await run(
      [
        ingress('shop', 'named'),
        secret('shop/web', pair(leaf)),
        secret('shop/mixed', { all: base64(hook.keyPem + hook.pem), password: base64('hunter2hunter2') }, opaque),
        secret('shop/named', { ...pair(ca), 'ca.key': base64(ca.keyPem) }, opaque),
      ],
      { scope: { allSecrets: true } },
    );
    const text = JSON.stringify(observations);
    assert.ok(text.includes(base64(leaf.certificate.der)), 'the certificate itself is there');
    for (const { keyPem, key } of [leaf, hook, ca]) {
      const scalar = Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url');
      const line = Buffer.from(keyPem.split('\n')[1]!);
      for (const bytes of [scalar, line]) assertHidden(text, bytes);
    }
    assertHidden(text, Buffer.from('hunter2hunter2'));
  });
});

/** Neither as text, hex nor base64 at any of its three alignments. */
function assertHidden(text: string, bytes: Buffer): void {
  const hidden = bytes.subarray(-24);
  const forms = [hidden.toString('latin1'), hidden.toString('hex')];
  for (const shift of [0, 1, 2]) forms.push(hidden.subarray(shift, shift + 21).toString('base64'));
  for (const form of forms) assert.ok(!text.includes(form), 'a part of a secret value is in an observation');
}
