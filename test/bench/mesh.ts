// A large mesh: its Pods listed by kubectl, kept by `kubectl certs snapshot` and judged by `kubectl certs check`, from the
// same loopback API server in the same rounds; and what as many proxies hold, asked through the demo's port-forwards: as
// a sample, and each of them. Of 50,000 Pods kubectl makes one document of gigabytes, which takes minutes.
//   npm run bench:mesh -- [NUMBER OF PODS] [NUMBER OF WORKLOADS] [ROUNDS]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readSnapshotText } from '../../src/core/snapshot/format.ts';
import { pods } from '../../src/io/collect/cluster/pods.ts';
import { secrets } from '../../src/io/collect/ingress/secrets.ts';
import { istioConfig } from '../../src/io/collect/mesh/istio-config.ts';
import { istioProxies } from '../../src/io/collect/mesh/istio-proxies.ts';
import { SAMPLE } from '../../src/io/collect/mesh/proxy-sample.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { NOW } from '../support/fake-ports.ts';
import { installProgram } from '../support/program.ts';
import { runPorts } from '../support/run-sources.ts';
import { find } from '../testbed/build/build.ts';
import { componentNamed } from '../testbed/catalogue/index.ts';
import { measureAll, report } from './measure.ts';

const PODS = Number(process.argv[2] ?? 50_000);
const WORKLOADS = Number(process.argv[3] ?? 2_000);
const ROUNDS = Number(process.argv[4] ?? 1);
const NAMESPACES = 50;

if (process.send) await servePods();
else {
  await listPods();
  await askProxies();
}

async function listPods(): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), [String(PODS), String(WORKLOADS)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const program = await installProgram();
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const from = ['--server', `http://127.0.0.1:${port}`];
    const programs = [
      {
        title: 'kubectl get pods -A -o json',
        argv: [await kubectlPath(), 'get', 'pods', '-A', '-o', 'json', ...from],
        count: (output: Buffer) => occurrences(output, '"kind": "Pod"'),
      },
      {
        title: 'kubectl certs snapshot --layer mesh -f -',
        argv: [process.execPath, program.launcher, 'snapshot', '--layer', 'mesh', '-f', '-', ...from],
        count: (output: Buffer) => readSnapshotText(gunzipSync(output).toString(), 'bench').facts.pod?.length ?? 0,
      },
      {
        title: 'kubectl certs layers --layer mesh -o json',
        argv: [process.execPath, program.launcher, 'layers', '--layer', 'mesh', '-o', 'json', ...from],
        count: (output: Buffer) => podsJudged(output),
      },
    ];
    const env = { HOME: program.root, PATH: process.env.PATH };
    const output = join(program.root, 'bench.out');
    console.log(`${PODS} Pods of ${Math.round(JSON.stringify(podOf(0)).length / 100) / 10} kB, in pages of 500:`);
    report(await measureAll(programs, { env, output, expected: PODS, rounds: ROUNDS }));
  } finally {
    server.kill();
    await program.remove();
  }
}

/** Workloads by the mode that is in force for them, and who has no identity: every Pod is in one of the two. */
function podsJudged(output: Buffer): number {
  const { mtls } = JSON.parse(output.toString()) as {
    mtls: { workloads: { mode: string; count: number }[]; podsWithoutIdentity: { pods: number }[] };
  };
  const strict = mtls.workloads.filter(({ mode }) => mode === 'STRICT').reduce((sum, { count }) => sum + count, 0);
  if (strict !== WORKLOADS) throw new Error(`${strict} of ${WORKLOADS} workloads are seen to be under STRICT`);
  return PODS;
}

/** The test bed's where it is built: what is called kubectl on a PATH may be a wrapper that looks for one. */
async function kubectlPath(): Promise<string> {
  const found = await find(componentNamed('kubectl'));
  return found.state === 'missing' ? 'kubectl' : found.path;
}

/** In a buffer: kubectl's output may be longer than a string can be. */
function occurrences(output: Buffer, word: string): number {
  let found = 0;
  for (let at = output.indexOf(word); at >= 0; at = output.indexOf(word, at + word.length)) found++;
  return found;
}

/** Each workload has one proxy. The demo's cluster lives in the same process, and its memory counts with ours. */
async function askProxies(): Promise<void> {
  const ports = await demoPorts({ incident: meshOf(WORKLOADS), now: NOW });
  const sources = [pods, secrets, istioConfig, istioProxies];
  // What is only read once is read before the clock starts.
  await runPorts(sources, ports, { scope: { layers: ['mesh'] } });
  console.log(`${WORKLOADS} workloads of a mesh, their proxies asked through port-forwards, 16 at a time:`);
  for (const { title, all, expected } of [
    { title: 'a sample, as it is without --all', all: false, expected: Math.min(SAMPLE, WORKLOADS) },
    { title: 'each proxy (--all)', all: true, expected: WORKLOADS },
  ]) {
    const before = process.resourceUsage().maxRSS;
    const started = performance.now();
    const { facts, states } = await runPorts(sources, ports, { scope: { layers: ['mesh'], all } });
    const seconds = (performance.now() - started) / 1000;
    const asked = facts('meshProxy').filter(({ resources }) => resources.length > 0).length;
    if (asked < expected) throw new Error(`${asked} of ${expected} proxies were asked: ${states.join('; ')}`);
    const peak = process.resourceUsage().maxRSS;
    const memory = `peak ${Math.round(peak / 1024)} MB, ${Math.round((peak - before) / 1024)} MB more than before`;
    console.log(
      `${title.padEnd(44)} ${seconds.toFixed(2).padStart(6)} s  ${asked} proxies  ${((seconds * 1000) / asked).toFixed(2)} ms each  ${memory}`,
    );
  }
}

