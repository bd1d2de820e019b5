import assert from 'node:assert/strict';
import { caBundles } from '../../../../src/io/collect/cluster/ca-bundles.ts';
import { pods } from '../../../../src/io/collect/cluster/pods.ts';
import { secrets } from '../../../../src/io/collect/ingress/secrets.ts';
import { istioConfig } from '../../../../src/io/collect/mesh/istio-config.ts';
import { istioControlPlanes } from '../../../../src/io/collect/mesh/istio-control-planes.ts';
import { istioProxies } from '../../../../src/io/collect/mesh/istio-proxies.ts';
import { meshNamespaces } from '../../../../src/io/collect/mesh/mesh-namespaces.ts';
import { proxySample, SAMPLE } from '../../../../src/io/collect/mesh/proxy-sample.ts';
import type { Scope } from '../../../../src/io/collect/scope.ts';
import type { Ports } from '../../../../src/io/ports/ports.ts';
import { runPorts } from '../../../support/run-sources.ts';
import { plantPorts } from '../../demo/plant.ts';

const SOURCES = [caBundles, pods, secrets, istioConfig, meshNamespaces, istioControlPlanes, istioProxies];

const POD = (name: string, more = '') =>
  `  - {apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}${more}}}, spec: {nodeName: n, serviceAccountName: ${name}, containers: [{name: istio-proxy}]}, status: {phase: Running, podIP: 10.1.0.9}}`;

const WORLD = `  certificates:
    ROOT: {ca: true}
    WEB: {issuer: ROOT, uris: ['spiffe://corp/ns/shop/sa/web'], notAfter: now+12h}
    EDGE: {issuer: ROOT, dns: [shop.example.com]}
    ISTIOD: {issuer: ROOT, dns: [istiod.istio-system.svc]}
  objects:
${POD('web')}
${POD('edge', ', istio: ingressgateway')}
${POD('ztunnel')}
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
  - {apiVersion: v1, kind: Pod, metadata: {name: istiod-1, namespace: istio-system, labels: {app: istiod, istio.io/rev: canary}}, spec: {containers: [{name: discovery}]}, status: {phase: Running, podIP: 10.1.0.5}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-canary, namespace: istio-system, labels: {istio.io/rev: canary}}, data: {mesh: "trustDomain: corp\\ntrustDomainAliases: [old.corp]\\n", meshNetworks: "networks: {west: {gateways: [{address: 192.0.2.7, port: 15443}]}, here: {gateways: [{registryServiceName: gw.istio-system.svc, port: 15443}]}}"}}
  - apiVersion: v1
    kind: Secret
    type: Opaque
    metadata: {name: cacerts, namespace: istio-system}
    stringData: {ca-cert.pem: '\${cert:ROOT}', ca-key.pem: '\${key:ROOT}', cert-chain.pem: '\${cert:ROOT}', root-cert.pem: '\${cert:ROOT}'}
  - {apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: istio-sidecar-injector-canary, labels: {istio.io/rev: canary, istio.io/tag: stable}}, webhooks: [{name: rev.namespace.sidecar-injector.istio.io, clientConfig: {caBundle: '\${cert:ROOT|b64}', service: {name: istiod, namespace: istio-system}}}]}
  - {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: shop}, spec: {mtls: {mode: STRICT}, portLevelMtls: {9090: {mode: PERMISSIVE}, 9091: {mode: UNSET}}}}
  - {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: web, namespace: shop}, spec: {host: web, trafficPolicy: {tls: {mode: DISABLE}, portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}]}, subsets: [{name: v1, trafficPolicy: {tls: {mode: SIMPLE}}}, {name: v2}]}}
  - {apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: edge, namespace: shop}, spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 443, protocol: HTTPS, name: https}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: edge-tls}}, {port: {number: 80, protocol: HTTP, name: http}, hosts: ['*']}]}}
  proxies:
  - {kind: istio, pod: shop/web, skew: +2m, certificates: [{name: default, chain: [WEB, ROOT, ROOT]}, {name: ROOTCA, trust: [ROOT]}]}
  - {kind: istio, pod: shop/edge, certificates: [{name: 'kubernetes://edge-tls', chain: [EDGE]}, {name: 'kubernetes://edge-tls-cacert', trust: [ROOT]}, {name: 'kubernetes://gone', state: WARMING}]}
  - {kind: ztunnel, pod: shop/ztunnel, certificates: [{name: 'spiffe://corp/ns/shop/sa/cart', chain: [WEB], trust: [ROOT], state: Available}, {name: 'spiffe://corp/ns/shop/sa/new', state: 'Unavailable: refused'}]}
  servers:
  - {listen: ['10.1.0.5:15012'], chain: [ISTIOD, ROOT]}
  - {listen: ['10.1.0.5:15014'], protocol: plain, http: {/version: {status: 200, body: '1.30.0-abc-Clean'}}}
`;

