import { mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PortFailure } from '../ports/failure.ts';
import type { LockHolder, StateStore } from '../ports/state-store.ts';
import { asFileFailure } from './file-failure.ts';
import { syncDirectory } from './files.ts';

/** A state folder on the local disk; made on the first write. @param directory absolute path */
export function localStateStore(directory: string): StateStore {
  const journals = join(directory, 'journals');
  const locks = join(directory, 'locks');
  const journal = (id: string) => join(journals, `${safeName(id)}.jsonl`);
  const lockFile = (key: string) => join(locks, `${safeName(key)}.lock`);
  return {
    directory,
    journals: () => guarded(journals, () => listJournals(journals)),
    readJournal: (id) => guarded(journal(id), () => readLines(journal(id))),
    startJournal: (id, line) => guarded(journal(id), () => write(journals, journal(id), { line, flags: 'wx' })),
    appendJournal: (id, line) => guarded(journal(id), () => write(journals, journal(id), { line, flags: 'a' })),
    lock: (key, holder) => guarded(lockFile(key), () => takeLock(locks, lockFile(key), holder)),
    unlock: (key) => guarded(lockFile(key), () => unlink(lockFile(key))),
  };
}

/** Ids and keys come from clusters and node names: nothing in them may lead out of the folder. */
function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_');
}

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asFileFailure(error, path);
  }
}

async function listJournals(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const ids = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
  const dated = await Promise.all(
    ids.map(async (id) => ({ id, born: (await stat(join(folder, `${id}.jsonl`))).birthtimeMs })),
  );
  return dated.sort((a, b) => a.born - b.born || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
}

/** One line, synced. A line that a crash cut short is ended first, so that it can't swallow this one. */
async function write(
  folder: string,
  path: string,
  { line, flags }: { line: string; flags: 'wx' | 'a' },
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const torn = flags === 'a' && (await endsTorn(path));
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(`${torn ? '\n' : ''}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  if (flags === 'wx') await syncDirectory(folder);
}

async function endsTorn(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await file.close();
  }
}

async function takeLock(folder: string, path: string, holder: LockHolder): Promise<LockHolder | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await write(folder, path, { line: JSON.stringify(holder), flags: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const current = await readHolder(path);
    if (current && (await isAlive(current.pid))) return current;
    await unlink(path).catch(() => {});
  }
  throw new PortFailure('unreachable', `${path}: the lock changes hands too fast`);
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

/** Whether the process runs; one that we may not signal runs too. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
