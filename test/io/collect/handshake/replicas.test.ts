import assert from 'node:assert/strict';
import { check } from '../../../../src/core/check/check.ts';
import type { FactKinds } from '../../../../src/core/model/facts.ts';
import { DEFAULT_POLICY } from '../../../../src/core/model/policy.ts';
import { takeInventory } from '../../../../src/core/snapshot/inventory.ts';
import { planReplicas, type ReplicaFacts } from '../../../../src/io/collect/handshake/replica-plan.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../../src/io/demo/ports.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { look } from '../../../testbed/look.ts';

const pod = (name: string, parts: Partial<FactKinds['pod']> = {}): FactKinds['pod'] => ({
  namespace: 'ingress-nginx',
  name,
  secrets: [],
  configMaps: [],
  phase: 'Running',
  labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
  ...parts,
});
const ingress = (name: string, className = 'nginx'): FactKinds['ingress'] => {
  return { namespace: 'shop', name, className, hosts: [], tls: [], addresses: [], annotations: {} };
};
const host = (name: string, ...objects: string[]) => ({
  host: `${name}.example.com`,
  port: 443,
  objects,
  addresses: [],
});
const seen = (name: string): FactKinds['hostWay'] => {
  const known = { host: `${name}.example.com`, port: 443, address: '203.0.113.1', by: ['status' as const], asked: 1 };
  return { ...known, objects: [], answers: ['tls://203.0.113.1:443'] };
};
const none: ReplicaFacts = {
  ingresses: [ingress('a')],
  gateways: [],
  routes: [],
  classes: [],
  controllers: [],
  pods: [pod('r1'), pod('r2')],
  ways: [seen('a')],
  hosts: [host('a', 'ingress/shop/a')],
};
const planned = (facts: Partial<ReplicaFacts>) =>
  planReplicas({ ...none, ...facts }).map((one) => [one.pod.name, one.hosts.map((each) => each.host[0]).join('')]);

describe('choosing replicas to ask', () => {
  it('asks all of several, for one host of each set of objects', () => {
    const hosts = [
      host('a', 'ingress/shop/a'),
      host('b', 'ingress/shop/a'),
      host('c', 'ingress/shop/a', 'ingress/shop/c'),
    ];
    assert.deepEqual(planned({ hosts }), [
      ['r1', 'ac'],
      ['r2', 'ac'],
    ]);
  });

  it('asks a single one only for what nobody else answered', () => {
    assert.deepEqual(planned({ pods: [pod('r1')] }), []);
    assert.deepEqual(planned({ pods: [pod('r1')], ways: [] }), [['r1', 'a']]);
  });

  it('asks Pods of the product that serves the object, while they run', () => {
    const pods = [pod('r1', { phase: 'Pending' }), pod('r2', { labels: { app: 'web' } }), pod('r3'), pod('r4')];
    assert.deepEqual(planned({ pods }), [
      ['r3', 'a'],
      ['r4', 'a'],
    ]);
    assert.deepEqual(planned({ ingresses: [ingress('a', 'traefik')] }), []);
  });

  it('never asks more than a few dozen times', () => {
    const pods = Array.from({ length: 100 }, (_, index) => pod(`r${index}`));
    const hosts = Array.from({ length: 100 }, (_, index) =>
      host(`a${index}`, 'ingress/shop/a', `ingress/shop/${index}`),
    );
    const few = planReplicas({ ...none, pods: pods.slice(0, 4), hosts });
    assert.deepEqual([few.length, few[0]?.hosts.length], [4, 16]);
    assert.equal(planReplicas({ ...none, pods, hosts }).length, 64);
  });
});

const SECOND = `
  - apiVersion: v1
    kind: Pod
    metadata: {name: ingress-nginx-controller-7d4f-y3y, namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}}
    spec: {nodeName: worker-2, containers: [{name: controller, image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3'}]}
    status: {phase: Running, podIP: 10.244.2.10, startTime: '\${now-40d}'}
`;
const STALE = `
- id: stale-replica
  layer: ingress
  title: One of two replicas kept the old certificate
  symptom: sometimes expired
  extends: healthy
  certificates:
    APP_OLD: {subject: CN=app.example.com, issuer: PUBLIC_INT, dns: [app.example.com], notBefore: now-90d, notAfter: now-6h}
  servers:
  - {listen: ['10.244.1.10:443'], chain: [NGINX_FAKE], sni: &good {app.example.com: [APP, PUBLIC_INT], shop.example.com: [SHOP, PUBLIC_INT], api.example.com: [WILDCARD, PUBLIC_INT], orders.internal.example.com: [ORDERS]}}
  - {listen: ['10.244.2.10:443'], chain: [NGINX_FAKE], sni: {<<: *good, app.example.com: [APP_OLD, PUBLIC_INT]}}
  objects:${SECOND}`;

describe('asking each replica by itself', () => {
  async function findings(extra = '') {
    const [incident] = parsePlanting(STALE + extra, { file: 'stale.yaml', known: BUILT_IN_IDS.map(builtInIncident) });
    const snapshot = await look(await demoPorts({ incident: incident!, now: NOW }), {});
    const result = check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
    return { snapshot, codes: result.findings.filter(({ layer }) => layer === 'ingress') };
  }

  it('finds the one that kept the old certificate, while the address before them shows the new one', async () => {
    const { codes, snapshot } = await findings();
    assert.deepEqual(
      codes.map(({ code, placement, explainedBy }) => [code, placement, explainedBy?.code]),
      [
        ['CERT_EXPIRED', 'tls://10.244.2.10:443#app.example.com', 'SERVED_DIFFERS_FROM_STORED'],
        ['REPLICAS_DIFFER', 'tls://10.244.2.10:443#app.example.com', undefined],
        ['SERVED_DIFFERS_FROM_STORED', 'tls://10.244.2.10:443#app.example.com', 'REPLICAS_DIFFER'],
      ],
    );
    const way = snapshot.facts.hostWay?.find(({ address }) => address === '10.244.2.10');
    assert.deepEqual(
      [way?.pod, way?.podPort, way?.by],
      ['pod/ingress-nginx/ingress-nginx-controller-7d4f-y3y', 443, ['pod']],
    );
    assert.match(
      codes[1]!.message,
      /pod\/ingress-nginx\/ingress-nginx-controller-7d4f-y3y.* show different certificates for app/,
    );
  });

  it('leaves nothing unknown where it may not', async () => {
    const denied = '\n  denied: [{resource: pods/portforward, verb: create}]\n';
    const { codes, snapshot } = await findings(denied);
    assert.deepEqual(codes, []);
    const [reading] = snapshot.coverage.filter(({ source }) => source === 'replica-handshakes');
    assert.equal(reading?.state, 'not-applicable');
    assert.match(reading?.reason ?? '', /^the replicas cannot be asked one by one: /);
  });
});
