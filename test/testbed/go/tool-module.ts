import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run.ts';
import type { GoUpstream, ModulePatch } from './upstreams.ts';

const MINUTE = 60_000;
/** The same for every build, or the compiler's cache is of no use from one program to the next. */
const ENV = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' };

/** Runs the go command. @throws CommandFailed, also after 30 min; Error where Go is not installed */
export const go = (cwd: string, ...args: string[]): Promise<string> =>
  run(['go', ...args], { cwd, env: ENV, timeoutMs: 30 * MINUTE });

/** Where the tool module of an upstream is kept. */
export const moduleFolder = ({ name }: GoUpstream): string => join(import.meta.dirname, name);

/** Folder of a module in Go's module cache, downloaded if need be. @param query `MODULE`, or `MODULE@VERSION` */
export async function downloadedModule(cwd: string, query: string): Promise<{ Dir: string; GoMod: string }> {
  return JSON.parse(await go(cwd, 'mod', 'download', '-json', query));
}

/**
 * Gives `work` the folder in which a tool module can be built: its own, or, where upstream is patched, a copy of it
 * with the patched module inside, which is removed afterwards.
 */
export async function inToolModule<T>(upstream: GoUpstream, work: (folder: string) => Promise<T>): Promise<T> {
  if (upstream.patch === undefined) return work(moduleFolder(upstream));
  const copy = mkdtempSync(join(tmpdir(), `${upstream.name}-`));
  try {
    cpSync(moduleFolder(upstream), copy, { recursive: true });
    await putPatched(copy, upstream.patch);
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function putPatched(folder: string, patch: ModulePatch): Promise<void> {
  const { Dir } = await downloadedModule(folder, `${patch.module}@${patch.version}`);
  const target = join(folder, patch.folder);
  cpSync(Dir, target, { recursive: true });
  await run(['chmod', '-R', 'u+w', target]); // Go's module cache is read-only.
  const file = join(target, patch.file);
  const text = readFileSync(file, 'utf8');
  if (text.split(patch.from).length !== 2)
    throw new Error(`${patch.module}: ${patch.file} no longer has the text to patch`);
  writeFileSync(file, text.replace(patch.from, patch.to));
}
