import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { krewManifest } from '../../../.tools/package/krew-manifest.ts';
import { PLATFORMS } from '../../../.tools/package/platforms.ts';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8'));
const tracked = readFileSync('krew-manifest.yaml', 'utf8');

describe('the manifest for krew', () => {
  const manifest = parse(tracked);

  it('is for the version of the package, with a hash for each platform', () => {
    strictEqual(manifest.spec.version, `v${packageJson.version}`);
    const hashes = manifest.spec.platforms.map(({ sha256 }: { sha256: string }) => sha256);
    for (const hash of hashes) match(hash, /^[0-9a-f]{64}$/);
    strictEqual(new Set(hashes).size, PLATFORMS.length);
  });

  it('is what the packager writes for these hashes', () => {
    const packaged = PLATFORMS.map((platform, index) => ({ platform, sha256: manifest.spec.platforms[index].sha256 }));
    strictEqual(krewManifest(packageJson.version, packaged), tracked);
  });

  it('keeps to what the index of krew asks of texts', () => {
    ok(manifest.spec.shortDescription.length <= 50);
    for (const line of manifest.spec.description.split('\n')) ok(line.length <= 80, line);
  });

  it('names an .exe on Windows, which is what krew links there', () => {
    for (const { selector, bin } of manifest.spec.platforms) {
      strictEqual(bin, selector.matchLabels.os === 'windows' ? 'kubectl-certs.exe' : 'kubectl-certs');
    }
  });

  it('takes the Node of each platform from the packages that npm installs', () => {
    const installed = Object.keys(packageJson.optionalDependencies).sort();
    deepStrictEqual(PLATFORMS.map(({ nodePackage }) => nodePackage).sort(), installed);
  });
});
