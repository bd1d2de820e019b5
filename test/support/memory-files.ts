import { PortFailure } from '../../src/io/ports/failure.ts';
import type { FileStat, Files } from '../../src/io/ports/files.ts';

export interface MemoryFilesOptions {
  /** Permission bits of every file, or by path. */
  readonly mode?: number;
  readonly modes?: Readonly<Record<string, number>>;
  /** Files and folders that are there and may not be read. */
  readonly denied?: readonly string[];
}

/** Files that exist in memory only: content by path. Folders are there by what is in them. */
export function memoryFiles(
  content: Readonly<Record<string, string | Uint8Array>>,
  options: MemoryFilesOptions = {},
): Files {
  const denied = options.denied ?? [];
  const paths = [...Object.keys(content), ...denied];
  const refuse = (path: string) => {
    throw new PortFailure('denied', `${path}: permission denied`, { code: 'EACCES' });
  };
  const below = (folder: string) => paths.filter((path) => path.startsWith(`${folder}/`));
  const isInDenied = (path: string) => denied.some((folder) => path.startsWith(`${folder}/`));
  const stat = (path: string): FileStat | undefined => {
    const isFolder = below(path).length > 0;
    if (!isFolder && !paths.includes(path)) return undefined;
    const mode = options.modes?.[path] ?? options.mode ?? 0o600;
    const size = content[path]?.length ?? 1;
    return { kind: isFolder ? 'directory' : 'file', size, mode, uid: 0, gid: 0, modified: 0 };
  };
  return {
    stat: async (path) => (isInDenied(path) ? refuse(path) : stat(path)),
    list: async (folder) => {
      if (denied.includes(folder) || isInDenied(folder)) refuse(folder);
      if (below(folder).length === 0) throw new PortFailure('absent', `${folder}: no such directory`);
      return [...new Set(below(folder).map((path) => path.slice(folder.length + 1).split('/', 1)[0]!))].sort();
    },
    read: async (path, maxBytes) => {
      if (denied.includes(path) || isInDenied(path)) refuse(path);
      const found = content[path];
      if (found === undefined) throw new PortFailure('absent', `${path}: no such file`);
      if (found.length > maxBytes) throw new PortFailure('partial', `${path}: larger than ${maxBytes} bytes, not read`);
      return Buffer.from(found);
    },
    replace: async () => {},
  };
}
