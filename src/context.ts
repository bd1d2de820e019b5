import { EXIT, UserError } from './core/model/error.ts';
import { clean } from './core/view/text.ts';
import { systemClock } from './io/adapters/clock.ts';
import { localFiles } from './io/adapters/files.ts';
import type { RequestLog } from './io/adapters/kube/options.ts';
import { createTerminal } from './io/adapters/terminal.ts';
import type { TerminalHost } from './io/adapters/terminal-host.ts';
import type { Context, Interrupts, WorldOptions } from './io/ports/context.ts';
import { LOG_REQUESTS_FROM } from './io/ports/context.ts';
import type { Ports } from './io/ports/ports.ts';
import type { Workshop } from './io/ports/workshop.ts';

/** The process that a context is made for. */
export interface Host extends TerminalHost {
  readonly pid: number;
  readonly execPath: string;
  /** The script comes second. */
  readonly argv: readonly string[];
  getuid?(): number;
}

/** Composes what commands get: streams, the interrupt, and ports on demand. A second interrupt ends the process. */
export function createContext(host: Host): Context {
  const abort = new AbortController();
  const interrupt = () => {
    abort.abort(new UserError('interrupted', { exitCode: EXIT.interrupted }));
    leaveNext(host, 'SIGINT', interrupt);
  };
  host.on('SIGINT', interrupt);
  const terminal = createTerminal({
    host,
    onClosed: () => abort.abort(new UserError('', { exitCode: EXIT.ok })),
    signal: abort.signal,
  });
  const log = (entry: RequestLog) => terminal.err(describeRequest(entry));
  return {
    terminal,
    clock: systemClock,
    files: localFiles,
    signal: abort.signal,
    openPorts: (options) => (options.demo ? openDemo(options, options.demo) : openReal(options, host.env, log)),
    openWorkshop: (stateDir) => openWorkshop(host, stateDir),
    takeInterrupts: () => {
      host.off('SIGINT', interrupt);
      return takeInterrupts(host);
    },
    interrupt: () => void host.kill(host.pid, 'SIGINT'),
  };
}

/** Whatever asks the process to end; a third one ends it where it stands. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function takeInterrupts(host: Host): Interrupts {
  const stop = new AbortController();
  const abandon = new AbortController();
  const onSignal = () => {
    if (!stop.signal.aborted) return stop.abort();
    for (const signal of ENDINGS) leaveNext(host, signal, onSignal);
    abandon.abort(new UserError('interrupted', { exitCode: EXIT.interrupted }));
  };
  for (const signal of ENDINGS) host.on(signal, onSignal);
  return { stop: stop.signal, abandon: abandon.signal };
}

/**
 * Leaves the next one of a signal to the system. Not this one: a screen's own listener, which is called after ours, ends
 * the process by the signal when it finds that nobody else listens.
 */
function leaveNext(host: Host, signal: NodeJS.Signals, listener: () => void): void {
  setImmediate(() => host.off(signal, listener));
}

async function openWorkshop(host: Host, stateDir = defaultStateDir(host)): Promise<Workshop> {
  const [{ localFileChanges }, { localStateStore }] = await Promise.all([
    import('./io/adapters/file-changes.ts'),
    import('./io/adapters/state-store.ts'),
  ]);
  const uid = host.getuid?.();
  return {
    changes: localFileChanges,
    store: localStateStore(stateDir),
    program: [host.execPath, host.argv[1] ?? ''],
    pid: host.pid,
    ...(uid !== undefined && { uid }),
  };
}

/** XDG base directory specification; root has a folder of the system. */
function defaultStateDir({ env, getuid }: Host): string {
  if (getuid?.() === 0) return '/var/lib/kubectl-certs';
  return `${env.XDG_STATE_HOME || `${env.HOME ?? '.'}/.local/state`}/kubectl-certs`;
}

async function openDemo({ flags }: WorldOptions, demo: { readonly incident?: string }): Promise<Ports> {
  const [{ demoPorts }, { incidentIn }, { fileKeystores: keystores }] = await Promise.all([
    import('./io/demo/ports.ts'),
    import('./io/demo/incidents/catalogue.ts'),
    import('./io/adapters/keystore.ts'),
  ]);
  const now = systemClock.now();
  const [, file, id] = /^(.*\.ya?ml)(?:#(.*))?$/s.exec(demo.incident ?? '') ?? [];
  if (file === undefined) return demoPorts({ ...demo, flags, now, keystores });
  return demoPorts({ incident: incidentIn(await readText(file), file, id), flags, now, keystores });
}

/** Bytes of a planting file. */
const MAX_PLANTING = 4 << 20;

/** @throws PortFailure for a file that cannot be read */
async function readText(path: string): Promise<string> {
  return Buffer.from(await localFiles.read(path, MAX_PLANTING)).toString('utf8');
}

/** Adapters are loaded when a command asks for them: many never do. */
async function openReal(options: WorldOptions, env: Ports['env'], log: (entry: RequestLog) => void): Promise<Ports> {
  const [
    { createTlsDialer },
    { createResolver },
    { createKubeApi },
    trust,
    stores,
    { localToolRunner },
    { localProcesses },
  ] = await Promise.all([
    import('./io/adapters/tls.ts'),
    import('./io/adapters/resolver.ts'),
    import('./io/adapters/kube/kube-api.ts'),
    import('./io/adapters/trust-store.ts'),
    import('./io/adapters/keystore.ts'),
    import('./io/adapters/tool-runner.ts'),
    import('./io/adapters/processes.ts'),
  ]);
  const { flags, requestTimeout, verbosity } = options;
  const logging = verbosity >= LOG_REQUESTS_FROM && { log };
  return {
    clock: systemClock,
    files: localFiles,
    kube: createKubeApi({ flags, env, files: localFiles, clock: systemClock, requestTimeout, ...logging }),
    tls: createTlsDialer({ clock: systemClock, env }),
    resolver: createResolver(env),
    trustStore: trust.publicTrustStore,
    keystores: stores.fileKeystores,
    tools: localToolRunner(env),
    processes: localProcesses(),
    env,
  };
}

/** One line for one request, as kubectl's -v=6 has it. */
function describeRequest({ method, path, status, error, ms }: RequestLog): string {
  return `${method} ${clean(path)} ${status ?? clean(error ?? 'no answer')} in ${Math.round(ms)} ms\n`;
}
