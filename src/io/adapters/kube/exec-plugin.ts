import type { ExecConfig } from '../../../core/parse/kubeconfig-secrets.ts';
import { PortFailure } from '../../ports/failure.ts';

/** What a plugin gave. */
export interface PluginCredential {
  readonly token?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
  /** Milliseconds since the epoch. */
  readonly expires?: number;
}

export interface PluginRun {
  readonly config: ExecConfig;
  /** What a plugin that asks for it is told about the cluster: ExecCredential's spec.cluster. */
  readonly cluster: object;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; 0: no limit but the signal. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Bytes. */
const MAX_OUTPUT = 1 << 20;

/**
 * Runs a credential plugin (client.authentication.k8s.io, client-go plugin/pkg/client/auth/exec). Its standard input
 * is closed and it is told so; its process group ends with the wait.
 * @throws PortFailure `denied` when it gives no credential, `timed-out` when it does not end in time
 */
export async function runPlugin(run: PluginRun): Promise<PluginCredential> {
  const { config } = run;
  if (config.interactiveMode === 'Always') {
    throw refused(
      config,
      'asks questions (interactiveMode Always), which is not possible here; use a context whose plugin does not',
    );
  }
  const result = await spawn(run);
  if (result.overdue) {
    throw new PortFailure(
      'timed-out',
      `${nameOf(config)} gave no answer within ${run.timeout / 1000}s; run it by hand to see what it waits for`,
      { code: 'exec' },
    );
  }
  if (result.code === 'ENOENT' || result.code === 'EACCES') {
    const hint = config.installHint ? `: ${config.installHint}` : '; install it or correct the kubeconfig';
    throw refused(config, `${result.code === 'ENOENT' ? 'is not installed' : 'may not be executed'}${hint}`);
  }
  if (result.exitCode !== 0) {
    const end = result.exitCode === undefined ? 'was ended by a signal' : `failed with exit code ${result.exitCode}`;
    throw refused(config, `${end}${lastLines(result.stderr)}`);
  }
  return readCredential(config, result.stdout);
}

interface Ended {
  readonly exitCode?: number;
  readonly code?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly overdue: boolean;
}

/** execa's own timeout waits for grandchildren that hold the pipes: the whole group is killed instead. */
async function spawn({ config, cluster, env, timeout, signal }: PluginRun): Promise<Ended> {
  const { execa } = await import('execa');
  signal.throwIfAborted();
  const child = execa(config.command, config.args, {
    reject: false,
    stdin: 'ignore',
    extendEnv: false,
    env: { ...defined(env), ...config.env, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(config, cluster)) },
    maxBuffer: MAX_OUTPUT,
    detached: process.platform !== 'win32',
  });
  let overdue = false;
  const kill = () => killGroup(child);
  const giveUp = () => {
    overdue = true;
    kill();
  };
  const timer = timeout > 0 ? setTimeout(giveUp, timeout) : undefined;
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  try {
    const { exitCode, code, stdout, stderr } = await child;
    signal.throwIfAborted();
    return {
      ...(exitCode !== undefined && { exitCode }),
      ...(code !== undefined && { code }),
      stdout,
      stderr,
      overdue,
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

function killGroup(child: { readonly pid?: number | undefined; kill(signal: 'SIGKILL'): boolean }): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function execInfo({ apiVersion, provideClusterInfo }: ExecConfig, cluster: object): object {
  return {
    kind: 'ExecCredential',
    apiVersion,
    spec: { interactive: false, ...(provideClusterInfo && { cluster }) },
  };
}

/** @throws PortFailure when the output is no ExecCredential with a token or a certificate with its key */
function readCredential(config: ExecConfig, output: string): PluginCredential {
  const answer = parseJson(output);
  if (answer === undefined) throw refused(config, 'printed no JSON: an ExecCredential was expected');
  if (answer.apiVersion !== config.apiVersion) {
    throw refused(config, `answered in ${String(answer.apiVersion)}, but the kubeconfig says ${config.apiVersion}`);
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = answer.status ?? {};
  const hasCertificate = isText(clientCertificateData) && isText(clientKeyData);
  if (!isText(token) && !hasCertificate) throw refused(config, 'gave neither a token nor a certificate with its key');
  const expires = isText(expirationTimestamp) ? Date.parse(expirationTimestamp) : Number.NaN;
  return {
    ...(isText(token) && { token }),
    ...(hasCertificate && { certificate: clientCertificateData, key: clientKeyData }),
    ...(Number.isFinite(expires) && { expires }),
  };
}

interface ExecCredential {
  readonly apiVersion?: unknown;
  readonly status?: Readonly<Record<string, unknown>>;
}

function parseJson(text: string): ExecCredential | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function refused(config: ExecConfig, what: string): PortFailure {
  return new PortFailure('denied', `${nameOf(config)} ${what}`, { code: 'exec' });
}

function nameOf({ command }: ExecConfig): string {
  return `the credential plugin ${command}`;
}

/** What it said last, short enough for a message. */
function lastLines(stderr: string): string {
  const said = stderr.trim().split('\n').slice(-2).join(' ').slice(-300);
  return said === '' ? '' : `: ${said}`;
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
