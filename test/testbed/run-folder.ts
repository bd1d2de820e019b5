import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { killGroup } from './run.ts';
import { socketOf } from './supervisor/protocol.ts';

/** Apart from the cache, which may be thrown away at any time. */
export const stateFolder = () =>
  join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'kubectl-certs-testbed');

/** Twelve hex digits of this checkout's path: each has a bed and records of its own. */
export function checkoutKey(): string {
  const checkout = join(import.meta.dirname, '../..');
  return createHash('sha256').update(checkout).digest('hex').slice(0, 12);
}

/** Run folder of this checkout's `up`. */
export const sharedRunFolder = () => join(stateFolder(), checkoutKey());

/** Name for the run folder of one test run; the supervisor makes it. */
export function ownRunFolder(): string {
  return join(stateFolder(), `test-${process.pid}-${randomBytes(4).toString('hex')}`);
}

const pidIn = (file: string) => Number(readFileSync(file, 'utf8'));

/** Whether the supervisor of a run folder is alive; its number may have gone to somebody else since. */
export function isUp(runDir: string): boolean {
  const file = join(runDir, 'supervisor.pid');
  if (!existsSync(socketOf(runDir)) || !existsSync(file)) return false;
  return ofProcess(pidIn(file), 'cmdline').split('\0').includes(runDir);
}

/** Ends what a supervisor left that was killed itself, in every run folder of this user, and removes these. */
export function sweepDeadRuns(): void {
  if (!existsSync(stateFolder())) return;
  for (const name of readdirSync(stateFolder())) {
    const runDir = join(stateFolder(), name);
    if (existsSync(join(runDir, 'supervisor.pid')) && !isUp(runDir)) sweep(runDir);
  }
}

function sweep(runDir: string): void {
  const pids = join(runDir, 'pids');
  for (const file of existsSync(pids) ? readdirSync(pids) : []) {
    const group = pidIn(join(pids, file));
    if (membersOf(group).some((pid) => belongsTo(pid, runDir))) killGroup(group, 'SIGKILL');
  }
  rmSync(runDir, { recursive: true, force: true });
}

/** Processes of a group: its leader may have died without them. */
function membersOf(group: number): number[] {
  return allPids().filter((pid) => {
    const [, , processGroup] = ofProcess(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(processGroup) === group;
  });
}

function ofProcess(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It ended meanwhile.
  }
}

/** A number may have gone to somebody else since: only a process that works in the run folder is the bed's. */
function belongsTo(pid: number, runDir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(runDir);
  } catch {
    return false; // It ended meanwhile.
  }
}

/** Every process that works in a run folder. */
export function processesIn(runDir: string): number[] {
  return allPids().filter((pid) => belongsTo(pid, runDir));
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}
