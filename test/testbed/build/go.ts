import { cpSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Component, GoFilesSource, GoSource } from '../catalogue/component.ts';
import { upstreamNamed } from '../go/upstreams.ts';
import { run } from '../run.ts';
import { keyOf } from './cache.ts';

const MINUTE = 60_000;
/** The same for every build, or the compiler's cache is of no use from one program to the next. */
const ENV = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' };

const moduleFolder = (upstream: string) => join(import.meta.dirname, '..', 'go', upstream);

const go = (cwd: string, ...args: string[]) => run(['go', ...args], { cwd, env: ENV, timeoutMs: 30 * MINUTE });

let version: Promise<string> | undefined;
/** `go1.26.8`; the same question is asked once per process. @throws Error where Go is not installed */
function goVersion(): Promise<string> {
  version ??= run(['go', 'env', 'GOVERSION'], { env: ENV }).then((text) => text.trim());
  return version;
}

function linkerFlags(source: GoSource): string {
  return ['-s', '-w', ...Object.entries(source.stamps ?? {}).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

export async function goKey(component: Component, source: GoSource | GoFilesSource): Promise<string> {
  const how = source.kind === 'go' ? [source.package, linkerFlags(source), ...(source.tags ?? [])] : [];
  const texts = [component.version, await goVersion(), ...how, ...(source.files ?? [])];
  return keyOf(texts, [moduleFolder(source.upstream)]);
}

/** Links the program into `folder` under the component's name, and copies the files that go with it to `folder`/files. */
export async function buildGo(component: Component, source: GoSource | GoFilesSource, folder: string): Promise<void> {
  const cwd = moduleFolder(source.upstream);
  if (source.kind === 'go') {
    const tags = source.tags === undefined ? [] : ['-tags', source.tags.join(',')];
    const flags = ['-p', '2', '-mod=readonly', '-trimpath', ...tags, '-ldflags', linkerFlags(source)];
    await go(cwd, 'build', ...flags, '-o', join(folder, component.name), source.package);
  }
  if (source.files !== undefined) await copyModuleFiles(source.upstream, source.files, join(folder, 'files'));
}

async function copyModuleFiles(upstream: string, files: readonly string[], target: string): Promise<void> {
  const { module } = upstreamNamed(upstream);
  const { Dir } = JSON.parse(await go(moduleFolder(upstream), 'mod', 'download', '-json', module));
  for (const file of files) {
    mkdirSync(join(target, dirname(file)), { recursive: true });
    cpSync(join(Dir, file), join(target, dirname(file), basename(file)), { recursive: true, mode: 0 });
  }
}
