import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PortFailure } from '../ports/failure.ts';
import type { FileStat, Files } from '../ports/files.ts';
import { StepFailure } from './handler.ts';
import type { ApplyPorts } from './ports.ts';

/** Bytes of one file: certificates, keys, kubeconfigs and manifests are pages of text. */
const MAX_FILE = 16 << 20;

/** One file of a backup. */
export interface SavedFile {
  readonly path: string;
  /** Name of its copy in the backup's folder. */
  readonly copy: string;
  /** Of its content, lower-case hex. */
  readonly sha256: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What the file `manifest.json` of a backup holds; it is written last. */
export interface BackupManifest {
  readonly run: string;
  readonly files: readonly SavedFile[];
  /** What was asked for and was not there. */
  readonly absent: readonly string[];
}

export function backupFolder(stateDir: string, run: string): string {
  return join(stateDir, 'backups', run);
}

/** The manifest of a run's backup, or undefined when there is no whole one. @throws PortFailure */
export async function readManifest({ files, stateDir }: ApplyPorts, run: string): Promise<BackupManifest | undefined> {
  try {
    const bytes = await files.read(join(backupFolder(stateDir, run), 'manifest.json'), MAX_FILE);
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as BackupManifest;
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return undefined;
    throw error;
  }
}

/** When a run's backup was whole, milliseconds since the epoch; undefined: it has none. @throws PortFailure */
export async function backedUpAt({ files, stateDir }: ApplyPorts, run: string): Promise<number | undefined> {
  return (await files.stat(join(backupFolder(stateDir, run), 'manifest.json')))?.modified;
}

/** SHA-256 of a file's content, lower-case hex; the content is wiped. @throws PortFailure */
export async function hashFile(files: Files, path: string): Promise<string> {
  const bytes = await files.read(path, MAX_FILE);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  bytes.fill(0);
  return sha256;
}

/** Whether a file is what was saved: content, mode and owner. */
export async function isAsSaved(files: Files, saved: SavedFile): Promise<boolean> {
  const stat: FileStat | undefined = await files.stat(saved.path);
  if (!stat || stat.mode !== saved.mode || stat.uid !== saved.uid || stat.gid !== saved.gid) return false;
  return (await hashFile(files, saved.path)) === saved.sha256;
}

/**
 * Puts files back that are not as they were saved. Their time is that of now, so that what started before has
 * something else in memory.
 * @returns the paths that were put back @throws StepFailure
 */
export async function restore(ports: ApplyPorts, run: string, paths: readonly string[]): Promise<string[]> {
  const manifest = await readManifest(ports, run);
  const folder = backupFolder(ports.stateDir, run);
  if (!manifest)
    throw new StepFailure(`the backup ${folder} is gone`, ['put the files back from a backup of your own']);
  const restored: string[] = [];
  for (const saved of manifest.files.filter(({ path }) => paths.includes(path))) {
    if (await isAsSaved(ports.files, saved)) continue;
    const copy = join(folder, saved.copy);
    if ((await hashFile(ports.files, copy)) !== saved.sha256) {
      throw new StepFailure(`${copy} is not what was backed up: its hash differs from the manifest's`, [
        `${saved.path} was left as it is; put it back from a backup of your own`,
      ]);
    }
    await ports.changes.copy(copy, saved.path, { fresh: true });
    restored.push(saved.path);
  }
  return restored;
}
