import { KUBEADM_NAMES, type KubeadmName } from '../../core/plan/kubeadm-names.ts';
import type { ToolResult } from '../ports/tool-runner.ts';
import type { DemoFiles } from './files.ts';
import { splitReferences } from './planting/reference.ts';
import type { DemoProcesses } from './processes.ts';
import type { DemoSystemd } from './systemd.ts';
import type { World } from './world/world.ts';

export interface NodeToolsOptions {
  readonly world: World;
  readonly files: DemoFiles;
  readonly processes: DemoProcesses;
  readonly systemd: DemoSystemd;
}

const FOLDER = '/etc/kubernetes';
/** Milliseconds: kubeadm's certificates last a year of 365 days (cmd/kubeadm/app/constants). */
const YEAR = 365 * 86_400_000;

type Tool = (argv: readonly string[], options: NodeToolsOptions) => Promise<ToolResult | undefined> | undefined;

/** The tools that change something on the demo's node. Each takes the commands that it knows. */
export const NODE_TOOLS: readonly Tool[] = [
  renewCertificate,
  (argv, { systemd }) => systemd.answer(argv),
  restartService,
  endSandbox,
];

/** `kubeadm certs renew NAME`: a new certificate and key in the planted files that hold the old ones. */
function renewCertificate(argv: readonly string[], options: NodeToolsOptions): Promise<ToolResult> | undefined {
  const [program, certs, verb, word] = argv;
  if (program !== 'kubeadm' || certs !== 'certs' || verb !== 'renew') return undefined;
  const name = KUBEADM_NAMES.find((each) => each.name === word);
  return name ? renew(name, options) : Promise.resolve(failed(`unknown command "${word}" for "kubeadm certs renew"`));
}

async function renew(name: KubeadmName, { world, files }: NodeToolsOptions): Promise<ToolResult> {
  const paths = pathsOf(name);
  const planted = keyIn(world, paths.at(-1)!);
  if (planted === undefined || !(await files.stat(paths[0]!)))
    return said(`MISSING! certificate for serving or client use: ${name.name}`);
  const { certificate } = await world.factory.certificate(planted);
  await world.factory.renew(planted, { notBefore: certificate.notBefore, notAfter: world.now + YEAR });
  for (const path of paths) await files.plantAgain(path);
  return said(`certificate ${name.name} renewed`);
}

/** The certificate first, the key last; both are in one kubeconfig. */
function pathsOf({ name, file, kubeconfig }: KubeadmName): string[] {
  if (kubeconfig) return [`${FOLDER}/${name}`];
  const path = `${FOLDER}/pki/${file}`;
  return [path, path.replace(/\.crt$/, '.key')];
}

/** The name whose key is planted in a file. */
function keyIn({ incident }: World, path: string): string | undefined {
  const pieces = splitReferences(incident.files?.[path]?.content ?? '');
  return pieces.flatMap((piece) => (typeof piece !== 'string' && piece.kind === 'key' ? piece.names : []))[0];
}

function restartService(argv: readonly string[], { processes }: NodeToolsOptions): Promise<ToolResult> | undefined {
  const [program, verb, unit] = argv;
  if (program !== 'systemctl' || verb !== 'restart' || unit === undefined) return undefined;
  processes.restart(unit);
  return Promise.resolve(said(''));
}

/** What is asked of crictl: the container of a name, its sandbox's end. The kubelet starts it anew at once. */
function endSandbox(argv: readonly string[], { processes }: NodeToolsOptions): Promise<ToolResult> | undefined {
  const [program, verb, ...args] = argv;
  const container = args[args.indexOf('--name') + 1]?.replace(/^\^|\$$/g, '');
  if (program !== 'crictl') return undefined;
  if (verb === 'ps' && container !== undefined) return listContainer(container, processes);
  if (verb === 'stopp') processes.restart(args.at(-1) ?? '');
  return verb === 'stopp' || verb === 'rmp' ? Promise.resolve(said('')) : undefined;
}

/** A sandbox's id is its container's name. */
async function listContainer(name: string, processes: DemoProcesses): Promise<ToolResult> {
  const running = await processes.named([name]);
  const labels = { 'io.kubernetes.container.name': name, 'io.kubernetes.pod.namespace': 'kube-system' };
  return said(JSON.stringify({ containers: running.map(() => ({ podSandboxId: name, labels })) }));
}

function said(stdout: string): ToolResult {
  return { exit: 0, stdout, stderr: '', ms: 0 };
}

function failed(stderr: string): ToolResult {
  return { exit: 1, stdout: '', stderr, ms: 0 };
}
