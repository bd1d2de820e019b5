import assert from 'node:assert/strict';
import { pods } from '../../../../src/io/collect/cluster/pods.ts';
import { secrets } from '../../../../src/io/collect/ingress/secrets.ts';
import { istioConfig } from '../../../../src/io/collect/mesh/istio-config.ts';
import { istioControlPlanes } from '../../../../src/io/collect/mesh/istio-control-planes.ts';
import { istioProxies } from '../../../../src/io/collect/mesh/istio-proxies.ts';
import { istioSync } from '../../../../src/io/collect/mesh/istio-sync.ts';
import { runPorts } from '../../../support/run-sources.ts';
import { plantPorts } from '../../demo/plant.ts';

interface Parts {
  /** Of the container of istiod: `{name: A, value: b}`. */
  readonly env?: string;
  /** Of the container istio-proxy. */
  readonly proxyEnv?: string;
  readonly volumes?: string;
  readonly mesh?: string;
  readonly started?: string;
  /** What /debug/syncz answers. */
  readonly syncz?: object | string;
  readonly more?: string;
}

const world = ({ env = '', proxyEnv = '', volumes = '', mesh = '', started = 'now-1h', syncz, more = '' }: Parts) => `\
  certificates:
    ROOT: {ca: true}
    WEB: {issuer: ROOT, uris: ['spiffe://cluster.local/ns/shop/sa/web'], notAfter: now+12h}
  objects:
  - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {nodeName: n, serviceAccountName: web, containers: [{name: istio-proxy, env: [${proxyEnv}]}], volumes: [${volumes}]}, status: {phase: Running, startTime: '\${${started}}'}}
  - {apiVersion: v1, kind: Pod, metadata: {name: istiod-1, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}, spec: {containers: [{name: discovery, env: [${env}]}]}, status: {phase: Running, podIP: 10.1.0.5}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio, namespace: istio-system}, data: {mesh: "trustDomain: cluster.local\\n${mesh}"}}
  proxies:
  - {kind: istio, pod: shop/web, certificates: [{name: default, chain: [WEB, ROOT]}, {name: ROOTCA, trust: [ROOT]}]}
  servers:
  - {listen: ['10.1.0.5:15012'], chain: [ROOT]}
${syncz === undefined ? '' : `  - {listen: ['10.1.0.5:15014'], protocol: plain, http: {/debug/syncz: {status: 200, body: '${typeof syncz === 'string' ? syncz : JSON.stringify(syncz)}'}}}`}
${more}
`;

const SOURCES = [istioConfig, pods, secrets, istioControlPlanes, istioSync, istioProxies];
const read = async (parts: Parts) => runPorts(SOURCES, await plantPorts(world(parts)), { scope: { layers: ['mesh'] } });

describe("where the certificates of Istio's workloads come from", () => {
  const source = async (parts: Parts) => {
    const { facts, placement } = await read(parts);
    const [control] = facts('meshControlPlane');
    return [control?.caSource, control?.caEvidence, placement('pod/shop/web#sds/default')?.manager];
  };

  it('is a signer of Kubernetes, where istiod asks one', async () => {
    const env = '{name: EXTERNAL_CA, value: ISTIOD_RA_KUBERNETES_API}, {name: K8S_SIGNER, value: signers.example/a}';
    const mesh = 'caCertificates: [{pem: x, certSigners: [signers.example/b]}]\\n';
    assert.deepEqual(await source({ env, mesh }), [
      'kubernetes-csr',
      'istiod has EXTERNAL_CA=ISTIOD_RA_KUBERNETES_API, and names the signers signers.example/a, signers.example/b',
      'istiod',
    ]);
  });

  it('is SPIRE, where every proxy takes its socket', async () => {
    const volumes = '{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}';
    assert.deepEqual(await source({ volumes }), ['spire', '1 of 1 proxies mount csi.spiffe.io', 'spire']);
  });

  it('is whom the proxies were injected to ask, or the mesh tells them to', async () => {
    const address = 'cert-manager-istio-csr.cert-manager.svc:443';
    const injected = await source({ proxyEnv: `{name: CA_ADDR, value: '${address}'}` });
    assert.deepEqual(injected, ['istio-csr', `CA_ADDR of proxies is ${address}`, 'istio-agent']);
    const mesh = 'defaultConfig: {proxyMetadata: {CA_PROVIDER: GoogleCAS}}\\n';
    assert.deepEqual(await source({ mesh }), ['external', 'CA_PROVIDER is GoogleCAS', 'istio-agent']);
    const env = '{name: ENABLE_CA_SERVER, value: "false"}';
    assert.equal((await source({ env }))[0], 'external');
  });

  it('is unknown where nothing tells, and an istiod of any revision is no other CA', async () => {
    const proxyEnv = "{name: CA_ADDR, value: 'istiod-canary.istio-system.svc:15012'}";
    assert.deepEqual(await source({ proxyEnv }), ['unknown', undefined, 'istiod']);
  });
});

