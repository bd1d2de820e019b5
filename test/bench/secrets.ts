// Time and peak memory of `kubectl certs layers` on a real API server with many TLS Secrets, beside kubectl reading the
// same Secrets in the same rounds: `npm run build && npm run bench -- [NUMBER OF SECRETS]`. Needs the test bed's core.
import { join } from 'node:path';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { mintKey } from '../../src/io/demo/mint.ts';
import { Bed } from '../testbed/bed.ts';
import { certificate, clusterCa, tlsSecret } from '../testbed/pki.ts';
import { ownRunFolder, sweepDeadRuns } from '../testbed/run-folder.ts';
import { startSupervisor } from '../testbed/supervisor/client.ts';
import { measureAll, type Program, report } from './measure.ts';

const COUNT = Number(process.argv[2] ?? 10_000);
const ROUNDS = 3;
const NAMESPACES = 20;
/** Requests under way at the same time while the Secrets are made. */
const WRITERS = 16;
sweepDeadRuns();
const bed = new Bed(ownRunFolder());
await startSupervisor(bed.runDir, { tied: true });
try {
  await bed.start(['core']);
  await timed(`${COUNT} TLS Secrets in ${NAMESPACES} namespaces were made`, plantSecrets);
  const env = { ...bed.env, KUBECONFIG: bed.superAdminKubeconfig, HOME: bed.runDir };
  const output = bed.write('bench.out', '');
  report(await measureAll(programs(), { env, output, expected: COUNT, rounds: ROUNDS }));
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

function programs(): Program[] {
  const isOurs = (name: string) => name.startsWith('tls-');
  return [
    {
      title: 'kubectl get secrets -A -o json',
      argv: [join(bed.binDir, 'kubectl'), 'get', 'secrets', '-A', '-o', 'json'],
      count: (output) => {
        const { items } = JSON.parse(output.toString()) as { items: { metadata: { name: string } }[] };
        return items.filter(({ metadata }) => isOurs(metadata.name)).length;
      },
    },
    {
      title: 'kubectl certs layers -o json',
      argv: [process.execPath, 'dist/kubectl-certs.cjs', 'layers', '-o', 'json'],
      count: (output) => {
        const { certificates } = JSON.parse(output.toString()) as { certificates: { placements: { ref: string }[] }[] };
        const refs = certificates.flatMap(({ placements }) => placements.map(({ ref }) => ref));
        return new Set(refs.filter((ref) => /^secret\/bench-\d+\/tls-\d+#tls.crt/.test(ref))).size;
      },
    },
  ];
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  console.error(`${what} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
