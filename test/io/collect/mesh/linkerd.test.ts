import assert from 'node:assert/strict';
import type { Layer } from '../../../../src/core/model/layer.ts';
import type { Observation } from '../../../../src/core/model/observation.ts';
import { collect } from '../../../../src/io/collect/run.ts';
import type { Scope } from '../../../../src/io/collect/scope.ts';
import { SOURCES } from '../../../../src/io/collect/sources.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../../src/io/demo/ports.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { scopeOf } from '../../../support/scope.ts';

const IDENTITY = 'ledger.payments.serviceaccount.identity.linkerd.cluster.local';
const known = BUILT_IN_IDS.map(builtInIncident);

/** Linkerd in order, and what a test says besides. */
function plant(more: string): Incident {
  const text = `- {id: test, layer: mesh, title: t, symptom: s, extends: linkerd, ${more}}`;
  return parsePlanting(text, { file: 'test.yaml', known })[0]!;
}

interface Seen {
  readonly of: (source: string) => Observation[];
}

async function look(
  incident: Incident,
  layers: readonly Layer[] = ['mesh'],
  parts: Partial<Scope> = {},
): Promise<Seen> {
  const observations = await collect({
    sources: SOURCES,
    ports: await demoPorts({ incident, now: NOW }),
    scope: scopeOf({ layers, ...parts }),
    timeout: 1500,
    signal: new AbortController().signal,
  });
  return { of: (source) => observations.filter((one) => one.source === source) };
}

