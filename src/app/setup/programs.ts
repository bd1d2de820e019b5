import { dirname } from 'node:path';
import type { Files } from '../../io/ports/files.ts';
import type { Ports } from '../../io/ports/ports.ts';

/** Where root finds programs on every distribution; kubeadm is often in the last two (its own install guide). */
const STANDARD_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/opt/bin'];

export interface SearchPath {
  readonly folders: readonly string[];
  /** kubeadm's own path; undefined where it is nowhere to be found. */
  readonly kubeadm: string | undefined;
}

/** PATH for a schedule: the folder that kubeadm is found in now, then what root has everywhere. */
export async function searchPath({ files, env }: Pick<Ports, 'files' | 'env'>): Promise<SearchPath> {
  const folders = [...(env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/')), ...STANDARD_PATH];
  for (const folder of folders) {
    if ((await statOf(files, `${folder}/kubeadm`))?.kind !== 'file') continue;
    return { folders: [...new Set([folder, ...STANDARD_PATH])], kubeadm: `${folder}/kubeadm` };
  }
  return { folders: STANDARD_PATH, kubeadm: undefined };
}

/**
 * Paths through which somebody other than root could change what a schedule runs as root: the programs, or a folder
 * above one.
 */
export async function openToOthers(files: Files, programs: readonly string[]): Promise<string[]> {
  const paths = new Set(programs.flatMap((path) => [path, ...foldersOf(path)]));
  const open = await Promise.all(
    [...paths].map(async (path) => {
      const stat = await statOf(files, path);
      return stat && (stat.uid !== 0 || (stat.mode & 0o022) !== 0) ? [path] : [];
    }),
  );
  return open.flat().sort();
}

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersOf(folder)];
}

async function statOf(files: Files, path: string) {
  return files.stat(path).catch(() => undefined);
}
