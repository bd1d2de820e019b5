import { diffSnapshots } from '../core/snapshot/diff.ts';
import { takeInventory } from '../core/snapshot/inventory.ts';
import { viewDiff } from '../core/view/diff.ts';
import type { Report } from '../core/view/section.ts';
import type { Files } from '../io/ports/files.ts';
import type { Terminal } from '../io/ports/terminal.ts';
import { readSnapshot } from './snapshot-file.ts';

/** `snapshot diff A B`. @throws UserError when a file is no snapshot */
export async function diffSnapshotFiles(
  source: { files: Files; terminal: Terminal },
  paths: { readonly before: string; readonly after: string },
): Promise<Report> {
  const before = await readSnapshot(source, paths.before);
  const after = await readSnapshot(source, paths.after);
  return viewDiff(diffSnapshots(takeInventory(before), takeInventory(after)), before, after);
}
