import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkoutKey, stateFolder } from './run-folder.ts';

/** What the last build of a component did in this checkout. */
export interface BuildLine {
  name: string;
  version: string;
  how: 'built' | 'cached' | 'missing';
  /** Wall time of the build, of a cached component that of the build which filled the cache. */
  seconds: number;
  reason: string | null;
}

/** What the last test run did in one suite. */
export interface SuiteLine {
  /** Names that the suite asked its bed for. */
  names: readonly string[];
  ran: number;
  skipped: number;
}

const fileOf = (kind: 'builds' | 'suites') => join(stateFolder(), 'records', checkoutKey(), `${kind}.jsonl`);

function write(file: string, lines: readonly object[], flag: 'a' | 'w'): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { flag });
}

function read<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** Puts these in place of what was recorded of the same components. */
export function recordBuilds(lines: readonly BuildLine[]): void {
  const others = readBuilds().filter(({ name }) => !lines.some((line) => line.name === name));
  write(fileOf('builds'), [...others, ...lines], 'w');
}
export const readBuilds = (): BuildLine[] => read(fileOf('builds'));
export const readSuites = (): SuiteLine[] => read(fileOf('suites'));

let begun = false;
/** Adds a suite to this run's record; the first one of a run replaces the record of the run before. */
export function recordSuite(line: SuiteLine): void {
  write(fileOf('suites'), [line], begun ? 'a' : 'w');
  begun = true;
}
