import { gunzipSync, gzipSync } from 'node:zlib';
import { EXIT, UserError } from '../core/model/error.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { printSnapshot, readSnapshotText } from '../core/snapshot/format.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Files } from '../io/ports/files.ts';
import type { Terminal } from '../io/ports/terminal.ts';

/** A snapshot of 50,000 certificates is some 120 MB of text; anything far beyond is no snapshot. */
const MAX_TEXT = 512 * 1024 * 1024;
const MAX_FILE = 256 * 1024 * 1024;

/** The bytes of a snapshot file: gzip of its text, the same for the same snapshot. @throws UserError on a leak */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  return gzipSync(printSnapshot(snapshot), { level: 6 });
}

/** Writes a snapshot file, readable by its owner alone, whole or not at all. @throws UserError */
export async function writeSnapshot(files: Files, path: string, snapshot: Snapshot): Promise<number> {
  const bytes = encodeSnapshot(snapshot);
  try {
    await files.replace(path, bytes, 0o600);
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    throw new UserError(`the snapshot was not written: ${error.message}`, {
      exitCode: EXIT.failed,
      hints: ['name a file in a directory that you may write to'],
      cause: error,
    });
  }
  return bytes.length;
}

/** Reads `--from FILE|-`. @throws UserError: 64 when there is no such file, 65 when it is no snapshot */
export async function readSnapshot(source: { files: Files; terminal: Terminal }, path: string): Promise<Snapshot> {
  const name = path === '-' ? 'standard input' : path;
  const bytes = path === '-' ? await source.terminal.readInput(MAX_FILE) : await readFile(source.files, path);
  return readSnapshotText(unpack(bytes, name), name);
}

async function readFile(files: Files, path: string): Promise<Uint8Array> {
  try {
    return await files.read(path, MAX_FILE);
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    const exitCode = error.state === 'absent' ? EXIT.usage : EXIT.unreadable;
    throw new UserError(error.message, {
      exitCode,
      hints: ['--from takes a file that kubectl certs snapshot wrote'],
      cause: error,
    });
  }
}

function unpack(bytes: Uint8Array, name: string): string {
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return new TextDecoder().decode(bytes);
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TEXT }).toString('utf8');
  } catch (error) {
    const cutOff = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new UserError(
      `${name} ${cutOff ? 'is cut off: its end is missing' : 'is no snapshot: its compression is damaged'}`,
      {
        exitCode: EXIT.unreadable,
        hints: ['copy the whole file again; compare its size with the original'],
        cause: error,
      },
    );
  }
}
