// Time and peak memory of `kubectl certs layers` on a real API server with many TLS Secrets, beside kubectl reading the
// same Secrets in the same rounds: `npm run build && npm run bench -- [NUMBER OF SECRETS]`. Needs the test bed's core.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { mintKey } from '../../src/io/demo/mint.ts';
import { Bed } from '../testbed/bed.ts';
import { certificate, clusterCa, tlsSecret } from '../testbed/pki.ts';
import { ownRunFolder, sweepDeadRuns } from '../testbed/run-folder.ts';
import { startSupervisor } from '../testbed/supervisor/client.ts';

const COUNT = Number(process.argv[2] ?? 10_000);
const ROUNDS = 3;
const NAMESPACES = 20;
/** Requests under way at the same time while the Secrets are made. */
const WRITERS = 16;
/** How often the kernel is asked for the highest memory use so far, milliseconds: it only grows. */
const SAMPLE = 20;

interface Program {
  readonly title: string;
  readonly argv: readonly string[];
  /** How many TLS Secrets its output holds. */
  readonly count: (output: string) => number;
}

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

sweepDeadRuns();
const bed = new Bed(ownRunFolder());
await startSupervisor(bed.runDir, { tied: true });
try {
  await bed.start(['core']);
  await timed(`${COUNT} TLS Secrets in ${NAMESPACES} namespaces were made`, plantSecrets);
  report(await measureAll());
} finally {
  await bed.down();
}

async function plantSecrets(): Promise<void> {
  const kube = createKubeApi({
    flags: { kubeconfig: bed.superAdminKubeconfig },
    env: process.env,
    files: localFiles,
    clock: systemClock,
    requestTimeout: 0,
  });
  const signal = new AbortController().signal;
  const post = (path: string, body: object) => kube.request({ method: 'POST', path, body, signal });
  for (let index = 0; index < NAMESPACES; index++) {
    await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `bench-${index}` } });
  }
  const issuer = clusterCa(bed);
  const key = mintKey('ECDSA-P256');
  let next = 0;
  const write = async () => {
    for (let index = next++; index < COUNT; index = next++) {
      const host = `host-${index}.example.com`;
      const leaf = await certificate({ subject: `CN=${host}`, issuer, key, dnsNames: [host, `www.${host}`] });
      const namespace = `bench-${index % NAMESPACES}`;
      await post(`/api/v1/namespaces/${namespace}/secrets`, tlsSecret(namespace, `tls-${index}`, leaf, [issuer]));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

/** Both programs in turn, so that a change of the machine's load meets both. */
async function measureAll(): Promise<Map<Program, Measured[]>> {
  const results = new Map<Program, Measured[]>(programs().map((program) => [program, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [program, measured] of results) measured.push(await measure(program));
  }
  return results;
}

function programs(): Program[] {
  const isOurs = (name: string) => name.startsWith('tls-');
  return [
    {
      title: 'kubectl get secrets -A -o json',
      argv: [join(bed.binDir, 'kubectl'), 'get', 'secrets', '-A', '-o', 'json'],
      count: (output) => {
        const { items } = JSON.parse(output) as { items: { metadata: { name: string } }[] };
        return items.filter(({ metadata }) => isOurs(metadata.name)).length;
      },
    },
    {
      title: 'kubectl certs layers -o json',
      argv: [process.execPath, 'dist/kubectl-certs.cjs', 'layers', '-o', 'json'],
      count: (output) => {
        const { certificates } = JSON.parse(output) as { certificates: { placements: { ref: string }[] }[] };
        const refs = certificates.flatMap(({ placements }) => placements.map(({ ref }) => ref));
        return new Set(refs.filter((ref) => /^secret\/bench-\d+\/tls-\d+#tls.crt/.test(ref))).size;
      },
    },
  ];
}

/** @throws Error when the program fails or does not show all that was planted: nothing would be compared then */
async function measure({ title, argv, count }: Program): Promise<Measured> {
  const path = bed.write('bench.out', '');
  const output = openSync(path, 'w');
  const started = performance.now();
  const child = spawn(argv[0]!, argv.slice(1), {
    env: { ...bed.env, KUBECONFIG: bed.superAdminKubeconfig, HOME: bed.runDir },
    stdio: ['ignore', output, 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, highWater(child.pid))), SAMPLE);
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampler);
  closeSync(output);
  if (code !== 0) throw new Error(`${title} ended with ${code}: ${errors.slice(0, 1000)}`);
  const found = count(readFileSync(path, 'utf8'));
  if (found !== COUNT) throw new Error(`${title} showed ${found} of ${COUNT} Secrets: ${errors.slice(0, 1000)}`);
  return { seconds, megabytes: peak / 1024 };
}

/** Highest resident size of a process so far in KiB (proc_pid_status(5), VmHWM); 0 when it has ended. */
function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function report(results: ReadonlyMap<Program, readonly Measured[]>): void {
  const rows = [...results].map(([{ title }, measured]) => ({
    title,
    seconds: median(measured.map(({ seconds }) => seconds)),
    megabytes: median(measured.map(({ megabytes }) => megabytes)),
  }));
  const base = rows[0]!;
  for (const { title, seconds, megabytes } of rows) {
    const time = `${seconds.toFixed(1).padStart(6)} s  x ${(seconds / base.seconds).toFixed(2)}`;
    const memory = `${megabytes.toFixed(0).padStart(6)} MB  x ${(megabytes / base.megabytes).toFixed(2)}`;
    console.log(`${title.padEnd(32)} ${time} ${memory}`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  console.error(`${what} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
