import { PortFailure } from '../ports/failure.ts';
import type { ToolResult, ToolRun, ToolRunner } from '../ports/tool-runner.ts';

/** What finds programs and servers; the last two are crictl's own. */
const INHERITED = [
  'PATH',
  'HOME',
  'KUBECONFIG',
  'HTTPS_PROXY',
  'NO_PROXY',
  'CONTAINER_RUNTIME_ENDPOINT',
  'CRI_CONFIG_FILE',
] as const;

/**
 * Runs binaries by execa, without a shell and without our environment but for what they need. execa's own timeout
 * waits for grandchildren that hold the pipes, so the whole process group is killed when the signal aborts.
 * @param inherit names of environment variables that every tool gets
 */
export function localToolRunner(
  env: Readonly<Record<string, string | undefined>>,
  inherit: readonly string[] = INHERITED,
): ToolRunner {
  const base = Object.fromEntries(inherit.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return { run: (run) => runTool(run, { ...base, LC_ALL: 'C' }) };
}

/** Ends what still runs when the program does: by one listener, for many tools may run at a time. */
const killedAtExit = new Set<() => void>();
process.once('exit', () => {
  for (const kill of killedAtExit) kill();
});

async function runTool(run: ToolRun, base: Record<string, string>): Promise<ToolResult> {
  const [program, ...args] = run.argv as [string, ...string[]];
  const { execa } = await import('execa');
  run.signal.throwIfAborted();
  const child = execa(program, args, {
    reject: false,
    stdin: 'ignore',
    extendEnv: false,
    env: { ...base, ...run.env },
    maxBuffer: run.maxOutput,
    detached: process.platform !== 'win32',
  });
  const kill = () => killGroup(child);
  run.signal.addEventListener('abort', kill, { once: true });
  killedAtExit.add(kill);
  try {
    const result = await child;
    run.signal.throwIfAborted();
    if (result.code === 'ENOENT')
      throw new PortFailure('absent', `${program} is not installed or not on PATH`, { code: 'ENOENT' });
    if (result.code === 'EACCES') throw new PortFailure('denied', `${program} may not be executed`, { code: 'EACCES' });
    return { exit: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr, ms: result.durationMs };
  } finally {
    run.signal.removeEventListener('abort', kill);
    killedAtExit.delete(kill);
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
