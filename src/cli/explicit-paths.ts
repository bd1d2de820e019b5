import { EXIT, UserError } from '../core/model/error.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Files } from '../io/ports/files.ts';
import type { ReadingFlags } from './reading-flags.ts';

/** Flags that name what a live run reads; a snapshot was read already. */
const PATH_FLAGS = [
  'kubeconfig',
  'pki-dir',
  'certificate-authority',
  'client-certificate',
  'client-key',
  'ca',
] as const satisfies readonly (keyof ReadingFlags)[];

/**
 * A path that was typed and is not there is a mistake, not an absent source.
 * @throws UserError (64)
 */
export async function refuseMissingPaths(flags: ReadingFlags, files: Files): Promise<void> {
  if (flags.from !== undefined) return;
  for (const flag of PATH_FLAGS) {
    const path = flags[flag];
    if (!path || (await pathExists(files, path))) continue;
    throw new UserError(`--${flag} ${path}: no such file or directory`, {
      exitCode: EXIT.usage,
      hints: ['for a file that another user owns, run the command with sudo'],
    });
  }
}

/** What may not be looked at is there, as far as a command line goes: the reading will say that it is denied. */
export async function pathExists(files: Files, path: string): Promise<boolean> {
  try {
    return (await files.stat(path)) !== undefined;
  } catch (error) {
    if (error instanceof PortFailure) return error.state === 'denied';
    throw error;
  }
}
