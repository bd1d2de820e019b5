import { constants, type Stats } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { PortFailure } from '../ports/failure.ts';
import type { FileStat, Files } from '../ports/files.ts';
import { asFileFailure } from './file-failure.ts';

/** The local file system behind the Files port. */
export const localFiles: Files = { stat: statPath, list, read, replace };

/** @throws PortFailure */
async function statPath(path: string): Promise<FileStat | undefined> {
  try {
    const [itself, followed] = await Promise.all([lstat(path), stat(path)]);
    const linkTo = itself.isSymbolicLink() ? await readlink(path) : undefined;
    return {
      kind: kindOf(followed),
      size: followed.size,
      mode: followed.mode & 0o7777,
      uid: followed.uid,
      gid: followed.gid,
      modified: followed.mtimeMs,
      identity: `${followed.dev}:${followed.ino}`,
      ...(linkTo !== undefined && { linkTo }),
    };
  } catch (error) {
    const failure = asFileFailure(error, path);
    if (failure.state === 'absent') return undefined;
    throw failure;
  }
}

async function list(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    throw asFileFailure(error, directory);
  }
}

async function read(path: string, maxBytes: number): Promise<Uint8Array> {
  // kubectl takes it for an empty kubeconfig: the usual way to say that there is none.
  if (path === '/dev/null') return new Uint8Array();
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK the opening of a pipe that nobody writes to would block a thread for ever.
    file = await open(path, constants.O_RDONLY | (isInherited(path) ? 0 : constants.O_NONBLOCK));
    const facts = await file.stat();
    if (!facts.isFile() && !(facts.isFIFO() && isInherited(path))) throw new NotAFile(facts);
    if (facts.size > maxBytes) throw tooLarge(path, maxBytes);
    return await readUpTo(file, path, maxBytes);
  } catch (error) {
    throw asFileFailure(error, path);
  } finally {
    await file?.close();
  }
}

/** A descriptor that the shell handed down, as in `check <(command)`: its writer exists. */
function isInherited(path: string): boolean {
  return /^\/(dev|proc\/self)\/fd\/\d+$|^\/dev\/stdin$/.test(path);
}

/** Files of /proc and pipes have no size: counts what arrives. */
async function readUpTo(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(path, maxBytes);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

/** Keeps the owner and a symbolic link that stands there; syncs before the rename, so that no crash leaves half a file. */
async function replace(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  let temporary: string | undefined;
  try {
    const before = await statPath(path);
    const real = before ? await realpath(path) : path;
    temporary = `${real}.${process.pid}.new`;
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      if (before && process.getuid?.() === 0) await file.chown(before.uid, before.gid);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, real);
    await syncDirectory(dirname(real));
  } catch (error) {
    if (temporary && (error as NodeJS.ErrnoException).code !== 'EEXIST') await unlink(temporary).catch(() => {});
    throw asFileFailure(error, path);
  }
}

/** Makes the rename itself durable; Windows cannot open a directory. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Makes a folder and those above it. Node's own recursive way says that nothing is there when a file system is
 * read-only or full. @throws errno error of the folder that could not be made
 */
export async function makeFolders(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolders(dirname(path), mode);
      return makeFolders(path, mode);
    }
    if (code !== 'EEXIST' && !(code === 'EROFS' && (await isFolder(path)))) throw error;
    return;
  }
  await syncDirectory(dirname(path));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

function kindOf(facts: Stats): FileStat['kind'] {
  return facts.isFile() ? 'file' : facts.isDirectory() ? 'directory' : 'other';
}

class NotAFile extends Error {
  readonly code: string;

  constructor(facts: Stats) {
    super();
    this.code = facts.isDirectory() ? 'EISDIR' : 'ENOTREG';
  }
}

function tooLarge(path: string, maxBytes: number): PortFailure {
  return new PortFailure('partial', `${path}: larger than ${maxBytes} bytes, not read`, { code: 'EFBIG' });
}
