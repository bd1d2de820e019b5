import { copyFile, mkdir, open, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileChanges } from '../ports/file-changes.ts';
import { asFileFailure } from './file-failure.ts';
import { syncDirectory } from './files.ts';

/** Changes of the local file system behind the FileChanges port. */
export const localFileChanges: FileChanges = {
  makeDirectory: (path, mode) => guarded(path, () => makeDirectory(path, mode)),
  copy: (from, to) => guarded(from, () => copy(from, to)),
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

async function makeDirectory(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first) await syncDirectory(dirname(first));
}

async function copy(from: string, to: string): Promise<void> {
  const facts = await stat(from);
  const temporary = `${to}.${process.pid}.new`;
  try {
    await copyFile(from, temporary);
    const file = await open(temporary, 'r+');
    try {
      if (process.getuid?.() === 0) await file.chown(facts.uid, facts.gid);
      await file.chmod(facts.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await utimes(temporary, facts.atime, facts.mtime);
    await rename(temporary, to);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(to));
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
