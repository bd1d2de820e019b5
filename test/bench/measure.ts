// Time and peak memory of programs that do the same work, each run to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** How often the kernel is asked for the highest memory use so far, milliseconds: it only grows. */
const SAMPLE = 20;

export interface Program {
  readonly title: string;
  readonly argv: readonly string[];
  /** How many of the planted things its output holds. */
  readonly count: (output: Buffer) => number;
}

export interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

export interface Conditions {
  readonly env: NodeJS.ProcessEnv;
  /** A file that takes the output. */
  readonly output: string;
  /** What was planted. */
  readonly expected: number;
  readonly rounds: number;
}

/** Every program in turn, round by round, so that a change of the machine's load meets all of them. */
export async function measureAll(
  programs: readonly Program[],
  conditions: Conditions,
): Promise<Map<Program, Measured[]>> {
  const results = new Map<Program, Measured[]>(programs.map((program) => [program, []]));
  for (let round = 0; round < conditions.rounds; round++) {
    for (const [program, measured] of results) {
      const one = await measure(program, conditions);
      measured.push(one);
      console.error(`round ${round + 1}: ${program.title} ${one.seconds.toFixed(1)} s`);
    }
  }
  return results;
}

/** @throws Error when the program fails or does not show all that was planted: nothing would be compared then */
async function measure(
  { title, argv, count }: Program,
  { env, output: path, expected }: Conditions,
): Promise<Measured> {
  const output = openSync(path, 'w');
  const started = performance.now();
  const child = spawn(argv[0]!, argv.slice(1), { env, stdio: ['ignore', output, 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, highWater(child.pid))), SAMPLE);
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampler);
  closeSync(output);
  if (code !== 0) throw new Error(`${title} ended with ${code}: ${errors.slice(0, 1000)}`);
  const found = count(readFileSync(path));
  if (found !== expected) throw new Error(`${title} showed ${found} of ${expected}: ${errors.slice(0, 1000)}`);
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

/** Medians, and how many times those of the first program they are. */
export function report(results: ReadonlyMap<Program, readonly Measured[]>): void {
  const rows = [...results].map(([{ title }, measured]) => ({
    title,
    seconds: median(measured.map(({ seconds }) => seconds)),
    megabytes: median(measured.map(({ megabytes }) => megabytes)),
  }));
  const base = rows[0]!;
  for (const { title, seconds, megabytes } of rows) {
    const time = `${seconds.toFixed(1).padStart(6)} s  x ${(seconds / base.seconds).toFixed(2)}`;
    const memory = `${megabytes.toFixed(0).padStart(6)} MB  x ${(megabytes / base.megabytes).toFixed(2)}`;
    console.log(`${title.padEnd(44)} ${time} ${memory}`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
