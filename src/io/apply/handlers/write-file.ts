import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { PortFailure } from '../../ports/failure.ts';
import { hashFile, readManifest, restore } from '../backup.ts';
import { during } from '../failure.ts';
import { StepFailure, type StepHandler } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';

/** Permission bits of folders that are made. */
const FOLDER_MODE = 0o755;

/**
 * Writes `content` to `path` with `mode`, whole or not at all. `before` is the hash of what the plan was made for, or
 * `absent`: something else that stands there by now is left alone.
 */
export function writeFile(ports: ApplyPorts): StepHandler {
  const { files, changes } = ports;
  return {
    kind: 'write-file',
    run: async ({ params }) => {
      const { path = '', mode = '644', content = '', before } = params ?? {};
      return during(`${path} could not be written`, async () => {
        const bytes = Buffer.from(content);
        const there = await hashOf(ports, path);
        const own = createHash('sha256').update(bytes).digest('hex');
        if (there !== before && there !== own)
          throw new StepFailure(`${path} has changed since the plan was made`, ['run the command again']);
        await changes.makeDirectory(dirname(path), FOLDER_MODE);
        await files.replace(path, bytes, Number.parseInt(mode, 8));
        return `wrote ${path}`;
      });
    },
  };
}

/** Removes a file that the run's backup holds. */
export function removeFile(ports: ApplyPorts): StepHandler {
  return {
    kind: 'remove-file',
    run: async ({ params }) => {
      const path = params?.path ?? '';
      await during(`${path} could not be removed`, () => ports.changes.remove(path));
      return `removed ${path}`;
    },
  };
}

/** Puts a file back as the run's backup has it; one that was not there before is removed. */
export function putBackFile(ports: ApplyPorts): StepHandler {
  return {
    kind: 'put-back-file',
    run: async ({ params }, { run }) => {
      const path = params?.path ?? '';
      return during(`${path} could not be put back`, async () => {
        const manifest = await readManifest(ports, run);
        if (manifest?.absent.includes(path)) {
          await ports.changes.remove(path);
          return `removed ${path}, which was not there before`;
        }
        const restored = await restore(ports, run, [path]);
        return restored.length > 0 ? `put back ${path}` : `${path} had not been changed`;
      });
    },
  };
}

async function hashOf({ files }: ApplyPorts, path: string): Promise<string> {
  try {
    return await hashFile(files, path);
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return 'absent';
    throw error;
  }
}
