import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PortFailure } from '../ports/failure.ts';
import type { Processes, ProcessInfo } from '../ports/processes.ts';

/** Clock ticks a second in /proc/PID/stat: USER_HZ, 100 on every architecture that Kubernetes runs on. */
const TICKS = 100;

/** Processes by Linux' /proc. @param root of that file system @param now milliseconds since the epoch */
export function localProcesses(root = '/proc', now = () => Date.now()): Processes {
  return { named: (programs) => named(root, new Set(programs), now) };
}

async function named(root: string, programs: ReadonlySet<string>, now: () => number): Promise<readonly ProcessInfo[]> {
  const booted = await bootTime(root, now);
  const pids = (await readdir(root)).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => readProcess(join(root, pid), programs, booted)));
  return found.flatMap((process) => process ?? []).sort((a, b) => a.pid - b.pid);
}

/** Milliseconds since the epoch. The uptime has hundredths; btime in /proc/stat is off by up to a second. */
async function bootTime(root: string, now: () => number): Promise<number> {
  try {
    const seconds = /^(\d+\.\d+) /.exec(await readFile(join(root, 'uptime'), 'utf8'))?.[1];
    if (seconds !== undefined) return now() - Number(seconds) * 1000;
  } catch {
    // No /proc: macOS and Windows.
  }
  throw new PortFailure('absent', `${root} does not tell about processes on this system`);
}

/** Undefined for another program, and for a process that has ended, be it waited for or not. */
async function readProcess(
  folder: string,
  programs: ReadonlySet<string>,
  booted: number,
): Promise<ProcessInfo | undefined> {
  try {
    const argv = (await readFile(join(folder, 'cmdline'), 'utf8')).split('\0').slice(0, -1);
    if (!programs.has(basename(argv[0] ?? ''))) return undefined;
    const stat = await readFile(join(folder, 'stat'), 'utf8');
    // The program's name may hold blanks and parentheses: fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const ticks = Number(fields[19]);
    return { pid: Number(basename(folder)), argv, started: Math.round(booted + (ticks * 1000) / TICKS) };
  } catch {
    return undefined;
  }
}
