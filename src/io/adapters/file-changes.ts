import type { Stats } from 'node:fs';
import { type FileHandle, open, realpath, rename, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileChanges } from '../ports/file-changes.ts';
import { asFileFailure } from './file-failure.ts';
import { makeFolders, syncDirectory } from './files.ts';

/** Changes of the local file system behind the FileChanges port. */
export const localFileChanges: FileChanges = {
  makeDirectory: (path, mode) => guarded(path, () => makeFolders(path, mode)),
  copy: (from, to, options = {}) => guarded(to, () => copy(from, to, options)),
  move: (from, to) => guarded(from, () => move(from, to)),
  remove: (path) => guarded(path, () => remove(path)),
};

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asFileFailure(error, path);
  }
}

async function copy(from: string, to: string, { fresh = false }: { fresh?: boolean }): Promise<void> {
  const source = await open(from, 'r').catch((error) => {
    throw asFileFailure(error, from);
  });
  try {
    const facts = await source.stat();
    const target = await realpath(to).catch(() => to);
    const temporary = join(dirname(target), `.${basename(target)}.kubectl-certs.new`);
    try {
      await write(temporary, source, facts);
      if (!fresh) await utimes(temporary, facts.atime, facts.mtime);
      await rename(temporary, target);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
    await syncDirectory(dirname(target));
  } finally {
    await source.close();
  }
}

/** Nobody but us may read it before it has its owner and mode. */
async function write(path: string, source: FileHandle, facts: Stats): Promise<void> {
  const bytes = await source.readFile();
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    if (process.getuid?.() === 0) await file.chown(facts.uid, facts.gid);
    await file.chmod(facts.mode & 0o7777);
    await file.sync();
  } finally {
    bytes.fill(0);
    await file.close();
  }
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectory(dirname(to));
  await syncDirectory(dirname(from));
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await syncDirectory(dirname(path));
}
