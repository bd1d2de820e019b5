import { deepStrictEqual, match, strictEqual, throws } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFromTar, writeTar } from '../../../.tools/package/tar.ts';

const files = {
  'b/c/tool': { content: Buffer.from('#!/bin/sh\n'), executable: true },
  LICENSE: { content: Buffer.alloc(513, 'x') },
  'b/empty': { content: Buffer.alloc(0) },
};

describe('the archive writer', () => {
  it('gives the same bytes whatever the order of the files', () => {
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    strictEqual(Buffer.compare(writeTar(files), writeTar(reversed)), 0);
  });

  it('writes whole blocks and an end that readers expect', () => {
    const tar = writeTar(files);
    strictEqual(tar.length % 512, 0);
    strictEqual(
      tar.subarray(-1024).every((byte) => byte === 0),
      true,
    );
  });

  it('is read by tar, with folders, modes, owners and a fixed time', () => {
    const { stdout, status } = spawnSync('tar', ['-tvf', '-', '--numeric-owner', '--utc'], { input: writeTar(files) });
    strictEqual(status, 0);
    const lines = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/\s+/g, ' '));
    deepStrictEqual(
      lines.map((line) => [line.slice(0, 10), line.split(' ').at(-1)]),
      [
        ['-rw-r--r--', 'LICENSE'],
        ['drwxr-xr-x', 'b/'],
        ['drwxr-xr-x', 'b/c/'],
        ['-rwxr-xr-x', 'b/c/tool'],
        ['-rw-r--r--', 'b/empty'],
      ],
    );
    for (const line of lines) match(line, / 0\/0 \d+ 2020-01-01 00:00 /);
  });

  it('refuses a name that its format cannot hold, rather than cut it off', () => {
    throws(() => writeTar({ ['x'.repeat(101)]: { content: Buffer.alloc(0) } }), /longer than/);
  });
});

describe('the archive reader', () => {
  it('finds a file among others', () => {
    const tar = writeTar(files);
    strictEqual(readFromTar(tar, 'b/c/tool')?.toString(), '#!/bin/sh\n');
    strictEqual(readFromTar(tar, 'LICENSE')?.length, 513);
    strictEqual(readFromTar(tar, 'b/empty')?.length, 0);
  });

  it('finds nothing that is not there', () => {
    strictEqual(readFromTar(writeTar(files), 'b/none'), undefined);
  });
});
