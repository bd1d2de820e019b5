import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readFromTar } from './tar.ts';

interface LockedPackage {
  readonly version: string;
  /** `sha512-BASE64` of the package's archive. */
  readonly integrity: string;
}

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubectl-certs-packaging');

/**
 * Node's files from one of its npm packages, at the locked version, whatever platform this is: kept in a cache outside
 * the repository, and checked against the lock file's hash each time.
 */
export async function nodeFiles(name: string): Promise<(path: string) => Buffer> {
  const tar = gunzipSync(await fetchLocked(name));
  return (path) => {
    const content = readFromTar(tar, `package/${path}`);
    if (!content) throw new Error(`package ${name} holds no ${path}`);
    return content;
  };
}

async function fetchLocked(name: string): Promise<Buffer> {
  const { version, integrity } = await lockedPackage(name);
  const file = join(CACHE, `${name}-${version}.tgz`);
  const cached = await readFile(file).catch(() => undefined);
  if (cached && integrityOf(cached) === integrity) return cached;
  await mkdir(CACHE, { recursive: true });
  await promisify(execFile)('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', CACHE]);
  const fetched = await readFile(file);
  if (integrityOf(fetched) !== integrity) {
    throw new Error(`${file} is not the ${name}@${version} of the lock file: ${integrity} was expected`);
  }
  return fetched;
}

async function lockedPackage(name: string): Promise<LockedPackage> {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const locked: LockedPackage | undefined = lock.packages[`node_modules/${name}`];
  if (!locked) throw new Error(`package-lock.json has no ${name}`);
  return locked;
}

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
