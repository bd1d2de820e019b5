import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation } from '../../src/core/model/observation.ts';
import type { KubeFlags } from '../../src/core/parse/kubeconfig-resolve.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { caBundles } from '../../src/io/collect/cluster/ca-bundles.ts';
import { configMaps } from '../../src/io/collect/cluster/config-maps.ts';
import { csrs } from '../../src/io/collect/cluster/csrs.ts';
import { pods } from '../../src/io/collect/cluster/pods.ts';
import { factsIn } from '../../src/io/collect/cluster-source.ts';
import { certificates } from '../../src/io/collect/ingress/certificates.ts';
import { gateways } from '../../src/io/collect/ingress/gateways.ts';
import { ingresses } from '../../src/io/collect/ingress/ingresses.ts';
import { issuers } from '../../src/io/collect/ingress/issuers.ts';
import { secrets } from '../../src/io/collect/ingress/secrets.ts';
import { meshBundles } from '../../src/io/collect/mesh/bundles.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';
import { until, useBed } from '../testbed/fixture.ts';

const SOURCES = [ingresses, gateways, certificates, issuers, caBundles, pods, secrets, configMaps, meshBundles, csrs];

/** A certificate and key that openssl made, and the fingerprint that openssl says it has. */
interface Pair {
  readonly certificate: string;
  readonly key: string;
  readonly sha256: string;
}

