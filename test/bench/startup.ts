// How long light commands take to start, beside a bare Node in the same rounds: `npm run build && npm run bench:startup`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = 21;
const PROGRAM = 'dist/kubectl-certs.cjs';
/** A start may cost this many times a bare Node's; measured 2.9 to 3.7. */
const MOST_TIMES_BARE = 5;

const BARE = 'node -e 0';
const CASES: Readonly<Record<string, readonly string[]>> = {
  [BARE]: ['-e', '0'],
  '--version': [PROGRAM, '--version'],
  '--help': [PROGRAM, '--help'],
  'layers --help': [PROGRAM, 'layers', '--help'],
  'explain --list': [PROGRAM, 'explain', '--list'],
};

// A company's extra CAs and a user's Node options would be measured too.
const { NODE_EXTRA_CA_CERTS: _ca, NODE_OPTIONS: _options, ...inherited } = process.env;
const cache = mkdtempSync(join(tmpdir(), 'startup-'));
const env = { ...inherited, XDG_CACHE_HOME: cache };

/** Milliseconds of one run. */
function time(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const times = Object.fromEntries(Object.keys(CASES).map((name) => [name, [] as number[]]));
for (const args of Object.values(CASES)) time(args);
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, args] of Object.entries(CASES)) times[name]!.push(time(args));
}
rmSync(cache, { recursive: true });

const bare = median(times[BARE]!);
for (const [name, values] of Object.entries(times)) {
  const ms = median(values);
  console.log(`${name.padEnd(16)} ${ms.toFixed(0).padStart(5)} ms  x ${(ms / bare).toFixed(1)}`);
  if (ms / bare > MOST_TIMES_BARE) process.exitCode = 1;
}