describe('what is read of Istio', () => {
  let ports: Ports;
  before(async () => {
    ports = await plantPorts(WORLD);
  });
  const read = (parts: Partial<Ports> = {}, scope: Partial<Scope> = {}) =>
    runPorts(SOURCES, { ...ports, ...parts }, { scope: { layers: ['mesh'], ...scope } });

  it('is what its proxies hold, by their admin ports', async () => {
    const { placement, facts } = await read();
    const web = placement('pod/shop/web#sds/default');
    assert.deepEqual([web?.role, web?.manager, web?.chain.length], ['workload-svid', 'istiod', 2]);
    const root = placement('pod/shop/web#sds/ROOTCA[0]');
    assert.deepEqual([root?.role, root?.bundle, root?.chain[0]], ['istio-root', true, web?.chain[1]]);
    const proxy = facts('meshProxy').find(({ name }) => name === 'web');
    assert.deepEqual([proxy?.means, proxy?.kind, proxy?.clockAhead], ['port-forward', 'sidecar', 120]);
    assert.equal(proxy?.resources[0]?.identity, 'spiffe://corp/ns/shop/sa/web');
  });

  it('is the credentials that its gateways got, and those that they wait for', async () => {
    const { placement, facts } = await read();
    assert.equal(placement('pod/shop/edge#sds/kubernetes://edge-tls')?.role, 'gateway-tls');
    assert.equal(placement('pod/shop/edge#sds/kubernetes://edge-tls-cacert[0]')?.role, 'secret-ca');
    const edge = facts('meshProxy').find(({ name }) => name === 'edge');
    assert.equal(edge?.kind, 'gateway');
    assert.deepEqual(edge?.resources.at(-1), { name: 'kubernetes://gone', state: 'warming' });
  });

  it('is what ztunnel holds for each service account of its node', async () => {
    const { placement, facts } = await read();
    assert.equal(placement('pod/shop/ztunnel#sds/spiffe://corp/ns/shop/sa/cart')?.role, 'workload-svid');
    assert.ok(placement('pod/shop/ztunnel#sds/spiffe://corp/ns/shop/sa/cart/roots[0]')?.bundle);
    const ztunnel = facts('meshProxy').find(({ name }) => name === 'ztunnel');
    assert.deepEqual(ztunnel?.resources[1], {
      name: 'spiffe://corp/ns/shop/sa/new',
      state: 'unavailable',
      reason: 'refused',
    });
  });

  it('is what istiod serves, its version and where its CA comes from', async () => {
    const { placement, facts } = await read();
    assert.equal(placement('tls://10.1.0.5:15012#istiod.istio-system.svc')?.role, 'istiod-serving');
    const [control] = facts('meshControlPlane');
    const { seen: _seen, ...fact } = control as typeof control & { seen?: number };
    assert.deepEqual(fact, {
      mesh: 'istio',
      namespace: 'istio-system',
      name: 'istiod-1',
      revision: 'canary',
      version: '1.30.0-abc-Clean',
      caSource: 'plugged-in',
      caEvidence: 'Secret istio-system/cacerts is there',
      issuer: 'secret/istio-system/cacerts#ca-cert.pem',
      trustDomain: 'corp',
      trustDomainAliases: ['old.corp'],
    });
  });

  it('is the gateways of other networks that are told by address', async () => {
    const { facts } = await read();
    assert.deepEqual(facts('istioMesh')[0]?.networkGateways, [{ address: '192.0.2.7', port: 15443 }]);
  });

  it('is its policies, with nothing where nothing is said', async () => {
    const { facts } = await read();
    const [peer] = facts('peerAuthentication');
    assert.deepEqual([peer?.mode, peer?.ports, peer?.selector], ['STRICT', { 9090: 'PERMISSIVE' }, undefined]);
    assert.deepEqual(facts('destinationRule')[0]?.tls, [
      { mode: 'DISABLE' },
      { mode: 'ISTIO_MUTUAL', port: 80 },
      { mode: 'SIMPLE', subset: 'v1' },
    ]);
    const servers = facts('istioGateway')[0]?.servers.map(({ mode, credentialName }) => [mode, credentialName]);
    assert.deepEqual(servers, [
      ['SIMPLE', 'edge-tls'],
      [undefined, undefined],
    ]);
    assert.deepEqual(
      facts('istioWebhook').map(({ revision, tag }) => [revision, tag]),
      [['canary', 'stable']],
    );
    assert.equal(facts('meshNamespace').find(({ name }) => name === 'shop')?.istioInjection, 'enabled');
  });

  it("comes by the proxy's own client where ports may not be forwarded, and says so", async () => {
    const denied = await plantPorts(`${WORLD}  denied: [{resource: pods/portforward}]\n`);
    const { facts, observations } = await read(denied);
    assert.deepEqual(
      facts('meshProxy')
        .map(({ name, means }) => [name, means])
        .sort(),
      [
        ['edge', 'exec'],
        ['web', 'exec'],
      ],
    );
    const last = observations.find(({ source }) => source === 'istio-proxies');
    assert.deepEqual([last?.state, last?.reason?.slice(0, 35)], ['partial', '1 of 3 proxies could not be asked: ']);
  });

  it('is denied where neither is allowed', async () => {
    const denied = await plantPorts(`${WORLD}  denied: [{resource: pods/portforward}, {resource: pods/exec}]\n`);
    const last = (await read(denied)).observations.find(({ source }) => source === 'istio-proxies');
    assert.equal(last?.state, 'denied');
    assert.match(
      last?.reason ?? '',
      /^3 of 3 proxies could not be asked: .*cannot create resource "pods\/portforward"|forbidden/,
    );
  });
});

describe('which proxies are asked', () => {
  const pod = (workload: number, index: number) => ({
    namespace: 'shop',
    name: `w${workload}-${index}`,
    owner: `deployment/w${workload}`,
    started: `2026-11-2${index}T00:00:00Z`,
    secrets: [],
    configMaps: [],
  });
  const all = Array.from({ length: 200 }, (_, workload) => [0, 1, 2, 3].map((index) => pod(workload, index))).flat();
  const names = (scope: Partial<Scope>, from = all) =>
    proxySample(from, { targets: [], all: false, ...scope }).map(({ name }) => name);

  it('are the oldest and the youngest of each workload', () => {
    assert.deepEqual(names({}, all.slice(0, 8)), ['w0-0', 'w1-0', 'w0-3', 'w1-3']);
    assert.equal(names({}).length, SAMPLE);
    assert.ok(names({}).every((name) => name.endsWith('-0')));
  });

  it('are those that were named, or all', () => {
    const target = { kind: 'object', objectKind: 'pod', namespace: 'shop', name: 'w150-2' } as const;
    assert.ok(names({ targets: [target as never] }).includes('w150-2'));
    assert.equal(names({ all: true }).length, 800);
  });
});