describe('collecting Linkerd', () => {
  it("places each Pod's own anchors, and none where the mesh is not asked for", async () => {
    const refs = (seen: Seen) => seen.of('pods').flatMap(({ placements }) => placements.map(({ ref }) => ref));
    assert.deepEqual(refs(await look(plant(''))), [
      'pod/payments/ledger-9d1f-ccc#env/LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS[0]',
    ]);
    assert.deepEqual(refs(await look(plant(''), ['ingress'])), []);
  });

  describe('proxies', () => {
    it('shakes hands by the name that the proxy has to prove, and reads its clock', async () => {
      const seen = await look(
        plant(
          `proxies: [{kind: linkerd, pod: payments/ledger-9d1f-ccc, skew: +5m, certificates: [{name: ${IDENTITY}, chain: [LEDGER, LINKERD_ISSUER], trust: [LINKERD_ANCHOR]}]}]`,
        ),
      );
      const [proxies] = seen.of('linkerd-proxies');
      assert.equal(proxies?.state, 'complete');
      assert.deepEqual(
        proxies.placements.map(({ ref, role, manager, chain }) => [ref, role, manager, chain.length]),
        [['pod/payments/ledger-9d1f-ccc#sds/default', 'workload-svid', 'linkerd', 2]],
      );
      const [fact] = proxies.facts.meshProxy ?? [];
      assert.equal(fact?.clockAhead, 300);
      assert.deepEqual(fact.resources, [{ name: 'default', state: 'active', identity: IDENTITY }]);
    });

    it('are one of each workload, those that are named, or all of them', async () => {
      const replica = (index: number) =>
        `{apiVersion: v1, kind: Pod, metadata: {name: books-${index}, namespace: payments, labels: {linkerd.io/control-plane-ns: linkerd}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: books, uid: b, controller: true}]}, spec: {nodeName: worker-2, serviceAccountName: books, containers: [{name: linkerd-proxy}]}, status: {phase: Running}}`;
      const proxy = (index: number) =>
        `{kind: linkerd, pod: payments/books-${index}, certificates: [{name: ${IDENTITY}, chain: [LEDGER, LINKERD_ISSUER], trust: [LINKERD_ANCHOR]}]}`;
      const all = Array.from({ length: 60 }, (_, index) => index);
      const world = plant(`objects: [${all.map(replica).join(', ')}], proxies: [${all.map(proxy).join(', ')}]`);
      const asked = async (parts: Partial<Scope>) => {
        const [one] = (await look(world, ['mesh'], parts)).of('linkerd-proxies');
        return { names: (one?.facts.meshProxy ?? []).map(({ name }) => name), command: one?.command };
      };
      const sample = await asked({});
      assert.deepEqual(sample.names.toSorted(), ['books-0', 'ledger-9d1f-ccc']);
      assert.match(sample.command ?? '', /\(2 of 61 proxies; --all asks each\)$/);
      const text = 'pod/payments/books-7';
      const target = { kind: 'object', text, objectKind: 'pod', name: 'books-7', namespace: 'payments' } as const;
      assert.ok((await asked({ targets: [target] })).names.includes('books-7'));
      const whole = await asked({ all: true });
      assert.equal(whole.names.length, 61);
      assert.doesNotMatch(whole.command ?? '', /--all/);
    });

    it('shows the issuer where its Secret may not be read', async () => {
      const [proxies] = (await look(plant('denied: [{resource: secrets}]'))).of('linkerd-proxies');
      assert.deepEqual(
        proxies?.placements.map(({ ref, role }) => [ref, role]),
        [
          ['pod/payments/ledger-9d1f-ccc#sds/default', 'workload-svid'],
          ['pod/payments/ledger-9d1f-ccc#sds/issuer', 'linkerd-issuer'],
        ],
      );
    });

    it('says that ports may not be forwarded', async () => {
      const [proxies] = (await look(plant('denied: [{resource: pods/portforward}]'))).of('linkerd-proxies');
      assert.equal(proxies?.state, 'denied');
      assert.match(proxies.reason ?? '', /1 of 1 proxies could not be asked: .*forbidden/);
    });

    it('takes the word of linkerd identity where the port cannot be reached', async () => {
      const stdout = [
        '',
        'POD ledger-9d1f-ccc (1 of 1)',
        '',
        'Certificate:',
        '            Not Before: Nov 24 15:27:11 2026 UTC',
        '            Not After : Nov 25 15:27:51 2026 UTC',
        `                DNS:${IDENTITY}`,
      ].join('\\n');
      const seen = await look(
        plant(
          `without: [], proxies: [{kind: linkerd, pod: payments/ledger-9d1f-ccc, certificates: []}], tools: [{argv: linkerd identity ..., stdout: "${stdout}"}]`,
        ),
      );
      const [fact] = seen.of('linkerd-proxies')[0]?.facts.meshProxy ?? [];
      assert.deepEqual(
        [fact?.means, fact?.resources],
        ['linkerd', [{ name: 'default', state: 'active', expires: '2026-11-25T15:27:51.000Z', identity: IDENTITY }]],
      );
    });
  });

  describe('linkerd check', () => {
    const answer = JSON.stringify({
      success: true,
      categories: [{ categoryName: 'linkerd-identity', checks: [{ description: 'x', result: 'warning', error: 'y' }] }],
    });

    it('is absent where there is no such program, which leaves nothing open', async () => {
      assert.deepEqual(
        (await look(plant(''))).of('linkerd-check').map(({ state, tool }) => [state, tool]),
        [['absent', undefined]],
      );
    });

    it('keeps what it says, with its version', async () => {
      const seen = await look(
        plant(
          `tools: [{argv: linkerd check --proxy --wait 2s -o json ..., stdout: '${answer}'}, {argv: linkerd version ..., stdout: "Client version: edge-26.8.3\\nServer version: unavailable\\n"}]`,
        ),
      );
      const [check] = seen.of('linkerd-check');
      assert.equal(check?.state, 'complete');
      assert.equal(check.tool?.exit, 0);
      assert.deepEqual(check.facts.linkerdCheck, [
        {
          success: true,
          checks: [{ category: 'linkerd-identity', description: 'x', result: 'warning', error: 'y' }],
          client: 'edge-26.8.3',
        },
      ]);
    });

    it('is partial when it gives no list, and asks about linked clusters where there are any', async () => {
      const seen = await look(
        plant(
          `objects: [{apiVersion: multicluster.linkerd.io/v1alpha3, kind: Link, metadata: {name: east, namespace: mc}, spec: {targetClusterName: east}}], tools: [{argv: linkerd check ..., stderr: "Error: it broke", exit: 1}, {argv: linkerd multicluster check ..., stdout: '${answer}'}]`,
        ),
      );
      assert.deepEqual(
        seen.of('linkerd-check').map(({ command, state }) => [command.split(' ').slice(1, 3).join(' '), state]),
        [
          ['check --proxy', 'partial'],
          ['multicluster check', 'complete'],
        ],
      );
    });

    it('is not asked where nothing of Linkerd is', async () => {
      const [bare] = parsePlanting('- {id: test, layer: mesh, title: t, symptom: s}', { file: 'test.yaml', known });
      assert.deepEqual((await look(bare!)).of('linkerd-check'), []);
    });
  });

  describe('values and Links', () => {
    const link = (gateway: string) =>
      `objects: [{apiVersion: multicluster.linkerd.io/v1alpha3, kind: Link, metadata: {name: east, namespace: mc}, spec: {targetClusterName: east, targetClusterDomain: east.local, gatewayAddress: '${gateway}', gatewayPort: '4143', gatewayIdentity: ${IDENTITY}}}]`;

    it('reads both', async () => {
      const seen = await look(plant(link('198.51.100.1, gw.example.com')));
      const facts = seen.of('linkerd-config').flatMap((one) => one.facts.linkerdLink ?? []);
      assert.deepEqual(facts, [
        {
          namespace: 'mc',
          name: 'east',
          cluster: 'east',
          clusterDomain: 'east.local',
          gatewayAddresses: ['198.51.100.1', 'gw.example.com'],
          gatewayPort: 4143,
          gatewayIdentity: IDENTITY,
        },
      ]);
      const [config] = seen.of('linkerd-config').flatMap((one) => one.facts.linkerdConfig ?? []);
      assert.deepEqual([config?.trustDomain, config?.scheme], ['cluster.local', 'kubernetes.io/tls']);
    });

    it('asks the gateway of a linked cluster who it is', async () => {
      const servers = "servers: [{listen: ['198.51.100.1:4143'], chain: [LEDGER, LINKERD_ISSUER]}]";
      const [gateway] = (await look(plant(`${link('198.51.100.1')}, ${servers}`))).of('linkerd-gateways');
      assert.deepEqual(
        gateway?.placements.map(({ ref, role }) => [ref, role]),
        [[`tls://198.51.100.1:4143#${IDENTITY}`, 'workload-svid']],
      );
    });
  });
});

