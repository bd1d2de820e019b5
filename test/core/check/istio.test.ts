import assert from 'node:assert/strict';
import { check } from '../../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { NOW } from '../../support/fake-ports.ts';
import { look } from '../../testbed/look.ts';

const OF_ISTIO = new Set([
  'MTLS_MODE_CONFLICT',
  'MTLS_MODE_UNKNOWN',
  'SECRET_WRONG_NAMESPACE',
  'GATEWAY_CREDENTIAL_MISSING',
  'GATEWAY_TERMINATES_MTLS',
  'MESH_IDENTITY_MISSING',
  'AMBIENT_IDENTITY_MISSING',
  'NAMESPACE_ROOT_STALE',
  'TOKEN_AUDIENCE_WRONG',
  'CLOCK_SKEW',
  'MTLS_CALLER_REFUSED',
  'MESH_PORTS_SKIPPED',
  'PROXY_UNCONNECTED',
]);

/** What is found of Istio's own codes in a mesh in order with these sections beside it. */
async function found(...lines: readonly string[]): Promise<string[]> {
  const text = `- id: planted\n  layer: mesh\n  title: t\n  symptom: s\n  extends: istio\n${lines.join('\n')}\n`;
  const [incident] = parsePlanting(text, { file: 'planted.yaml', known: BUILT_IN_IDS.map(builtInIncident) });
  const snapshot = await look(await demoPorts({ incident: incident!, now: NOW }), {});
  return check(takeInventory(snapshot), DEFAULT_POLICY, NOW)
    .findings.filter(({ code }) => OF_ISTIO.has(code))
    .map(({ code, placement }) => `${code} ${placement}`);
}

const pod = (name: string, { labels = '', mesh = true, spec = '', namespace = 'shop', annotations = '' } = {}) =>
  `  - {apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}${labels}}, annotations: {${annotations}}}, spec: {nodeName: worker-1, serviceAccountName: ${name}, containers: [{name: app}${mesh ? ', {name: istio-proxy}' : ''}]${spec}}, status: {phase: Running, podIP: 10.244.9.9}}`;
const peer = (name: string, namespace: string, spec: string) =>
  `  - {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: ${name}, namespace: ${namespace}}, spec: ${spec}}`;
const rule = (spec: string) =>
  `  - {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: web, namespace: shop}, spec: ${spec}}`;
const policy = (traffic: string) => rule(`{host: web, trafficPolicy: ${traffic}}`);
const gateway = (spec: string, namespace = 'istio-system') =>
  `  - {apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: edge, namespace: ${namespace}}, spec: ${spec}}`;
const objects = (...all: readonly string[]) => ['  objects:', ...all];
const EDGE = pod('edge', { labels: ', istio: ingressgateway', namespace: 'istio-system' });
const DISABLE = policy('{tls: {mode: DISABLE}}');
const CONFLICT = ['MTLS_MODE_CONFLICT destinationrule/shop/web'];

