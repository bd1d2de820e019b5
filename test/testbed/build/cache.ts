import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout: builds outlive it, and all checkouts of a user share them. */
function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubectl-certs-testbed');
}

/** Sixteen hex digits that change with any of the texts or with any file under the folders. */
export function keyOf(texts: readonly string[], folders: readonly string[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify(texts));
  for (const folder of folders) {
    for (const file of globSync('**/*', { cwd: folder }).sort()) {
      if (statSync(join(folder, file)).isFile()) hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** What a build left beside its files. */
export interface BuildRecord {
  /** Wall time of the build. */
  seconds: number;
  builtAt: string;
}

const RECORD = 'build.json';

/** @returns undefined when nothing (whole) is in the cache under that name */
export function cached(name: string): { folder: string; record: BuildRecord } | undefined {
  const folder = join(cacheFolder(), name);
  const file = join(folder, RECORD);
  return existsSync(file) ? { folder, record: JSON.parse(readFileSync(file, 'utf8')) as BuildRecord } : undefined;
}

/** Fills a folder of the cache: it appears under its name when it is whole, or not at all. */
export async function fill(name: string, build: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder(), '.partial-'));
  const start = performance.now();
  try {
    await build(folder);
    const record = { seconds: Math.round((performance.now() - start) / 100) / 10, builtAt: new Date().toISOString() };
    writeFileSync(join(folder, RECORD), `${JSON.stringify(record)}\n`);
    rmSync(join(cacheFolder(), name), { recursive: true, force: true });
    renameSync(folder, join(cacheFolder(), name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