describe('collecting what replicas behind webhooks serve', () => {
  const world = (port: string) =>
    `objects: [{apiVersion: v1, kind: Service, metadata: {name: linkerd-proxy-injector, namespace: linkerd}, spec: {selector: {app: injector}, ports: [{port: 443, targetPort: ${port}, protocol: TCP}]}}, {apiVersion: v1, kind: Pod, metadata: {name: injector-1, namespace: linkerd, labels: {app: injector}}, spec: {nodeName: n, containers: [{name: c, image: i, ports: [{name: webhook, containerPort: 8443}]}]}, status: {phase: Running, podIP: 10.244.7.7}}], servers: [{listen: ['10.244.7.7:8443'], chain: [INJECTOR]}]`;

  for (const port of ['8443', 'webhook']) {
    it(`asks each replica at its own port: ${port}`, async () => {
      const [replica] = (await look(plant(world(port)))).of('server-pods');
      assert.deepEqual(
        replica?.placements.map(({ ref, role }) => [ref, role]),
        [['tls://10.244.7.7:8443#linkerd-proxy-injector.linkerd.svc', 'linkerd-webhook']],
      );
    });
  }

  it('says that it may not, and lets what cannot be reached be', async () => {
    const [denied] = (await look(plant(`${world('8443')}, denied: [{resource: pods/portforward}]`))).of('server-pods');
    assert.equal(denied?.state, 'denied');
    const [silent] = (await look(plant(`${world('9999')}, without: ['linkerd-proxy-injector.linkerd.svc:443']`))).of(
      'server-pods',
    );
    assert.equal(silent?.state, 'not-applicable');
    assert.deepEqual((await look(plant(''))).of('server-pods'), []);
  });
});
