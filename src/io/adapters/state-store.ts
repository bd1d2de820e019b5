import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PortFailure } from '../ports/failure.ts';
import type { LockHolder, StateStore } from '../ports/state-store.ts';
import { asFileFailure } from './file-failure.ts';
import { makeFolders, syncDirectory } from './files.ts';

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
    unlock: (key) => guarded(lockFile(key), () => rm(lockFile(key), { force: true })),
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
  await makeFolders(folder, 0o700);
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

/** A lock file: who holds it, and which process that was, since the system gives numbers anew. */
interface Lock extends LockHolder {
  readonly identity?: string;
}

/** The file appears whole: it is written beside and linked, which fails when there is one. */
async function takeLock(folder: string, path: string, holder: LockHolder): Promise<LockHolder | undefined> {
  await makeFolders(folder, 0o700);
  const own = `${path}.${process.pid}`;
  const identity = await identityOf(holder.pid);
  await rm(own, { force: true });
  await write(folder, own, { line: JSON.stringify({ ...holder, ...(identity && { identity }) }), flags: 'wx' });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await claim(own, path)) return undefined;
      const text = await readLock(path);
      const current = parseLock(text);
      if (current && (await isAlive(current))) return { pid: current.pid, run: current.run, since: current.since };
      await removeStale(path, text);
    }
  } finally {
    await rm(own, { force: true });
  }
  throw new PortFailure('unreachable', `${path}: the lock changes hands too fast`);
}

async function claim(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Moved away before it is removed: when another run has replaced it meanwhile, that one's goes back. */
async function removeStale(path: string, text: string | undefined): Promise<void> {
  const away = `${path}.${process.pid}.stale`;
  try {
    await rename(path, away);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readLock(away)) !== text) await claim(away, path);
  await rm(away, { force: true });
}

async function readLock(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function parseLock(text: string | undefined): Lock | undefined {
  try {
    return JSON.parse(text ?? '') as Lock;
  } catch {
    return undefined;
  }
}

/** Whether that very process runs; one that we may not signal runs too. */
async function isAlive({ pid, identity }: Lock): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await identityOf(pid);
  return identity === undefined || now === undefined || now === identity;
}

/** Which boot and which start a process is of; undefined where there is no /proc. */
async function identityOf(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}
