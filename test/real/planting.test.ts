import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { check } from '../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { certificatesIn } from '../../src/core/parse/pem-contents.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { parseCertificate } from '../../src/core/x509/certificate.ts';
import { getFromPod, shakeHandsWithPod } from '../../src/io/collect/pods/pod-port.ts';
import { builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import { installProgram } from '../support/program.ts';
import { until, useOwnBed } from '../testbed/fixture.ts';
import { asPlanted, look, lookAtBed, realPorts } from '../testbed/look.ts';
import { plant, productArguments } from '../testbed/plant.ts';
import { runOptions } from '../testbed/plant-command.ts';
import { unplant } from '../testbed/plant-removal.ts';

const PLANT_WITHIN_MS = 180_000;
/**
 * What the two cannot have in common: the bed's own trust bundle in a namespace that every cluster has, the public
 * roots, which a real machine brings itself, a file's reference to an absolute path, and files of other beds' processes.
 */
const NOT_COMMON =
  /kubectl-certs-testbed|^configmap\/kube-node-lease\/|^root\/|-roots.pem|^kubeconfig:\/etc\/kubernetes\/kubelet.conf#users/;
/** The bed's servers end the connection of a client that they refuse, without the alert that would tell why. */
const NO_ALERTS = / CLIENT_REFUSED | source\/node-handshakes$/;
/**
 * What the real server stamps: how long a request has waited, and that nothing runs behind an APIService, whose
 * condition its aggregator writes anew.
 */
const STAMPED = new Set(['CSR_PENDING', 'API_SERVICE_UNAVAILABLE']);

const probe = (host: string) => ({ scheme: 'https', host, port: 443, sni: host });
const PROBES = ['app.example.com', 'old.shop.example.com'].map(probe);

function placementsOf({ placements }: Snapshot, name = (ref: string) => ref): string[] {
  return placements
    .map(({ ref, layer, role, manager, chain }) => [name(ref), layer, role, manager, chain.length].join(' '))
    .filter((line) => !NOT_COMMON.test(line))
    .sort();
}

function findingsOf(snapshot: Snapshot, name = (ref: string) => ref): string[] {
  return check(takeInventory(snapshot), DEFAULT_POLICY, Date.parse(snapshot.takenAt))
    .findings.filter(({ code }) => !STAMPED.has(code))
    .map(({ severity, code, placement }) => [severity, code, name(placement)].join(' '))
    .filter((line) => !NOT_COMMON.test(line.split(' ')[2]!) && !NO_ALERTS.test(line))
    .sort();
}

describe('an incident planted on a real API server', function () {
  this.timeout(PLANT_WITHIN_MS);
  const bed = useOwnBed('core', 'kwok');

  for (const id of ['demo', 'frozen']) {
    it(`looks the same as in process: ${id}`, async () => {
      const incident = builtInIncident(id);
      const planted = await plant(bed, incident);
      const real = await lookAtBed(planted, { probes: PROBES });
      const demo = await look(await demoPorts({ incident, now: Date.now() }), { pkiDirGiven: true, probes: PROBES });
      const name = asPlanted(planted);
      assert.deepEqual(placementsOf(real, name), placementsOf(demo));
      assert.deepEqual(findingsOf(real, name), findingsOf(demo));
    });
  }

  it('denies what the incident denies, and nothing else', async () => {
    const [incident] = parsePlanting(DENIED, { file: 'denied.yaml' }) as [Incident];
    const planted = await plant(bed, incident);
    for (const { kube } of [await realPorts(planted), await demoPorts({ incident, now: Date.now() })]) {
      const get = (path: string) => kube.request({ path, signal: AbortSignal.timeout(10_000) });
      await assert.rejects(get('/api/v1/secrets'), { state: 'denied', code: '403' });
      await assert.rejects(get('/api/v1/namespaces/planted-b/secrets'), { state: 'denied', code: '403' });
      await assert.rejects(get('/api/v1/namespaces/planted-a/configmaps'), { state: 'denied', code: '403' });
      await assert.rejects(get('/api/v1/namespaces/planted-b/services/hidden'), { state: 'denied', code: '403' });
      assert.equal((await get('/api/v1/namespaces/planted-b/services/shown')).status, 200);
      assert.equal((await get('/api/v1/namespaces/planted-b/configmaps')).status, 200);
      assert.equal((await get('/apis/example.com/v1/namespaces/planted-a/widgets/w')).status, 200);
    }
    assert.deepEqual(planted.skipped, []);
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

  it('lets planted tools answer, with the logs of units, and nobody else', async () => {
    const [incident] = parsePlanting(MACHINE, { file: 'machine.yaml' }) as [Incident];
    const { tools } = await realPorts(await plant(bed, incident));
    const run = (command: string) =>
      tools.run({ argv: command.split(' '), maxOutput: 10_000, signal: AbortSignal.timeout(10_000) });
    const { exit, stdout, stderr } = await run('kubeadm certs check-expiration -o json');
    assert.deepEqual([exit, stderr], [3, 'W']);
    assert.match(stdout, /^ends \d{4}-/);
    assert.match((await run('journalctl -u kubelet -n 5')).stdout, /^\S+ kubelet: quiet$/);
    assert.equal((await run('kubeadm version')).exit, 64);
  });

  it('denies files and programs, to root as well', async () => {
    const [incident] = parsePlanting(UNREADABLE, { file: 'unreadable.yaml' }) as [Incident];
    const planted = await plant(bed, incident);
    assert.deepEqual(planted.skipped, []);
    const program = await installProgram();
    const argv = ['layers', '-o', 'json', '--layer=cluster', ...productArguments(planted)];
    const { stdout } = await program.run(argv, runOptions(planted));
    await program.remove();
    const report = JSON.parse(stdout) as {
      coverage: { source: string; state: string; reason?: string }[];
      certificates: { placements: { ref: string }[] }[];
    };
    const demo = await look(await demoPorts({ incident, now: Date.now() }), { pkiDirGiven: true });
    const deniedIn = (coverage: readonly (typeof report.coverage)[number][]) =>
      coverage
        .filter(({ state }) => state === 'denied')
        .map(
          ({ source, reason = '' }) =>
            `${source}: ${reason.replaceAll(planted.root, '').replace(/ \(and \d+ more.*/, '')}`,
        )
        .sort();
    assert.deepEqual(deniedIn(report.coverage), deniedIn(demo.coverage));
    assert.match(
      deniedIn(report.coverage).join('\n'),
      /apiserver.crt: permission denied.*kubeadm may not be executed/s,
    );
    const refs = report.certificates.flatMap(({ placements }) => placements.map(({ ref }) => ref));
    assert.ok(refs.includes(`file:${planted.root}/etc/kubernetes/pki/ca.crt`), refs.join());
  });

  it('runs planted processes under their names, in order with the files that they name', async () => {
    const [incident] = parsePlanting(MACHINE, { file: 'machine.yaml' }) as [Incident];
    const planted = await plant(bed, incident);
    const { processes, files } = await realPorts(planted);
    const ours = async () =>
      (await processes.named(['kube-scheduler', 'kubelet'])).filter(({ argv }) => argv.join().includes(planted.root));
    const [scheduler, kubelet] = await ours();
    const changed = (await files.stat(`${planted.root}/etc/kubernetes/scheduler.conf`))!.modified;
    assert.ok(
      scheduler!.started < changed && changed < kubelet!.started,
      JSON.stringify([scheduler, changed, kubelet]),
    );
    assert.ok((await files.stat(`${planted.root}/etc/kubernetes/kubelet.conf`))!.modified < Date.now() - 86_400_000);
    await unplant(bed);
    assert.deepEqual(await ours(), []);
  });

  it('listens again when the same is planted anew', async () => {
    const [incident] = parsePlanting(SERVER, { file: 'server.yaml' }) as [Incident];
    for (let round = 1; round <= 2; round++) {
      const [{ address = '', port = 0 } = {}] = (await plant(bed, incident)).resolve;
      await once(connect({ host: address, port }), 'connect');
    }
  });

  it('has logs that are read through it, from the container that wrote them', async () => {
    const [incident] = parsePlanting(LOGS, { file: 'logs.yaml' }) as [Incident];
    const { skipped } = await plant(bed, incident);
    assert.deepEqual(skipped, []);
    const logs = (container: string) =>
      until(`the log of ${container}`, async () => {
        const { exitCode, stdout } = await bed.tryRun(['kubectl', 'logs', '-n', 'planted-c', 'web', '-c', container]);
        return exitCode === 0 && stdout !== '' ? stdout : undefined;
      });
    assert.equal(await logs('web'), 'served\n');
    assert.equal(await logs('istio-proxy'), 'one\ntwo\n');
  });

  it('has proxies that answer through it as in process', async () => {
    const incident = builtInIncident('healthy');
    const planted = await plant(bed, incident);
    assert.deepEqual(planted.skipped, []);
    const demo = await demoPorts({ incident, now: Date.now() });
    const real = await realPorts(planted);
    const web = { namespace: 'shop', pod: 'web-5f6d-aaa', port: 15000 };
    await until('kwok forwards', () => getFromPod(real, { ...web, signal: soon() }, '/ready').catch(() => undefined));
    assert.deepEqual(await heldBy(real, web), await heldBy(demo, web));
    const ledger = { namespace: 'payments', pod: 'ledger-9d1f-ccc', port: 4191 };
    const identity = 'ledger.payments.serviceaccount.identity.linkerd.cluster.local';
    for (const ports of [real, demo]) {
      const { chain, error } = await shakeHandsWithPod(ports, { ...ledger, signal: soon() }, identity);
      assert.deepEqual([error, parseCertificate(chain[0]!).dnsNames], [undefined, [identity]]);
      const { body } = await getFromPod(ports, { ...ledger, signal: soon() }, '/metrics');
      assert.match(Buffer.from(body).toString(), /^control_identity_cert_expiration_timestamp_seconds \d+\n/);
    }
  });
});

const soon = () => AbortSignal.timeout(10_000);

/** Names and identities of what Envoy holds. */
async function heldBy(ports: Ports, pod: { namespace: string; pod: string; port: number }): Promise<string[]> {
  const { body } = await getFromPod(ports, { ...pod, signal: soon() }, '/config_dump?mask=dynamic_active_secrets');
  const [dump] = (JSON.parse(Buffer.from(body).toString()) as { configs: SecretsDump[] }).configs;
  return dump!.dynamic_active_secrets.map(({ name, secret }) => {
    const bytes =
      secret.tls_certificate?.certificate_chain.inline_bytes ?? secret.validation_context?.trusted_ca.inline_bytes;
    const { certificates } = certificatesIn(Buffer.from(bytes ?? '', 'base64'));
    return [name, ...certificates.map(({ certificate }) => certificate.uris[0] ?? certificate.subject)].join(' ');
  });
}

interface SecretsDump {
  readonly dynamic_active_secrets: readonly {
    readonly name: string;
    readonly secret: {
      readonly tls_certificate?: { readonly certificate_chain: { readonly inline_bytes: string } };
      readonly validation_context?: { readonly trusted_ca: { readonly inline_bytes: string } };
    };
  }[];
}

const MACHINE = `- id: machine
  layer: cluster
  title: A machine with tools and processes
  symptom: none
  files:
    /etc/kubernetes/scheduler.conf: {content: x, mtime: now-1h}
    /etc/kubernetes/kubelet.conf: {content: x, mtime: now-3d}
  processes:
  - {argv: kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --other /etc/kubernetes/scheduler.conf, start: now-10m}
  - {argv: /usr/bin/kube-scheduler --kubeconfig=/etc/kubernetes/scheduler.conf, start: now-2d}
  tools: [{argv: kubeadm certs * ..., stdout: 'ends \${now}', stderr: W, exit: 3}]
  logs: [{unit: kubelet, lines: [quiet]}]
`;

const UNREADABLE = `- id: unreadable
  layer: cluster
  title: A person who is not root
  symptom: permission denied
  certificates: {CA: {ca: true}, APISERVER: {issuer: CA}}
  files:
    /etc/kubernetes/pki/ca.crt: '\${cert:CA}'
    /etc/kubernetes/pki/apiserver.crt: '\${cert:APISERVER}'
    /etc/kubernetes/pki/etcd/ca.crt: '\${cert:CA}'
  tools: [{argv: kubeadm version}, {argv: kubectl version}]
  denied: [{file: /etc/kubernetes/pki/apiserver.crt}, {file: /etc/kubernetes/pki/etcd}, {binary: kubeadm}]
`;

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

const SERVER = `- id: server
  layer: cluster
  title: A server
  symptom: none
  certificates: {CA: {ca: true}, LEAF: {issuer: CA}}
  servers: [{listen: ['10.0.0.10:6443'], chain: [LEAF]}]
`;

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
