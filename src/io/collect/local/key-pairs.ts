import { basename, dirname, join } from 'node:path';
import type { LocalFile } from './read-file.ts';

/** Where tools put the key of a certificate, from its path without the extension: openssl and nginx, cfssl, certbot. */
function keyPaths(path: string): string[] {
  const stem = path.replace(/\.[^./\\]+$/, '');
  const certbot = /^(fullchain|cert)\d*\.pem$/.test(basename(path))
    ? [join(dirname(path), basename(path).replace(/^(fullchain|cert)/, 'privkey'))]
    : [];
  return [`${stem}.key`, `${stem}-key.pem`, `${stem}.key.pem`, ...certbot];
}

/**
 * The key file of each certificate's file among the files of a folder: the one with the name for it, right or wrong,
 * else any that holds the key.
 */
export function pairKeys(files: readonly LocalFile[]): ReadonlyMap<LocalFile, LocalFile> {
  const keyFiles = files.filter(({ units, hasPrivateKey }) => units.length === 0 && hasPrivateKey);
  const byPath = new Map(keyFiles.map((file) => [file.path, file]));
  const bySpki = new Map(keyFiles.flatMap((file) => file.keys.map(({ spki }) => [spki, file] as const)));
  const pairs = new Map<LocalFile, LocalFile>();
  for (const file of files) {
    const [unit] = file.units;
    if (!unit || unit.key !== undefined || file.units.some(({ bundle }) => bundle)) continue;
    const named = keyPaths(file.path).find((path) => byPath.has(path));
    const keyFile = named === undefined ? bySpki.get(unit.chain[0]!.spki) : byPath.get(named);
    if (keyFile) pairs.set(file, keyFile);
  }
  return pairs;
}