/** Istio in order, with this many workloads beside its own. */
function meshOf(count: number) {
  const names = Array.from({ length: count }, (_, index) => `w${index}`);
  const objects = names.map(
    (name) =>
      `  - {apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {nodeName: worker-1, serviceAccountName: ${name}, containers: [{name: app}, {name: istio-proxy}]}, status: {phase: Running}}`,
  );
  const proxies = names.map(
    (name) =>
      `  - {kind: istio, pod: shop/${name}, certificates: [{name: default, chain: [WEB, ISTIO_ROOT], state: ACTIVE}, {name: ROOTCA, trust: [ISTIO_ROOT], state: ACTIVE}]}`,
  );
  const head = ['- id: large', '  layer: mesh', '  title: t', '  symptom: s', '  extends: istio'];
  const text = [...head, '  objects:', ...objects, '  proxies:', ...proxies, ''].join('\n');
  return parsePlanting(text, { file: 'large.yaml', known: BUILT_IN_IDS.map(builtInIncident) })[0]!;
}

/** The API server, in a process of its own: it makes each page of Pods when it is asked for. */
async function servePods(): Promise<void> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    if (pathname === '/api/v1/pods') return answer(response, 200, pageOf(searchParams));
    const served = DISCOVERY[pathname] ?? OBJECTS[pathname];
    if (served) return answer(response, 200, served);
    answer(response, 404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send!({ port: (server.address() as AddressInfo).port });
}

const DISCOVERY: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '37', gitVersion: 'v1.37.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list'], shortNames: ['po'] },
    ],
  },
};

const listOf = (items: readonly object[]) => ({ kind: 'List', apiVersion: 'v1', metadata: {}, items });
const NAMES = Array.from({ length: NAMESPACES }, (_, index) => `bench-${index}`);

/** Istio, with a policy in each namespace that selects by a label of its own, and a Service before each workload. */
const OBJECTS: Readonly<Record<string, object>> = {
  '/api/v1/configmaps': listOf([
    { metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomain: cluster.local' } },
  ]),
  '/apis/security.istio.io/v1/peerauthentications': listOf(
    NAMES.map((namespace) => ({
      metadata: { name: 'strict', namespace },
      spec: { selector: { matchLabels: { 'bench.example.com/mesh': 'yes' } }, mtls: { mode: 'STRICT' } },
    })),
  ),
  '/api/v1/services': listOf(
    Array.from({ length: WORKLOADS }, (_, index) => ({
      metadata: { name: `app-${index}`, namespace: namespaceOf(index) },
      spec: { type: 'LoadBalancer', selector: { app: `app-${index}` }, ports: [{ port: 80, targetPort: 8080 }] },
    })),
  ),
};

function namespaceOf(workload: number): string {
  return `bench-${workload % NAMESPACES}`;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function pageOf(query: URLSearchParams): object {
  const from = Number(query.get('continue') ?? 0);
  const to = Math.min(PODS, from + Number(query.get('limit') ?? PODS));
  const items = Array.from({ length: to - from }, (_, index) => podOf(from + index));
  const metadata = { resourceVersion: '1', ...(to < PODS && { continue: String(to) }) };
  return { kind: 'PodList', apiVersion: 'v1', metadata, items };
}

/** As large as a Pod with a proxy, its container's probes and the fields' managers is; of each workload as many as fit. */
function podOf(index: number): object {
  const workload = index % WORKLOADS;
  const name = `app-${workload}-6d5c8b7f9-x${index}`;
  const container = (of: string) => ({
    name: of,
    image: `registry.example.com/team/${of}:1.${index % 100}.0`,
    env: Array.from({ length: 12 }, (_, at) => ({ name: `SETTING_${at}`, value: `value-${at}-of-${name}` })),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    readinessProbe: { httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' }, periodSeconds: 10 },
    livenessProbe: { httpGet: { path: '/live', port: 8080, scheme: 'HTTP' }, periodSeconds: 10 },
    volumeMounts: [{ name: 'tls', mountPath: '/etc/tls', readOnly: true }],
    terminationMessagePath: '/dev/termination-log',
    imagePullPolicy: 'IfNotPresent',
  });
  const managed = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`f:field-${at}`, { '.': {}, 'f:name': {} }]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: namespaceOf(workload),
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      resourceVersion: String(index),
      creationTimestamp: '2026-11-01T00:00:00Z',
      labels: {
        app: `app-${workload}`,
        'pod-template-hash': '6d5c8b7f9',
        'bench.example.com/mesh': 'yes',
        version: 'v1',
        team: `team-${index % 40}`,
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `app-${workload}-6d5c8b7f9`,
          uid: `rs-${index}`,
          controller: true,
        },
      ],
      managedFields: [
        { manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:spec': managed } },
      ],
    },
    spec: {
      nodeName: `node-${index % 500}`,
      serviceAccountName: `app-${workload}`,
      containers: [container('app'), container('istio-proxy')],
      volumes: [{ name: 'tls', secret: { secretName: `tls-${index % 1000}` } }],
    },
    status: { phase: 'Running', podIP: '10.244.0.1', startTime: '2026-11-01T00:00:00Z' },
  };
}
