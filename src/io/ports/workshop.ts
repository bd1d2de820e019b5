import type { FileChanges } from './file-changes.ts';
import type { StateStore } from './state-store.ts';

/** What a command that changes something works with. */
export interface Workshop {
  readonly changes: FileChanges;
  readonly store: StateStore;
  /** It ends with the process: no run can be gone on with later. */
  readonly passing?: true;
  /** argv that starts this program from anywhere: the Node and the script, absolute paths. */
  readonly program: readonly string[];
  /** Our own process, for locks. */
  readonly pid: number;
  /** Our user; undefined where the system has no such numbers. */
  readonly uid?: number;
}
