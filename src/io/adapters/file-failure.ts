import { PortFailure } from '../ports/failure.ts';

const REASONS: Readonly<Record<string, readonly [PortFailure['state'], string]>> = {
  EACCES: ['denied', 'permission denied'],
  EPERM: ['denied', 'operation not permitted'],
  EROFS: ['denied', 'read-only file system'],
  ENOENT: ['absent', 'no such file or directory'],
  ENOTDIR: ['absent', 'no such file or directory (a part of the path is no directory)'],
  ENAMETOOLONG: ['absent', 'no such file (the name is too long)'],
  EISDIR: ['unreachable', 'is a directory'],
  ENOTREG: ['unreachable', 'is neither a file nor a directory'],
  EEXIST: ['unreachable', 'another process is replacing it (a file that ends in .new stands beside it)'],
  ELOOP: ['unreachable', 'symbolic links lead round in a circle'],
  EXDEV: ['unreachable', 'is on another file system'],
  EIO: ['unreachable', 'the device reports an input/output error'],
  ESTALE: ['unreachable', 'the network file system lost it'],
  ENOSPC: ['unreachable', 'no space left on the device'],
  EDQUOT: ['unreachable', 'the disk quota is used up'],
};

/** What an error of the file system means, in words. */
export function asFileFailure(error: unknown, path: string): PortFailure {
  if (error instanceof PortFailure) return error;
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  // A path with a NUL byte names nothing: Node refuses it before the system sees it.
  if (code === 'ERR_INVALID_ARG_VALUE')
    return new PortFailure('absent', `${path}: no such file or directory`, { code });
  const [state, reason] = REASONS[code] ?? ['unreachable', message];
  return new PortFailure(state, `${path}: ${reason}`, { code, cause: error });
}
