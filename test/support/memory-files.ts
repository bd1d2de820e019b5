import { PortFailure } from '../../src/io/ports/failure.ts';
import type { Files } from '../../src/io/ports/files.ts';

/** Files that exist in memory only: text by path. `denied` are there and may not be read. */
export function memoryFiles(
  content: Readonly<Record<string, string | Uint8Array>>,
  options: { readonly mode?: number; readonly denied?: readonly string[] } = {},
): Files {
  return {
    stat: async (path) =>
      path in content || options.denied?.includes(path)
        ? { kind: 'file', size: 1, mode: options.mode ?? 0o600, uid: 0, gid: 0, modified: 0 }
        : undefined,
    list: async (directory) =>
      Object.keys(content)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1))
        .sort(),
    read: async (path) => {
      if (options.denied?.includes(path)) throw new PortFailure('denied', `${path}: permission denied`);
      const found = content[path];
      if (found === undefined) throw new PortFailure('absent', `${path}: no such file`);
      return Buffer.from(found);
    },
    replace: async () => {},
  };
}