describe('what istiod says of its connections to proxies', () => {
  const sync = async (parts: Parts) => {
    const { facts, states } = await read(parts);
    return { fact: facts('istioSync')[0], state: states.find((one) => one.startsWith('istio-sync')) };
  };
  const SECRET = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

  it('is which of them took what was sent, Secrets too where the version tells', async () => {
    const old = { sent: 'b', acked: 'a', sentTime: '2026-11-01T00:00:00Z', lastError: 'key does not match' };
    const web = { proxy: 'web.shop', cluster_sent: 'a', cluster_acked: 'a', resources: { [SECRET]: old } };
    assert.deepEqual(await sync({ syncz: [web] }), {
      fact: {
        istiods: 1,
        connected: 1,
        unconnectedCount: 0,
        unconnected: [],
        behindCount: 1,
        behind: [{ namespace: 'shop', name: 'web', behind: ['SDS'], error: 'key does not match' }],
      },
      state: 'istio-sync complete',
    });
  });

  it('is the nonces of each kind, where an older version tells no more', async () => {
    const nonces = { cluster_sent: 'b', cluster_acked: 'a', listener_sent: 'a', listener_acked: 'a', route_acked: '' };
    const { fact } = await sync({ syncz: [{ proxy: 'web.shop', ...nonces }] });
    assert.deepEqual(fact?.behind, [{ namespace: 'shop', name: 'web', behind: ['CDS'] }]);
  });

  it('is nothing against what was sent a moment ago', async () => {
    const sentTime = new Date(Date.parse('2026-11-24T12:00:00Z')).toISOString();
    const { fact } = await sync({
      syncz: [{ proxy: 'web.shop', resources: { [SECRET]: { sent: 'b', acked: 'a', sentTime } } }],
    });
    assert.equal(fact?.behindCount, 0);
  });

  it('is that a running proxy is not connected, unless it has just started or another revision has it', async () => {
    assert.deepEqual((await sync({ syncz: [] })).fact?.unconnected, [{ namespace: 'shop', name: 'web' }]);
    assert.deepEqual((await sync({ syncz: [], started: 'now-1m' })).fact?.unconnected, []);
    const more = '  without: []';
    const canary = world({ syncz: [], more }).replace(
      'name: web, namespace: shop',
      'name: web, namespace: shop, labels: {istio.io/rev: canary}',
    );
    const { facts } = await runPorts(SOURCES, await plantPorts(canary), { scope: { layers: ['mesh'] } });
    assert.deepEqual(facts('istioSync')[0]?.unconnected, []);
  });

  it('is absent where istiod has no such page: nothing else depends on it', async () => {
    assert.equal((await sync({})).state, 'istio-sync absent');
    assert.equal((await sync({ syncz: 'no list' })).state, 'istio-sync absent');
    assert.equal((await sync({ more: '  denied: [{resource: pods/portforward}]' })).state, 'istio-sync denied');
  });
});
