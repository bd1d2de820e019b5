import { basename, dirname, join } from 'node:path';
import { type BackupManifest, backupFolder, hashFile, readManifest, type SavedFile } from '../backup.ts';
import { during } from '../failure.ts';
import { StepFailure, type StepHandler } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';

/**
 * Copies files away with modes, owners and times, beside the place where the backup will be; the manifest with their
 * hashes comes last, then the folder is renamed: a backup is whole or not there.
 */
export function backupFiles(ports: ApplyPorts): StepHandler {
  return {
    kind: 'backup-files',
    run: ({ params }, { run }) =>
      during('nothing has been changed, for the backup could not be written', async () => {
        const folder = backupFolder(ports.stateDir, run);
        if (await readManifest(ports, run)) return `the backup is in ${folder}`;
        const unfinished = `${folder}.new`;
        await ports.changes.makeDirectory(unfinished, 0o700);
        const manifest = await copyAll(ports, { run, unfinished, paths: linesOf(params?.paths) });
        const text = `${JSON.stringify(manifest, null, 2)}\n`;
        await ports.files.replace(join(unfinished, 'manifest.json'), Buffer.from(text), 0o600);
        await ports.changes.move(unfinished, folder);
        return `${manifest.files.length} files are in ${folder}`;
      }),
  };
}

interface CopyOptions {
  readonly run: string;
  readonly unfinished: string;
  readonly paths: readonly string[];
}

async function copyAll(
  { files, changes }: ApplyPorts,
  { run, unfinished, paths }: CopyOptions,
): Promise<BackupManifest> {
  const saved: SavedFile[] = [];
  const absent: string[] = [];
  for (const [index, path] of paths.entries()) {
    const stat = await files.stat(path);
    if (!stat) {
      absent.push(path);
      continue;
    }
    const copy = `${index}-${basename(dirname(path))}-${basename(path)}`;
    await changes.copy(path, join(unfinished, copy));
    const sha256 = await hashFile(files, path);
    if ((await hashFile(files, join(unfinished, copy))) !== sha256)
      throw new StepFailure(`${path} changed while it was copied: something else is renewing it`, [
        'wait and try again',
      ]);
    saved.push({ path, copy, sha256, mode: stat.mode, uid: stat.uid, gid: stat.gid });
  }
  return { run, files: saved, absent };
}

/** Params hold lists one to a line. */
export function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter(Boolean);
}
