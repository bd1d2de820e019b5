import type { ServedEndpoint } from '../../core/model/facts.ts';
import { filesOf } from '../../core/parse/control-plane.ts';
import { certificatesIn } from '../../core/parse/pem-contents.ts';
import type { HeldPod } from '../../core/plan/pods.ts';
import { type Certificate, parseCertificate } from '../../core/x509/certificate.ts';
import { PortFailure } from '../ports/failure.ts';
import type { ProcessInfo } from '../ports/processes.ts';
import type { DialResult } from '../ports/tls-dialer.ts';
import type { ApplyPorts } from './ports.ts';

/** Milliseconds for one handshake on the node itself. */
const DIAL_WITHIN = 5_000;
const MAX_FILE = 4 << 20;

/** Processes of a Pod, or undefined where the system does not tell about processes. */
export async function podProcesses(
  { processes }: ApplyPorts,
  { component, files }: HeldPod,
): Promise<readonly ProcessInfo[] | undefined> {
  try {
    const found = await processes.named([component]);
    return found.filter(({ argv }) => filesOf(argv).some((path) => files.includes(path)));
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}

/**
 * What of its files a running Pod has not taken up, in words; undefined: it holds them all.
 * @param since milliseconds since the epoch; what runs from before it holds the files of then, which are back
 */
export async function heldBack(
  ports: ApplyPorts,
  pod: HeldPod,
  { processes, since }: { processes: readonly ProcessInfo[] | undefined; since: number | undefined },
): Promise<string | undefined> {
  for (const { file, address, port } of pod.endpoints) {
    if (file === undefined) continue;
    const shown = leafOf(await dial(ports, { address, port }));
    if (shown !== (await leafIn(ports, file))) return `${address}:${port} does not show what is in ${file}`;
  }
  for (const path of pod.read) {
    const changed = (await ports.files.stat(path))?.modified ?? Number.POSITIVE_INFINITY;
    if (!processes) return `when ${pod.component} started is not told on this system`;
    const older = processes.find(({ started }) => started < changed && (since === undefined || started >= since));
    if (older) return `process ${older.pid} started before ${path} changed`;
  }
  return undefined;
}

/** Whether every endpoint answers, says that it is healthy, and shows what is in its file. */
export async function isHealthy(ports: ApplyPorts, { endpoints }: HeldPod): Promise<boolean> {
  for (const endpoint of endpoints) {
    const answer = await dial(ports, endpoint);
    if (!answer) return false;
    if (endpoint.health !== undefined && !HEALTHY.has(answer.status ?? 0)) return false;
    if (endpoint.file !== undefined && leafOf(answer) !== (await leafIn(ports, endpoint.file))) return false;
  }
  return true;
}

/** Whether a certificate that the Pod serves or reads has ended: put back, it lets nothing become healthy. */
export async function hasExpired(ports: ApplyPorts, { read, endpoints }: HeldPod): Promise<boolean> {
  const paths = [...read, ...endpoints.flatMap(({ file }) => file ?? [])].filter((path) => path.endsWith('.crt'));
  const leaves = await Promise.all(paths.map((path) => certificateIn(ports, path)));
  return leaves.some((leaf) => leaf !== undefined && leaf.notAfter <= ports.clock.now());
}

/** Where anonymous requests are refused, a refusal shows a server at work. */
const HEALTHY: ReadonlySet<number> = new Set([200, 401, 403]);

/** Whether anything answers at one of its endpoints. */
export async function answers(ports: ApplyPorts, { endpoints }: HeldPod): Promise<boolean> {
  const results = await Promise.all(endpoints.map((endpoint) => dial(ports, endpoint)));
  return results.some((result) => result !== undefined);
}

async function dial(
  { tls }: ApplyPorts,
  { address, port, health }: Pick<ServedEndpoint, 'address' | 'port' | 'health'>,
): Promise<DialResult | undefined> {
  try {
    const get = health === undefined ? {} : { get: health };
    return await tls.dial({ address, port, ...get, signal: AbortSignal.timeout(DIAL_WITHIN) });
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}

function leafOf(result: DialResult | undefined): string | undefined {
  const [leaf] = result?.chain ?? [];
  return leaf && parseCertificate(leaf).sha256;
}

async function leafIn(ports: ApplyPorts, path: string): Promise<string | undefined> {
  return (await certificateIn(ports, path))?.sha256;
}

/** The file's first certificate. @throws PortFailure */
async function certificateIn({ files }: ApplyPorts, path: string): Promise<Certificate | undefined> {
  return certificatesIn(await files.read(path, MAX_FILE)).certificates[0]?.certificate;
}