describe('the objects of a real API server', () => {
  const bed = useBed('core');
  const folder = mkdtempSync(join(tmpdir(), 'objects-'));
  const state = {} as { own: string; far: string; web: Pair; hook: Pair };

  before('objects with certificates stand in two namespaces', async function () {
    this.timeout(60_000);
    state.own = await bed.namespace('objects');
    state.far = await bed.namespace('objects');
    state.web = makePair(folder, 'web', 'web.example');
    state.hook = makePair(folder, 'hook', `hook.${state.own}.svc`);
    await bed.apply(...objectsOf(state.own, state.far, state.web, state.hook));
    const hook = base64(state.hook.certificate);
    await bed.apply(...serversOf(state.own, hook));
    await bed.apply(...['approved', 'denied', 'pending'].map((name) => csrNamed(folder, `${state.own}-${name}`)));
    await bed.kubectl(['certificate', 'approve', `${state.own}-approved`]);
    await bed.kubectl(['certificate', 'deny', `${state.own}-denied`]);
    await until('the approved request is issued', () =>
      bed.kubectl(['get', 'csr', `${state.own}-approved`, '-o', 'jsonpath={.status.certificate}']),
    );
  });

  after('files and cluster-wide objects are removed', async () => {
    rmSync(folder, { recursive: true });
    for (const [kind, name] of [
      ['validatingwebhookconfiguration', state.own],
      ['apiservice', `v1.${state.own}.example`],
      ['crd', `things.${state.own}.example`],
    ]) {
      await bed.kubectl(['delete', '--ignore-not-found', kind!, name!]);
    }
  });

  async function read(flags: KubeFlags = {}, scope: Partial<Scope> = {}) {
    const kube = createKubeApi({
      flags: { kubeconfig: bed.superAdminKubeconfig, ...flags },
      env: {},
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
    const observations = await collect({
      sources: SOURCES,
      ports: fakePorts({ kube, clock: systemClock }),
      scope: scopeOf(scope),
      timeout: 20_000,
      signal: new AbortController().signal,
    });
    const placements = observations.flatMap((observation) => observation.placements);
    return { observations, placements, placement: (ref: string) => placements.find((item) => item.ref === ref) };
  }

  const statesOf = (observations: readonly Observation[], source: string) =>
    observations.filter((observation) => observation.source === source).map((observation) => observation.state);

  it('are read whole by an administrator', async () => {
    const { observations } = await read();
    const unread = observations.filter(({ state: how }) => how !== 'complete' && how !== 'absent');
    assert.deepEqual(
      unread.map(({ source, reason }) => [source, reason]),
      [],
    );
  });

  it('hold TLS Secrets with the fingerprints that openssl sees, their keys and what names them', async () => {
    const { placement } = await read();
    const web = placement(`secret/${state.own}/web#tls.crt`);
    assert.deepEqual([web?.chain, web?.role, web?.manager], [[state.web.sha256], 'ingress-tls', 'person']);
    assert.equal(web?.key, publicHalf(state.web.certificate));
    const opaque = placement(`secret/${state.own}/opaque#tls.crt`);
    assert.deepEqual([opaque?.chain, opaque?.role], [[state.web.sha256], 'ingress-tls']);
    const hook = placement(`secret/${state.own}/hook#tls.crt`);
    assert.deepEqual([hook?.role, hook?.layer], ['webhook-serving', 'cluster']);
  });

  it('lack the Secret that an Ingress names, which lies in another namespace', async () => {
    const { placement } = await read();
    assert.equal(
      placement(`secret/${state.own}/elsewhere#tls.crt`)?.missing,
      `Secret ${state.own}/elsewhere does not exist, though ingress/${state.own}/shop names it; ` +
        `one of that name is in namespace ${state.far}`,
    );
  });

  it('include malformed and huge Secrets, which hide nothing else', async () => {
    const { observations, placement } = await read();
    const facts = factsIn(observations, 'secret').filter(({ namespace }) => namespace === state.far);
    assert.equal(placement(`secret/${state.far}/malformed#tls.crt`)?.missing, 'tls.crt holds no certificate');
    assert.deepEqual(facts.find(({ name }) => name === 'malformed')?.problems.length, 2);
    for (const index of [0, 1, 2]) assert.ok(placement(`secret/${state.far}/huge-${index}#tls.crt`)?.chain.length);
  });

  it('include the bundles by which the API server verifies its webhooks, APIs and conversions', async () => {
    const { placement } = await read();
    for (const ref of [
      `validatingwebhookconfiguration/${state.own}#0[0]`,
      `apiservice/v1.${state.own}.example[0]`,
      `crd/things.${state.own}.example[0]`,
    ]) {
      assert.deepEqual(placement(ref)?.chain, [state.hook.sha256], ref);
    }
  });

  it('say of an aggregated API that does not answer why', async () => {
    const { observations } = await read();
    const fact = factsIn(observations, 'caBundle').find(({ name }) => name === `v1.${state.own}.example`);
    assert.equal(fact?.available?.status, 'False');
    assert.ok(fact?.available?.reason);
  });

  it('tell approved, denied and pending requests apart, and hold what was issued', async () => {
    const { observations, placement } = await read();
    const facts = factsIn(observations, 'csr').filter(({ name }) => name.startsWith(`${state.own}-`));
    assert.deepEqual(
      facts.map(({ name, state: how, subject }) => [name.slice(state.own.length + 1), how, subject]).sort(),
      [
        ['approved', 'issued', 'CN=someone,O=team'],
        ['denied', 'denied', 'CN=someone,O=team'],
        ['pending', 'pending', 'CN=someone,O=team'],
      ],
    );
    assert.equal(placement(`csr/${state.own}-approved`)?.chain.length, 1);
  });

  it("publish the cluster's own trust", async () => {
    const { placement } = await read();
    const ca = fingerprintOf(readFileSync(join(bed.pkiDir, 'ca.crt'), 'utf8'));
    const frontProxy = fingerprintOf(readFileSync(join(bed.pkiDir, 'front-proxy-ca.crt'), 'utf8'));
    const authentication = 'configmap/kube-system/extension-apiserver-authentication';
    assert.deepEqual(placement(`configmap/${state.own}/kube-root-ca.crt#ca.crt[0]`)?.chain, [ca]);
    assert.deepEqual(placement(`${authentication}#client-ca-file[0]`)?.chain, [ca]);
    assert.deepEqual(placement(`${authentication}#requestheader-client-ca-file[0]`)?.chain, [frontProxy]);
  });

  it('are read as far as the rights of a person reach who may not see Secrets', async () => {
    await bed.kubectl([
      'create',
      'clusterrole',
      `${state.own}-names`,
      '--verb=list',
      '--resource=ingresses.networking.k8s.io',
    ]);
    await bed.kubectl([
      'create',
      'clusterrolebinding',
      `${state.own}-names`,
      `--clusterrole=${state.own}-names`,
      '--user=blind',
    ]);
    const { observations, placements } = await read({ as: 'blind' });
    assert.deepEqual(statesOf(observations, 'ingresses'), ['complete']);
    assert.ok(statesOf(observations, 'secrets').every((how) => how === 'denied'));
    assert.ok(
      observations.filter(({ source }) => source === 'secrets').every(({ reason }) => reason?.includes('blind')),
    );
    // Other suites of the bed may have brought the Gateway API.
    assert.ok(statesOf(observations, 'gateways').every((how) => how === 'absent' || how === 'denied'));
    assert.deepEqual(
      placements.filter(({ missing }) => missing),
      [],
      'unknown is not missing',
    );
  });

  it('are read in the one namespace that a person may see, and this is said', async () => {
    await bed.kubectl([
      'create',
      'role',
      'own',
      '-n',
      state.own,
      '--verb=get,list',
      '--resource=secrets,configmaps,pods',
    ]);
    await bed.kubectl(['create', 'rolebinding', 'own', '-n', state.own, '--role=own', '--user=tenant']);
    const { observations, placements } = await read({ as: 'tenant', namespace: state.own });
    const list = observations.find(({ source }) => source === 'secrets');
    assert.equal(list?.state, 'partial');
    assert.match(list?.reason ?? '', new RegExp(`only the context's namespace ${state.own} was read`));
    const found = placements.filter(({ ref }) => ref.startsWith('secret/')).map(({ ref }) => ref.split('/')[1]);
    assert.deepEqual([...new Set(found)], [state.own]);
    const narrowed = await read({ as: 'tenant' }, { namespaces: [state.own] });
    assert.deepEqual([...new Set(statesOf(narrowed.observations, 'secrets').slice(0, 2))], ['complete']);
  });

  it('let no private key into an observation', async () => {
    const { observations } = await read({}, { allSecrets: true });
    const text = JSON.stringify(observations);
    assert.ok(text.includes(state.web.certificate.split('\n')[1]!.slice(0, 40)));
    // The first lines hold the modulus, which is public.
    for (const { key } of [state.web, state.hook]) assert.ok(!text.includes(key.split('\n').at(-5)!.slice(0, 40)));
  });
});

function makePair(folder: string, name: string, host: string): Pair {
  const file = join(folder, name);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${host}`],
      ...['-addext', `subjectAltName=DNS:${host}`, '-keyout', `${file}.key`, '-out', `${file}.crt`],
    ],
    { stdio: 'ignore' },
  );
  const print = execFileSync('openssl', ['x509', '-in', `${file}.crt`, '-noout', '-fingerprint', '-sha256']).toString();
  return {
    certificate: readFileSync(`${file}.crt`, 'utf8'),
    key: readFileSync(`${file}.key`, 'utf8'),
    sha256: print.split('=')[1]!.trim().replaceAll(':', '').toLowerCase(),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fingerprintOf(pem: string): string {
  return createHash('sha256').update(derOf(pem)).digest('hex');
}

function publicHalf(pem: string): string {
  const spki = execFileSync('openssl', ['x509', '-pubkey', '-noout'], { input: pem }).toString();
  return createHash('sha256').update(derOf(spki)).digest('hex');
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

function objectsOf(own: string, far: string, web: Pair, hook: Pair): object[] {
  const data = (pair: Pair) => ({ 'tls.crt': base64(pair.certificate), 'tls.key': base64(pair.key) });
  const secret = (namespace: string, name: string, content: object, type = 'kubernetes.io/tls') => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    type,
    data: content,
  });
  const tls = ['web', 'opaque', 'elsewhere'].map((secretName) => ({ hosts: ['web.example'], secretName }));
  return [
    secret(own, 'web', data(web)),
    secret(own, 'opaque', data(web), 'Opaque'),
    secret(own, 'hook', data(hook)),
    secret(far, 'elsewhere', data(web)),
    secret(far, 'malformed', { 'tls.crt': base64('-----BEGIN CERTIFICATES'), 'tls.key': base64('none') }),
    ...[0, 1, 2].map((index) => secret(far, `huge-${index}`, { ...data(web), blob: base64('x'.repeat(1_000_000)) })),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace: own, name: 'shop' },
      spec: { tls, defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    },
  ];
}

/** Nothing that the bed does ever calls these. */
function serversOf(namespace: string, caBundle: string): object[] {
  const service = { namespace, name: 'hook' };
  const group = `${namespace}.example`;
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { type: 'object' } },
  });
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: namespace },
      webhooks: [
        {
          name: `v.${group}`,
          clientConfig: { service, caBundle },
          rules: [{ apiGroups: [group], apiVersions: ['*'], operations: ['CREATE'], resources: ['nothing'] }],
          sideEffects: 'None',
          failurePolicy: 'Ignore',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1.${group}` },
      spec: { group, version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, service, caBundle },
    },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing' },
        versions: [version('v2', true), version('v3', false)],
        conversion: {
          strategy: 'Webhook',
          webhook: { conversionReviewVersions: ['v1'], clientConfig: { service, caBundle } },
        },
      },
    },
  ];
}

function csrNamed(folder: string, name: string): object {
  const request = execFileSync(
    'openssl',
    [
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', join(folder, 'request.key'), '-subj', '/O=team/CN=someone'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      request: request.toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
      expirationSeconds: 600,
    },
  };
}
