import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../../.tools/build.ts';

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** For standard input; without it, there is none. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts it, with its own arguments: `setpriv ...`. */
  readonly through?: readonly string[];
}

/** The built program in a folder of its own, as a user has it. */
export interface Program {
  readonly root: string;
  readonly launcher: string;
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  start(args: readonly string[], options?: RunOptions): ChildProcess;
  remove(): Promise<void>;
}

/** Builds the program from the sources as they are. Its home is empty, and nothing of the tester's environment leaks in. */
export async function installProgram(): Promise<Program> {
  const root = await mkdtemp(join(tmpdir(), 'kubectl-certs-program-'));
  await buildProgram(join(root, 'dist'));
  for (const file of ['package.json', 'oclif.manifest.json']) await copyFile(file, join(root, file));
  const launcher = join(root, 'dist', 'kubectl-certs.cjs');
  const start = (args: readonly string[], { env, input, through = [] }: RunOptions = {}) => {
    const [command = '', ...words] = [...through, process.execPath, launcher, ...args];
    return spawn(command, words, {
      env: { HOME: root, PATH: process.env.PATH ?? '', ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
  };
  return {
    root,
    launcher,
    start,
    run: (args, options = {}) => outcomeOf(start(args, options), options.input),
    remove: () => rm(root, { recursive: true }),
  };
}

/** Waits for a started program to end. */
export function outcomeOf(child: ChildProcess, input?: string | Uint8Array): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    written.stderr += chunk;
  });
  child.stdin?.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...written }));
  });
}
