import { deepStrictEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFiles } from '../../../../src/io/adapters/files.ts';
import { walkFolder } from '../../../../src/io/collect/local/walk.ts';

describe('walking a folder', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-certs-'));
    mkdirSync(join(folder, 'a/b/c'), { recursive: true });
    for (const path of ['top.pem', 'a/one.pem', 'a/b/two.pem', 'a/b/c/three.pem'])
      writeFileSync(join(folder, path), '');
    symlinkSync('..', join(folder, 'a/up'));
    symlinkSync('.', join(folder, 'self'));
    symlinkSync('a/b', join(folder, 'other'));
    symlinkSync('nowhere', join(folder, 'dangling.pem'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const walk = (depth: number, most = 100) => walkFolder(localFiles, folder, { depth, most });

  it('follows links to other folders, but none back to a folder that it is in', async () => {
    const files = ['a/b/c/three.pem', 'a/b/two.pem', 'a/one.pem', 'other/c/three.pem', 'other/two.pem', 'top.pem'];
    deepStrictEqual(await walk(6), { files, failures: [], cut: false });
  });

  it('says when a folder was too deep to be entered', async () => {
    deepStrictEqual(await walk(1), { files: ['a/one.pem', 'other/two.pem', 'top.pem'], failures: [], cut: true });
    deepStrictEqual(await walk(0), { files: ['top.pem'], failures: [], cut: false });
  });

  it('ends after the most files that it may list', async () => {
    const { files, cut } = await walk(6, 2);
    deepStrictEqual([files.length, cut], [2, true]);
  });
});
