import assert from 'node:assert/strict';
import { caBundles } from '../../../../src/io/collect/cluster/ca-bundles.ts';
import { configMaps } from '../../../../src/io/collect/cluster/config-maps.ts';
import { csrs } from '../../../../src/io/collect/cluster/csrs.ts';
import { pods } from '../../../../src/io/collect/cluster/pods.ts';
import { secrets } from '../../../../src/io/collect/ingress/secrets.ts';
import { meshBundles } from '../../../../src/io/collect/mesh/bundles.ts';
import { type Minted, mint, mintRequest } from '../../../../src/io/demo/mint.ts';
import { objectKube, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
let ca: Minted;
let other: Minted;

before(async () => {
  const life = { isCA: true, notBefore: 0, notAfter: 1e12 };
  ca = await mint({ subject: 'CN=ca', ...life });
  other = await mint({ subject: 'CN=other', ...life });
});

describe('collecting Pods', () => {
  it('projects each page and narrows to namespaces, but not by label', async () => {
    const kube = objectKube(
      ['shop', 'shop', 'team'].map((namespace, index) =>
        serve.pod({ metadata: { namespace, name: `p${index}` }, spec: { volumes: [{ secret: { secretName: 's' } }] } }),
      ),
    );
    const { facts } = await runSources([pods], kube, { scope: { namespaces: ['shop'], selector: 'app=x' } });
    assert.deepEqual(
      facts('pod').map(({ name, secrets }) => [name, secrets]),
      [
        ['p0', ['s']],
        ['p1', ['s']],
      ],
    );
  });
});

describe('collecting caBundles', () => {
  const registration = '/apis/admissionregistration.k8s.io/v1';
  const client = (name: string, caBundle?: string) => ({ service: { namespace: 'ns', name }, caBundle });
  const webhook = (name: string, clientConfig: object, annotations = {}) =>
    serve.other(registration, 'mutatingwebhookconfigurations', {
      metadata: { name, annotations },
      webhooks: [{ name, clientConfig }],
    });
  const apiService = (name: string, spec: object) =>
    serve.other('/apis/apiregistration.k8s.io/v1', 'apiservices', { metadata: { name }, spec });
  const definition = (name: string, clientConfig: object) =>
    serve.other('/apis/apiextensions.k8s.io/v1', 'customresourcedefinitions', {
      metadata: { name },
      spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig } } },
    });

  it('places each member with the layer of its server and the one who writes it', async () => {
    const both = base64(ca.pem + other.pem);
    const injected = { 'cert-manager.io/inject-ca-from-secret': 'ns/cert-manager-webhook-ca' };
    const copied = { 'cert-manager.io/inject-ca-from': 'ns/cert' };
    const { placements } = await runSources(
      [caBundles],
      objectKube([
        webhook('v.plain.io', client('plain', both), copied),
        webhook('rev.sidecar-injector.istio.io', client('istiod', base64(ca.pem))),
        webhook('linkerd-proxy-injector.linkerd.io', client('linkerd-proxy-injector', base64(ca.pem))),
        webhook('webhook.cert-manager.io', client('cert-manager-webhook', base64(ca.pem)), injected),
        apiService('v1alpha1.tap.linkerd.io', client('tap', base64(ca.pem))),
        apiService('v1.apps', {}),
        definition('things.x.io', client('plain', base64(ca.pem))),
      ]),
    );
    const expected: [ref: string, layer: string, role: string, manager: string][] = [
      ['mutatingwebhookconfiguration/v.plain.io#0[0]', 'cluster', 'webhook-ca', 'unknown'],
      ['mutatingwebhookconfiguration/v.plain.io#0[1]', 'cluster', 'webhook-ca', 'unknown'],
      ['mutatingwebhookconfiguration/rev.sidecar-injector.istio.io#0[0]', 'mesh', 'webhook-ca', 'istiod'],
      ['mutatingwebhookconfiguration/linkerd-proxy-injector.linkerd.io#0[0]', 'mesh', 'webhook-ca', 'unknown'],
      ['mutatingwebhookconfiguration/webhook.cert-manager.io#0[0]', 'ingress', 'webhook-ca', 'cert-manager'],
      ['apiservice/v1alpha1.tap.linkerd.io[0]', 'mesh', 'apiservice-ca', 'unknown'],
      ['crd/things.x.io[0]', 'cluster', 'crd-conversion-ca', 'unknown'],
    ];
    assert.deepEqual(
      placements.map(({ ref, layer, role, manager }) => [ref, layer, role, manager]),
      expected,
    );
    assert.ok(placements.every(({ bundle, chain }) => bundle === true && chain.length === 1));
  });

  it('places a bundle that does not read as missing, an empty one not at all', async () => {
    const { placements, facts } = await runSources(
      [caBundles],
      objectKube([webhook('bad.x.io', client('a', base64('PLACEHOLDER'))), webhook('empty.x.io', client('b'))]),
    );
    assert.deepEqual(
      placements.map(({ ref, missing }) => [ref, missing]),
      [['mutatingwebhookconfiguration/bad.x.io#0', 'caBundle holds no certificate']],
    );
    assert.deepEqual(
      facts('caBundle').map(({ empty }) => empty),
      [false, true],
    );
  });

  it('keeps the facts of all layers and the placements of those asked for', async () => {
    const kube = objectKube([
      webhook('v.plain.io', client('plain', base64(ca.pem))),
      webhook('rev.sidecar-injector.istio.io', client('istiod', base64(ca.pem))),
    ]);
    const { placements, facts } = await runSources([caBundles], kube, { scope: { layers: ['mesh'] } });
    assert.equal(facts('caBundle').length, 2);
    assert.deepEqual(
      placements.map(({ layer }) => layer),
      ['mesh'],
    );
  });

  it('says for each kind how far it was read', async () => {
    const kube = objectKube([webhook('v.plain.io', client('plain'))], {
      served: [
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        '/apis/apiregistration.k8s.io/v1/apiservices',
      ],
      denies: ({ path }) => path.includes('apiservices'),
    });
    const { observations } = await runSources([caBundles], kube);
    assert.deepEqual(
      observations.map(({ state, command }) => [state, command]),
      [
        ['complete', 'kubectl get mutatingwebhookconfigurations.admissionregistration.k8s.io'],
        ['absent', 'kubectl get validatingwebhookconfigurations.admissionregistration.k8s.io'],
        ['denied', 'kubectl get apiservices.apiregistration.k8s.io'],
        ['complete', 'kubectl get customresourcedefinitions.apiextensions.k8s.io'],
      ],
    );
  });
});