describe("Istio's rules", () => {
  it('are silent about a mesh in order', async () => {
    assert.deepEqual(await found(), []);
  });

  it('find a DestinationRule that turns mTLS off against STRICT', async () => {
    assert.deepEqual(await found(...objects(DISABLE)), CONFLICT);
    const simple = rule('{host: web.shop.svc.cluster.local, trafficPolicy: {tls: {mode: SIMPLE}}}');
    assert.deepEqual(await found(...objects(simple)), CONFLICT);
    const subset = rule('{host: web, subsets: [{name: v1, trafficPolicy: {tls: {mode: DISABLE}}}]}');
    assert.deepEqual(await found(...objects(subset)), CONFLICT);
  });

  it('find none where mTLS stays, the rule says nothing of TLS, or it is about another host', async () => {
    assert.deepEqual(await found(...objects(policy('{tls: {mode: ISTIO_MUTUAL}}'))), []);
    assert.deepEqual(await found(...objects(policy('{connectionPool: {tcp: {maxConnections: 1}}}'))), []);
    const foreign = rule('{host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}');
    assert.deepEqual(await found(...objects(foreign)), []);
  });

  it('work out which policy is in force: the workload, then the namespace, then the mesh', async () => {
    const namespace = peer('default', 'shop', '{mtls: {mode: PERMISSIVE}}');
    const selected = (app: string, mode: string) =>
      peer(app, 'shop', `{selector: {matchLabels: {app: ${app}}}, mtls: {mode: ${mode}}}`);
    assert.deepEqual(await found(...objects(DISABLE, namespace)), []);
    assert.deepEqual(await found(...objects(DISABLE, namespace, selected('web', 'STRICT'))), CONFLICT);
    assert.deepEqual(await found(...objects(DISABLE, namespace, selected('web', 'UNSET'))), []);
    assert.deepEqual(await found(...objects(DISABLE, namespace, selected('cart', 'STRICT'))), []);
  });

  it('take the older of two policies at one level, and no selector in the root namespace', async () => {
    const older = peer('b-first', 'shop', '{mtls: {mode: PERMISSIVE}}');
    const younger = peer('a-second', 'shop', '{mtls: {mode: STRICT}}');
    assert.deepEqual(await found(...objects(DISABLE, older, younger)), []);
    const root = peer('web', 'istio-system', '{selector: {matchLabels: {app: web}}, mtls: {mode: DISABLE}}');
    assert.deepEqual(await found(...objects(DISABLE, root)), CONFLICT);
  });

  it('look at the port that a rule is for', async () => {
    const ports = peer('web', 'shop', '{selector: {matchLabels: {app: web}}, portLevelMtls: {8080: {mode: DISABLE}}}');
    const onPort = (port: number) => policy(`{portLevelSettings: [{port: {number: ${port}}, tls: {mode: DISABLE}}]}`);
    assert.deepEqual(await found(...objects(onPort(8080), ports)), []);
    assert.deepEqual(await found(...objects(onPort(9090), ports)), CONFLICT);
  });

  it('know the labels by which policies and Services select, whichever they are', async () => {
    const labels = ', team.example.com/x: y';
    const odd = peer('web', 'shop', '{selector: {matchLabels: {team.example.com/x: y}}, mtls: {mode: PERMISSIVE}}');
    assert.deepEqual(await found(...objects(DISABLE, odd)), CONFLICT);
    const plain = rule('{host: other, trafficPolicy: {tls: {mode: DISABLE}}}');
    assert.deepEqual(await found(...objects(plain, odd, pod('other'))), CONFLICT);
    assert.deepEqual(await found(...objects(plain, odd, pod('other', { labels }))), []);
    const hidden = pod('legacy', { mesh: false, labels, annotations: "sidecar.istio.io/inject: 'false'" });
    const service = (name: string) =>
      `  - {apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: shop}, spec: {selector: {team.example.com/x: y}, ports: [{port: 80}]}}`;
    const mutual = policy('{tls: {mode: ISTIO_MUTUAL}}');
    assert.deepEqual(await found(...objects(mutual, hidden)), []);
    assert.deepEqual(await found(...objects(mutual, hidden, service('web'))), CONFLICT);
    const meshed = pod('other', { labels });
    assert.deepEqual(await found(...objects(mutual, meshed, service('web'))), []);
  });

  it('say that the mode is unknown where policies may not be read', async () => {
    const denied = '  denied: [{resource: peerauthentications, verb: list}]';
    assert.deepEqual(await found(denied, ...objects(DISABLE)), ['MTLS_MODE_UNKNOWN destinationrule/shop/web']);
    assert.deepEqual(await found(denied), []);
  });

  it('find mTLS that is demanded of Pods without a proxy', async () => {
    const bare = pod('legacy', { mesh: false, annotations: "sidecar.istio.io/inject: 'false'" });
    const mutual = rule('{host: legacy, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}');
    assert.deepEqual(await found(...objects(bare, mutual)), CONFLICT);
  });

  it('find a credential beside the Gateway instead of beside its Pods, and one that does not come', async () => {
    const spec =
      '{selector: {istio: ingressgateway}, servers: [{port: {number: 443, protocol: HTTPS}, hosts: [a.example], tls: {mode: SIMPLE, credentialName: edge-tls}}]}';
    const secret = (namespace: string) =>
      `  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: edge-tls, namespace: ${namespace}}, stringData: {tls.crt: '\${cert:EDGE}', tls.key: '\${key:EDGE}'}}`;
    const waits =
      "  proxies:\n  - {kind: istio, pod: istio-system/edge, certificates: [{name: 'kubernetes://edge-tls', state: WARMING}]}";
    const minted = '  certificates: {EDGE: {dns: [a.example]}}';
    assert.deepEqual(await found(minted, ...objects(EDGE, secret('shop'), gateway(spec, 'shop')), waits), [
      'SECRET_WRONG_NAMESPACE gateway/shop/edge',
    ]);
    assert.deepEqual(await found(...objects(EDGE, gateway(spec)), waits), [
      'GATEWAY_CREDENTIAL_MISSING gateway/istio-system/edge',
    ]);
    assert.deepEqual(await found(minted, ...objects(EDGE, secret('istio-system'), gateway(spec))), []);
  });

  it('find a gateway between clusters that ends mTLS', async () => {
    const spec = (mode: string) =>
      `{selector: {istio: eastwestgateway}, servers: [{port: {number: 15443, protocol: TLS}, hosts: ['*.local'], tls: {mode: ${mode}}}]}`;
    assert.deepEqual(await found(...objects(gateway(spec('ISTIO_MUTUAL')))), [
      'GATEWAY_TERMINATES_MTLS gateway/istio-system/edge',
    ]);
    assert.deepEqual(await found(...objects(gateway(spec('AUTO_PASSTHROUGH')))), []);
  });

  it('find an Ingress, a webhook and a probe that STRICT refuses, and nothing where the port is let in', async () => {
    const web = (spec: string) =>
      `  - {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ${spec}}}`;
    const controller = [
      '  - {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}',
      '  - {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {ingressClassName: nginx, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}',
      pod('controller', { mesh: false, namespace: 'default', labels: ', app.kubernetes.io/name: ingress-nginx' }),
    ];
    const hook =
      '  - {apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: policy}, webhooks: [{name: policy.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {service: {name: web, namespace: shop, port: 80}}}]}';
    const service = web('ports: [{port: 80, targetPort: 8080}]');
    assert.deepEqual(await found(...objects(...controller, hook, service)), [
      'MTLS_CALLER_REFUSED ingress/shop/web',
      'MTLS_CALLER_REFUSED validatingwebhookconfiguration/policy#0',
    ]);
    const open = peer(
      'web',
      'shop',
      '{selector: {matchLabels: {app: web}}, portLevelMtls: {8080: {mode: PERMISSIVE}}}',
    );
    assert.deepEqual(await found(...objects(...controller, hook, service, open)), []);
    const probed =
      '  - {apiVersion: v1, kind: Pod, metadata: {name: probed, namespace: shop, labels: {app: probed}}, spec: {nodeName: worker-1, containers: [{name: app, livenessProbe: {httpGet: {path: /, port: 8080}}}, {name: istio-proxy}]}, status: {phase: Running}}';
    assert.deepEqual(await found(...objects(probed)), ['MTLS_CALLER_REFUSED pod/shop/probed']);
  });

  it('find Pods without an identity, and leave alone those that opted out', async () => {
    assert.deepEqual(await found(...objects(pod('bare', { mesh: false }))), ['MESH_IDENTITY_MISSING namespace/shop']);
    const silent = [
      pod('out', { mesh: false, labels: ", sidecar.istio.io/inject: 'false'" }),
      pod('host', { mesh: false, spec: ', hostNetwork: true' }),
      pod('native', { mesh: false, spec: ', initContainers: [{name: istio-proxy, restartPolicy: Always}]' }),
      pod('elsewhere', { mesh: false, namespace: 'default' }),
    ];
    assert.deepEqual(await found(...objects(...silent)), []);
  });

  it("find an ambient Pod whose node's ztunnel has no certificate for its account", async () => {
    const both = objects(
      pod('cart-z', { mesh: false, annotations: 'ambient.istio.io/redirection: enabled' }),
      pod('ztunnel-1', { labels: ', app.kubernetes.io/name: ztunnel', namespace: 'istio-system' }),
    );
    const holds = (certificates: string) =>
      `  proxies:\n  - {kind: ztunnel, pod: istio-system/ztunnel-1, certificates: [${certificates}]}`;
    const own = (state: string) =>
      holds(`{name: 'spiffe://cluster.local/ns/shop/sa/cart-z', chain: [WEB], state: ${state}}`);
    const missing = ['AMBIENT_IDENTITY_MISSING pod/shop/cart-z'];
    assert.deepEqual(await found(...both, holds('')), missing);
    assert.deepEqual(await found(...both, own('Initializing')), missing);
    assert.deepEqual(await found(...both, own('Available')), []);
  });

  it('find a namespace with another root, and a token for another audience', async () => {
    const copy = `  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: shop}, data: {root-cert.pem: '\${cert:OTHER}'}}`;
    assert.deepEqual(await found('  certificates: {OTHER: {ca: true}}', ...objects(copy)), [
      'NAMESPACE_ROOT_STALE configmap/shop/istio-ca-root-cert#root-cert.pem',
    ]);
    const token = (audience: string) =>
      pod('odd', {
        spec: `, volumes: [{name: istio-token, projected: {sources: [{serviceAccountToken: {path: istio-token${audience}}}]}}]`,
      });
    assert.deepEqual(await found(...objects(token(''))), ['TOKEN_AUDIENCE_WRONG pod/shop/odd']);
    assert.deepEqual(await found(...objects(token(', audience: istio-ca'))), []);
  });

  it('find a proxy whose clock is off', async () => {
    const skewed =
      '  proxies:\n  - {kind: istio, pod: shop/web-5f6d-aaa, skew: -3d, certificates: [{name: default, chain: [WEB, ISTIO_ROOT]}, {name: ROOTCA, trust: [ISTIO_ROOT]}]}';
    assert.deepEqual(await found(skewed), ['CLOCK_SKEW node/worker-1']);
  });
});
