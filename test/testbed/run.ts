import { spawn } from 'node:child_process';

/** What a finished command left. `exitCode` is null when a signal ended it. */
export interface CommandResult {
  argv: readonly string[];
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface RunOptions {
  cwd?: string;
  /** Added to this process's own environment; undefined takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>;
  input?: string;
  /** Milliseconds until the command's whole process group is killed. */
  timeoutMs?: number;
}

/** A command that ended with anything but 0; the message ends with what it wrote to stderr. */
export class CommandFailed extends Error {
  readonly result: CommandResult;
  constructor(result: CommandResult) {
    const end = result.timedOut ? 'did not end in time' : `ended with ${result.exitCode ?? result.signal}`;
    super(`${result.argv.join(' ')} ${end}: ${(result.stderr || result.stdout).trim().slice(-2000)}`);
    this.result = result;
  }
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Runs a command to its end, whatever its exit status. It gets a process group of its own, which is killed as a whole
 * at the time limit: a grandchild that holds the pipe can't make it outlast that.
 * @throws Error when the program can't be started
 */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const child = spawn(program, args, { cwd: options.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid, 'SIGKILL');
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    child.stdout.setEncoding('utf8').on('data', (text) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr += text));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`can't start ${program}: ${error.message}`));
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ argv, exitCode, signal, ...output, timedOut });
    });
    child.stdin.on('error', () => {}); // A program may end before it has read its input.
    child.stdin.end(options.input ?? '');
  });
}

/** @returns standard output; @throws CommandFailed unless the command ends with 0 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryRun(argv, options);
  if (result.exitCode !== 0) throw new CommandFailed(result);
  return result.stdout;
}

/** Signals every process of the group that `pid` leads; a group that is gone already is fine. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether any process of the group that `pid` leads is still there (a zombie counts until its parent has read it). */
export function groupIsAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Asks every `everyMs` until the answer is something: not undefined, false or an empty text.
 * @throws Error with `what` and the last failure when `withinMs` are over
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false | ''> | T | undefined | false | '',
  { withinMs = 30_000, everyMs = 100 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const end = performance.now() + withinMs;
  let last = '';
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false && answer !== '') return answer;
    } catch (error) {
      last = `: ${(error as Error).message}`;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s${last}`);
}