describe('collecting CertificateSigningRequests', () => {
  it('keeps each with its state and places what was issued', async () => {
    const { pem } = await mintRequest({ subject: 'CN=system:node:n1' });
    const csr = (name: string, signerName: string, status = {}) =>
      serve.other('/apis/certificates.k8s.io/v1', 'certificatesigningrequests', {
        metadata: { name },
        spec: { request: base64(pem), signerName },
        status,
      });
    const certificate = base64(ca.pem);
    const { facts, placements } = await runSources(
      [csrs],
      objectKube([
        csr('waits', 'kubernetes.io/kubelet-serving'),
        csr('node', 'kubernetes.io/kube-apiserver-client-kubelet', { certificate }),
        csr('user', 'kubernetes.io/kube-apiserver-client', { certificate }),
        csr('mesh', 'clusterissuers.cert-manager.io/istio-ca', { certificate }),
      ]),
    );
    assert.deepEqual(
      facts('csr').map(({ name, state, subject }) => [name, state, subject]),
      [
        ['waits', 'pending', 'CN=system:node:n1'],
        ['node', 'issued', 'CN=system:node:n1'],
        ['user', 'issued', 'CN=system:node:n1'],
        ['mesh', 'issued', 'CN=system:node:n1'],
      ],
    );
    assert.deepEqual(
      placements.map(({ ref, layer, manager, chain }) => [ref, layer, manager, chain]),
      [
        ['csr/node', 'cluster', 'kubelet', [ca.certificate.sha256]],
        ['csr/user', 'cluster', 'unknown', [ca.certificate.sha256]],
        ['csr/mesh', 'ingress', 'unknown', [ca.certificate.sha256]],
      ],
    );
  });
});

