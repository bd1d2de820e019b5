import type { Snapshot } from '../core/model/snapshot.ts';
import { type Inventory, takeInventory } from '../core/snapshot/inventory.ts';
import type { Terminal } from '../io/ports/terminal.ts';
import { readSnapshot } from './snapshot-file.ts';
import { type TakeSnapshotOptions, takeSnapshot } from './take-snapshot.ts';

export interface OpenOptions extends TakeSnapshotOptions {
  readonly terminal: Terminal;
  /** `--from`: a snapshot file, `-` for standard input. */
  readonly from?: string | undefined;
  /** `--at`: the moment to judge by, made from the moment that would be taken without it; both ms since the epoch. */
  readonly at?: ((now: number) => number) | undefined;
}

export interface Opened {
  readonly snapshot: Snapshot;
  readonly inventory: Inventory;
  /** The moment that everything is judged by, milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What a command looks at: the cluster as it is, or a snapshot of it. A snapshot is judged as of the moment it was
 * taken, unless `at` says otherwise.
 * @throws UserError
 */
export async function openInventory(options: OpenOptions): Promise<Opened> {
  const snapshot =
    options.from === undefined
      ? await takeSnapshot(options)
      : await readSnapshot({ files: options.ports.files, terminal: options.terminal }, options.from);
  const moment = Date.parse(snapshot.takenAt);
  return { snapshot, inventory: takeInventory(snapshot), now: options.at ? options.at(moment) : moment };
}
