import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Denial } from '../../src/io/demo/planting/form.ts';
import type { Bed } from './bed.ts';

/** Takes from root what lets it read whatever the modes say: capabilities(7), CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH. */
const WITHOUT_OVERRIDE = [
  'setpriv',
  '--bounding-set=-dac_override,-dac_read_search',
  '--inh-caps=-dac_override,-dac_read_search',
];

/**
 * Takes all modes from the files and folders that are denied; one that is not planted is made, empty.
 * @returns what the product has to be started with, so that they are denied to it too
 */
export function denyFiles(root: string, denied: readonly Denial[]): readonly string[] {
  const paths = denied.flatMap((rule) => ('file' in rule ? [join(root, rule.file)] : []));
  for (const path of paths) {
    if (!existsSync(path)) mkdirSync(path, { recursive: true });
    chmodSync(path, 0);
  }
  return paths.length > 0 && process.getuid?.() === 0 ? WITHOUT_OVERRIDE : [];
}

/** Gives denied files and folders a mode back, or whoever is not root could not take them away. */
export function allowFiles(root: string, denied: readonly Denial[]): void {
  for (const rule of denied) {
    if ('file' in rule && existsSync(join(root, rule.file))) chmodSync(join(root, rule.file), 0o700);
  }
}

/**
 * A PATH on which the denied programs are there and may not be executed, and everything else is as it was.
 * @returns its folders, to come after those of planted tools; undefined when no program is denied
 */
export function pathWithout(bed: Bed, name: string, denied: readonly Denial[]): string | undefined {
  const programs = new Set(denied.flatMap((rule) => ('binary' in rule ? [rule.binary] : [])));
  if (programs.size === 0) return undefined;
  const folder = join(bed.runDir, 'planted', `${name}-path`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const program of programs) bed.write(join('planted', `${name}-path`, program), '', 0o644);
  for (const from of (process.env.PATH ?? '').split(delimiter).filter((each) => existsSync(each))) {
    for (const program of readdirSync(from)) {
      if (existsSync(join(folder, program)) || !isExecutable(join(from, program))) continue;
      symlinkSync(join(from, program), join(folder, program));
    }
  }
  return folder;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
