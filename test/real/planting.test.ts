import assert from 'node:assert/strict';
import { createContext } from '../../src/context.ts';
import { check } from '../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { fold } from '../../src/core/snapshot/fold.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import { SOURCES } from '../../src/io/collect/sources.ts';
import { builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import { scopeOf } from '../support/scope.ts';
import { until, useOwnBed } from '../testbed/fixture.ts';
import { type Planted, plant } from '../testbed/plant.ts';

const PLANT_WITHIN_MS = 180_000;
const KUBECONFIG = '/root/.kube/config';
/**
 * What the two cannot have in common: the bed's own trust bundle in a namespace that every cluster has, the public
 * roots, which a real machine brings itself, and a file's reference to an absolute path.
 */
const NOT_COMMON = /^configmap\/kube-node-lease\/|^root\/|-roots.pem|^kubeconfig:\/etc\/kubernetes\/kubelet.conf#users/;
/** How long a request has waited is not planted. */
const BY_AGE = new Set(['CSR_PENDING']);

const probe = (host: string) => ({ scheme: 'https', host, port: 443, sni: host });

async function look(ports: Ports, parts: Partial<Scope>): Promise<Snapshot> {
  const probes = ['app.example.com', 'old.shop.example.com'].map(probe);
  const scope = scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'], pkiDirGiven: true, probes, ...parts });
  const signal = new AbortController().signal;
  const observations = await collect({ sources: SOURCES, ports, scope, timeout: 10_000, signal });
  return fold(observations, {
    takenAt: new Date(ports.clock.now()).toISOString(),
    tool: { name: 'test', version: '0' },
    scope: { namespaces: [], layers: scope.layers, targets: [] },
  });
}

function realPorts(kubeconfig: string): Promise<Ports> {
  return createContext(process).openPorts({ flags: { kubeconfig }, requestTimeout: 10_000, verbosity: 0 });
}

async function lookAtBed({ kubeconfig, pkiDir = '/none', caFile = '/none', resolve }: Planted): Promise<Snapshot> {
  return look(await realPorts(kubeconfig), { kubeconfig, pkiDir, caFile, resolve });
}

/** A ref as the demo has it: addresses and paths that stand for planted ones are called by those. */
function asPlanted(planted: Planted) {
  return (ref: string): string => {
    const [, host, port, sni = ''] = /^tls:\/\/([\d.]+):(\d+)(#.*)?$/.exec(ref) ?? [];
    const stands = planted.resolve.find(
      (each) => each.address === host && each.port === Number(port) && `#${each.host}` === sni,
    );
    if (stands) return `tls://${stands.host}:${port}${sni}`;
    return ref.replace(planted.kubeconfig, KUBECONFIG).replace(planted.root, '');
  };
}

function placementsOf({ placements }: Snapshot, name = (ref: string) => ref): string[] {
  return placements
    .map(({ ref, layer, role, manager, chain }) => [name(ref), layer, role, manager, chain.length].join(' '))
    .filter((line) => !NOT_COMMON.test(line))
    .sort();
}

function findingsOf(snapshot: Snapshot, name = (ref: string) => ref): string[] {
  return check(takeInventory(snapshot), DEFAULT_POLICY, Date.parse(snapshot.takenAt))
    .findings.filter(({ code }) => !BY_AGE.has(code))
    .map(({ severity, code, placement }) => [severity, code, name(placement)].join(' '))
    .filter((line) => !NOT_COMMON.test(line.split(' ')[2]!))
    .sort();
}

describe('an incident planted on a real API server', function () {
  this.timeout(PLANT_WITHIN_MS);
  const bed = useOwnBed('core');

  for (const id of ['demo', 'frozen']) {
    it(`looks the same as in process: ${id}`, async () => {
      const incident = builtInIncident(id);
      const planted = await plant(bed, incident);
      const real = await lookAtBed(planted);
      const demo = await look(await demoPorts({ incident, now: Date.now() }), {});
      const name = asPlanted(planted);
      assert.deepEqual(placementsOf(real, name), placementsOf(demo));
      assert.deepEqual(findingsOf(real, name), findingsOf(demo));
    });
  }

  it('denies what the incident denies, and nothing else', async () => {
    const [incident] = parsePlanting(DENIED, { file: 'denied.yaml' }) as [Incident];
    const { kubeconfig, skipped } = await plant(bed, incident);
    for (const { kube } of [await realPorts(kubeconfig), await demoPorts({ incident, now: Date.now() })]) {
      const get = (path: string) => kube.request({ path, signal: AbortSignal.timeout(10_000) });
      await assert.rejects(get('/api/v1/secrets'), { state: 'denied', code: '403' });
      await assert.rejects(get('/api/v1/namespaces/planted-b/secrets'), { state: 'denied', code: '403' });
      await assert.rejects(get('/api/v1/namespaces/planted-a/configmaps'), { state: 'denied', code: '403' });
      await assert.rejects(get('/api/v1/namespaces/planted-b/services/hidden'), { state: 'denied', code: '403' });
      assert.equal((await get('/api/v1/namespaces/planted-b/services/shown')).status, 200);
      assert.equal((await get('/api/v1/namespaces/planted-b/configmaps')).status, 200);
      assert.equal((await get('/apis/example.com/v1/namespaces/planted-a/widgets/w')).status, 200);
    }
    assert.deepEqual(skipped, ['tools: the real ones answer']);
  });

  it('keeps what a manager wrote apart from what the next one wrote', async () => {
    const fields = await bed.kubectl(['get', 'cm', '-n', 'planted-b', 'twice', '-o', 'json', '--show-managed-fields']);
    const { data, metadata } = JSON.parse(fields) as {
      data: object;
      metadata: { managedFields: { manager: string }[] };
    };
    assert.deepEqual(data, { a: '2' });
    assert.ok(
      metadata.managedFields.some(({ manager }) => manager === 'second'),
      fields,
    );
  });

  it('gives statuses that no controller would give', async () => {
    const path = 'jsonpath={.status.state} {.status.since}';
    const status = await bed.kubectl(['get', 'widgets', '-n', 'planted-a', 'w', '-o', path]);
    assert.match(status, /^stuck \d{4}-\d\d-\d\dT/);
  });
});

const DENIED = `- id: denied
  layer: ingress
  title: A person who may not read Secrets
  symptom: forbidden
  denied: [{resource: secrets}, {resource: '*', group: '', namespace: planted-a}, {resource: services, namespace: planted-b, name: hidden}]
  tools: [{argv: kubeadm version}]
  objects:
  - {apiVersion: example.com/v1, kind: Widget, metadata: {name: w, namespace: planted-a, finalizers: [example.com/never]}, status: {state: stuck, since: '\${now-3d}'}}
  - {apiVersion: v1, kind: Service, metadata: {name: hidden, namespace: planted-b}, spec: {ports: [{port: 443}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: shown, namespace: planted-b}, spec: {ports: [{port: 443}]}}
  - {apiVersion: v1, kind: ConfigMap, writtenBy: first, metadata: {name: twice, namespace: planted-b}, data: {a: '1'}}
  - {apiVersion: v1, kind: ConfigMap, writtenBy: second, metadata: {name: twice, namespace: planted-b}, data: {a: '2'}}
`;

describe('logs of an incident planted on a real API server', function () {
  this.timeout(PLANT_WITHIN_MS);
  const bed = useOwnBed('core', 'kwok');

  it('are read through it, from the container that wrote them', async () => {
    const [incident] = parsePlanting(LOGS, { file: 'logs.yaml' }) as [Incident];
    const { skipped } = await plant(bed, incident);
    assert.deepEqual(skipped, ['logs of units: the bed has none']);
    const logs = (container: string) =>
      until(`the log of ${container}`, async () => {
        const { exitCode, stdout } = await bed.tryRun(['kubectl', 'logs', '-n', 'planted-c', 'web', '-c', container]);
        return exitCode === 0 && stdout !== '' ? stdout : undefined;
      });
    assert.equal(await logs('web'), 'served\n');
    assert.equal(await logs('istio-proxy'), 'one\ntwo\n');
  });
});

const LOGS = `- id: logs
  layer: mesh
  title: A sidecar that cannot renew
  symptom: failed to warm certificate
  objects:
  - apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: planted-c}
    spec: {nodeName: planted-node, serviceAccountName: web, containers: [{name: web, image: registry.example/web:1}], initContainers: [{name: istio-proxy, image: registry.example/proxy:1, restartPolicy: Always}]}
  logs:
  - {pod: planted-c/web, lines: [served]}
  - {pod: planted-c/web, container: istio-proxy, lines: [{at: now-3m, text: one}, two]}
  - {unit: kubelet, lines: [quiet]}
`;
