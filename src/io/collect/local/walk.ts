import { join } from 'node:path';
import { PortFailure } from '../../ports/failure.ts';
import type { Files } from '../../ports/files.ts';

export interface WalkOptions {
  /** Levels of folders below the first; 0: only its own files. */
  readonly depth: number;
  /** Files after which the walk ends. */
  readonly most: number;
}

export interface Walk {
  /** Paths of files, relative to the folder, in order. */
  readonly files: readonly string[];
  readonly failures: readonly PortFailure[];
  /** There were more files than the walk may list, or deeper folders than it may enter. */
  readonly cut: boolean;
}

/** Lists the files of a folder and of those below it. Links are followed, but not into a folder that they stand in. */
export async function walkFolder(files: Files, folder: string, { depth, most }: WalkOptions): Promise<Walk> {
  const found: string[] = [];
  const failures: PortFailure[] = [];
  let cut = false;
  const enter = async (relative: string, above: readonly (string | undefined)[]): Promise<void> => {
    for (const name of await attempt(() => files.list(join(folder, relative)), [], failures)) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const stat = await attempt(() => files.stat(join(folder, path)), undefined, failures);
      const isCircle = stat?.identity !== undefined && above.includes(stat.identity);
      if (stat?.kind === 'directory' && isCircle) continue;
      if (stat?.kind === 'directory' && above.length <= depth) await enter(path, [...above, stat.identity]);
      else if (stat?.kind === 'directory') cut ||= depth > 0;
      else if (stat?.kind === 'file' && found.length < most) found.push(path);
      else if (stat?.kind === 'file') cut = true;
      if (found.length >= most && cut) return;
    }
  };
  const first = await attempt(() => files.stat(folder), undefined, failures);
  await enter('', [first?.identity]);
  return { files: found, failures, cut };
}

async function attempt<T>(act: () => Promise<T>, otherwise: T, failures: PortFailure[]): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    failures.push(error);
    return otherwise;
  }
}
