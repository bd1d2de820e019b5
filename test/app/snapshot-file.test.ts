import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { readSnapshot, writeSnapshot } from '../../src/app/snapshot-file.ts';
import type { UserError } from '../../src/core/model/error.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import type { Files } from '../../src/io/ports/files.ts';
import type { Terminal } from '../../src/io/ports/terminal.ts';
import { snapshotOf } from '../support/snapshot.ts';

/** One directory in memory, `/full` refuses writes. */
function memory(content: Record<string, Uint8Array> = {}): Files & { readonly modes: Record<string, number> } {
  const modes: Record<string, number> = {};
  return {
    modes,
    stat: async () => undefined,
    list: async () => [],
    read: async (path) => {
      const bytes = content[path];
      if (!bytes) throw new PortFailure('absent', `${path}: no such file`);
      return bytes;
    },
    replace: async (path, bytes, mode) => {
      if (path.startsWith('/full')) throw new PortFailure('unreachable', `${path}: no space left on device`);
      content[path] = bytes;
      modes[path] = mode;
    },
  };
}

const terminal = (input: Uint8Array = new Uint8Array()) => ({ readInput: async () => input }) as unknown as Terminal;

async function refused(promise: Promise<unknown>): Promise<UserError> {
  return promise.then(
    () => assert.fail('it was not refused'),
    (error: UserError) => error,
  );
}

describe('snapshot files', () => {
  const snapshot = snapshotOf([{}]);

  it('are read back as they were written, from a file and from standard input', async () => {
    const content: Record<string, Uint8Array> = {};
    const files = memory(content);
    await writeSnapshot(files, '/tmp/a.gz', snapshot);
    assert.deepEqual(await readSnapshot({ files, terminal: terminal() }, '/tmp/a.gz'), snapshot);
    assert.deepEqual(await readSnapshot({ files, terminal: terminal(content['/tmp/a.gz']) }, '-'), snapshot);
    assert.equal(files.modes['/tmp/a.gz'], 0o600);
  });

  it('have the same bytes for the same snapshot', async () => {
    const content: Record<string, Uint8Array> = {};
    await writeSnapshot(memory(content), '/a', snapshot);
    await writeSnapshot(memory(content), '/b', structuredClone(snapshot));
    assert.deepEqual(content['/a'], content['/b']);
  });

  it('say where they could not be written', async () => {
    const error = await refused(writeSnapshot(memory(), '/full/a.gz', snapshot));
    assert.match(error.message, /was not written: \/full\/a.gz: no space left/);
    assert.equal(error.exitCode, 1);
  });

  const whole = gzipSync(JSON.stringify({ kind: 'Snapshot' }).repeat(200));
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['cut off in the middle of its compression', whole.subarray(0, whole.length / 2), /is cut off/],
    [
      'with damaged compression',
      Buffer.concat([whole.subarray(0, 10), Buffer.alloc(40, 0xff)]),
      /compression is damaged/,
    ],
    ['that is a certificate', Buffer.from('-----BEGIN CERTIFICATE-----'), /is no snapshot: it is not JSON/],
    ['that is empty', new Uint8Array(), /is no snapshot/],
  ];
  for (const [title, bytes, message] of cases) {
    it(`refuse a file ${title} with exit 65`, async () => {
      const error = await refused(readSnapshot({ files: memory({ '/s': bytes }), terminal: terminal() }, '/s'));
      assert.match(error.message, message);
      assert.equal(error.exitCode, 65);
    });
  }

  it('that are not there are bad usage', async () => {
    const error = await refused(readSnapshot({ files: memory(), terminal: terminal() }, '/none'));
    assert.deepEqual([error.message, error.exitCode], ['/none: no such file', 64]);
  });
});
