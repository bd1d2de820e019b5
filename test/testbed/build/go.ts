import { cpSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Component, GoFilesSource, GoSource } from '../catalogue/component.ts';
import { downloadedModule, go, inToolModule, moduleFolder } from '../go/tool-module.ts';
import { upstreamNamed } from '../go/upstreams.ts';
import { keyOf } from './cache.ts';

let version: Promise<string> | undefined;
/** `go1.26.8`; the same question is asked once per process. @throws Error where Go is not installed */
function goVersion(): Promise<string> {
  version ??= go('.', 'env', 'GOVERSION').then((text) => text.trim());
  return version;
}

function linkerFlags(source: GoSource): string {
  return ['-s', '-w', ...Object.entries(source.stamps ?? {}).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

export async function goKey(component: Component, source: GoSource | GoFilesSource): Promise<string> {
  const how = source.kind === 'go' ? [source.package, linkerFlags(source), ...(source.tags ?? [])] : [];
  const texts = [component.version, await goVersion(), ...how, ...(source.files ?? [])];
  const upstream = upstreamNamed(source.upstream);
  const patch = upstream.patch === undefined ? [] : [JSON.stringify(upstream.patch)];
  return keyOf([...texts, ...patch], [moduleFolder(upstream)]);
}

/** Links the program into `folder` under the component's name, and copies the files that go with it to `folder`/files. */
export async function buildGo(component: Component, source: GoSource | GoFilesSource, folder: string): Promise<void> {
  if (source.kind === 'go') {
    const tags = source.tags === undefined ? [] : ['-tags', source.tags.join(',')];
    const flags = ['-p', '2', '-mod=readonly', '-trimpath', ...tags, '-ldflags', linkerFlags(source)];
    const output = join(folder, component.name);
    await inToolModule(upstreamNamed(source.upstream), (cwd) =>
      go(cwd, 'build', ...flags, '-o', output, source.package),
    );
  }
  if (source.files !== undefined) await copyModuleFiles(source.upstream, source.files, join(folder, 'files'));
}

async function copyModuleFiles(name: string, files: readonly string[], target: string): Promise<void> {
  const upstream = upstreamNamed(name);
  const { Dir } = await downloadedModule(moduleFolder(upstream), upstream.module);
  for (const file of files) {
    mkdirSync(join(target, dirname(file)), { recursive: true });
    cpSync(join(Dir, file), join(target, dirname(file), basename(file)), { recursive: true, mode: 0 });
  }
}
