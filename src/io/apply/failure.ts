import { PortFailure } from '../ports/failure.ts';
import { StepFailure } from './handler.ts';

/** What may help against a failure of the file system, by its code. */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space there, or name another folder with --state-dir',
  EDQUOT: 'free some space there, or name another folder with --state-dir',
  EROFS: 'remount it writable; a disk that turned read-only by itself is failing: see dmesg',
  EACCES: 'only root may do this: run the command with sudo',
  EPERM: 'only root may do this: run the command with sudo (or see lsattr for an immutable file)',
};

/** Says what was being done when a port failed, and what to do about it. Other errors stay as they are. */
export async function during<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    const hint = HINTS[error.code ?? ''];
    throw new StepFailure(`${doing}: ${error.message}`, hint === undefined ? [] : [hint], error);
  }
}