describe('collecting trust bundles from ConfigMaps', () => {
  const map = (id: string, data: Record<string, string>) => {
    const [namespace, name] = id.split('/');
    return serve.configMap({ metadata: { namespace, name }, data });
  };
  const kubeconfig = (pem: string) => `clusters:\n- cluster:\n    certificate-authority-data: ${base64(pem)}\n`;
  const objects = () => [
    map('shop/kube-root-ca.crt', { 'ca.crt': ca.pem }),
    map('team/kube-root-ca.crt', { 'ca.crt': ca.pem + other.pem }),
    map('kube-system/extension-apiserver-authentication', {
      'client-ca-file': ca.pem,
      'requestheader-client-ca-file': other.pem,
      'requestheader-allowed-names': '["front-proxy-client"]',
    }),
    map('kube-public/cluster-info', { kubeconfig: kubeconfig(ca.pem) }),
    map('shop/istio-ca-root-cert', { 'root-cert.pem': ca.pem }),
    map('linkerd/linkerd-identity-trust-roots', { 'ca-bundle.crt': other.pem }),
    map('shop/own-trust', { anything: other.pem, text: 'x' }),
  ];
  const roles = ({ placements }: Awaited<ReturnType<typeof runSources>>) =>
    placements.map(({ ref, role, layer }) => `${ref} ${role} ${layer}`);

  it('reads those that the cluster publishes, by name alone', async () => {
    const kube = objectKube(objects());
    assert.deepEqual(roles(await runSources([configMaps], kube)), [
      'configmap/shop/kube-root-ca.crt#ca.crt[0] root-ca-bundle cluster',
      'configmap/team/kube-root-ca.crt#ca.crt[0] root-ca-bundle cluster',
      'configmap/team/kube-root-ca.crt#ca.crt[1] root-ca-bundle cluster',
      'configmap/kube-system/extension-apiserver-authentication#client-ca-file[0] client-ca-bundle cluster',
      'configmap/kube-system/extension-apiserver-authentication#requestheader-client-ca-file[0] requestheader-ca-bundle cluster',
      'configmap/kube-public/cluster-info#kubeconfig[0] kubeconfig-ca cluster',
    ]);
    assert.ok(kube.requests.every(({ query }) => query?.fieldSelector?.startsWith('metadata.name=')));
  });

  it('reads those of meshes', async () => {
    assert.deepEqual(roles(await runSources([meshBundles], objectKube(objects()))), [
      'configmap/shop/istio-ca-root-cert#root-cert.pem[0] istio-root mesh',
      'configmap/linkerd/linkerd-identity-trust-roots#ca-bundle.crt[0] linkerd-trust-anchor mesh',
    ]);
  });

  it('knows istiod for the manager of a root that is its own, and nobody for a plugged-in one', async () => {
    const own = serve.secret({
      metadata: { namespace: 'istio-system', name: 'istio-ca-secret' },
      type: 'istio.io/ca-root',
      data: { 'ca-cert.pem': base64(ca.pem) },
    });
    const kube = objectKube([own, map('shop/istio-ca-root-cert', { 'root-cert.pem': ca.pem + other.pem })], {
      denies: ({ path }) => path.includes('admissionregistration'),
      served: ['/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'],
    });
    const { placements } = await runSources([caBundles, secrets, meshBundles], kube);
    assert.deepEqual(
      placements.map(({ ref, manager }) => [ref.split('#')[1], manager]),
      [
        ['ca-cert.pem', 'istiod'],
        ['root-cert.pem[0]', 'istiod'],
        ['root-cert.pem[1]', 'unknown'],
      ],
    );
  });

  it('reads any other on request, and none twice', async () => {
    const kube = objectKube(objects());
    const all = roles(await runSources([configMaps, meshBundles], kube, { scope: { allSecrets: true } }));
    assert.deepEqual(
      all.filter((line) => line.includes('own-trust')),
      ['configmap/shop/own-trust#anything[0] configmap-bundle cluster'],
    );
    assert.equal(new Set(all).size, all.length);
  });

  it('reads one that the command line names, in the namespace in force, and no published one twice', async () => {
    const target = (name: string, namespace?: string) =>
      ({ kind: 'object', text: name, objectKind: 'configmap', name, ...(namespace && { namespace }) }) as const;
    const targets = [target('own'), target('own-trust', 'shop'), target('kube-root-ca.crt', 'shop')];
    const kube = objectKube([...objects(), map('team/own', { x: ca.pem })]);
    const { refs } = await runSources([configMaps], kube, { scope: { targets } });
    assert.deepEqual(
      refs.filter((ref) => ref.includes('own')),
      ['configmap/team/own#x[0]', 'configmap/shop/own-trust#anything[0]'],
    );
    assert.equal(new Set(refs).size, refs.length);
  });

  it('stays within the namespaces of the run', async () => {
    const { refs, observations } = await runSources([configMaps], objectKube(objects()), {
      scope: { namespaces: ['team'] },
    });
    assert.deepEqual(refs, ['configmap/team/kube-root-ca.crt#ca.crt[0]', 'configmap/team/kube-root-ca.crt#ca.crt[1]']);
    assert.equal(observations.length, 1);
  });

  it('keeps what does not read as a fact, and as missing where nothing does', async () => {
    const cut = ca.pem.slice(0, 90);
    const { facts, placements } = await runSources(
      [configMaps],
      objectKube([map('a/kube-root-ca.crt', { 'ca.crt': cut }), map('b/kube-root-ca.crt', { 'ca.crt': ca.pem + cut })]),
    );
    assert.deepEqual(
      facts('configMap').map(({ namespace, problems }) => [namespace, problems.length]),
      [
        ['a', 1],
        ['b', 1],
      ],
    );
    assert.match(placements[0]?.missing ?? '', /^ca.crt, line 1: BEGIN CERTIFICATE has no END/);
    assert.deepEqual(placements[1]?.chain, [ca.certificate.sha256]);
  });

  it('says which of them may not be read', async () => {
    const kube = objectKube(objects(), { denies: ({ path }) => path.includes('/kube-public/') });
    const { observations } = await runSources([configMaps], kube);
    assert.deepEqual(
      observations.map(({ state, unknown }) => [state, unknown]),
      [
        ['complete', undefined],
        ['complete', undefined],
        ['denied', 'by what joining nodes verify the API server'],
      ],
    );
  });
});
