/**
 * Writes test/testbed/go/NAME/go.mod and go.sum from what upstream publishes.
 * Usage: node test/testbed/go/update.ts [NAME...]; to raise a version, change upstreams.ts first.
 */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadedModule, go, inToolModule, moduleFolder } from './tool-module.ts';
import { type GoUpstream, UPSTREAMS, upstreamNamed } from './upstreams.ts';

interface ModuleVersion {
  Path: string;
  Version?: string;
}
interface GoMod {
  Go: string;
  Godebug?: { Key: string; Value: string }[];
  Require?: (ModuleVersion & { Indirect?: boolean })[];
  Replace?: { Old: ModuleVersion; New: ModuleVersion }[];
}

/** The go.mod text of one tool module: upstream's own selection of versions, plus upstream itself. */
function renderGoMod(upstream: GoUpstream, source: GoMod): string {
  const wanted = [[upstream.module, upstream.version] as const, ...(upstream.also ?? [])];
  const own = new Set(wanted.map(([path]) => path));
  const block = (word: string, lines: string[]) =>
    lines.length === 0 ? [] : [`${word} (`, ...lines.map((line) => `\t${line}`), ')', ''];
  const requires = (source.Require ?? []).filter((each) => !own.has(each.Path));
  return [
    `module ${upstream.path ?? `bed/${upstream.name}`}`,
    '',
    `go ${source.Go}`,
    '',
    ...block(
      'godebug',
      (source.Godebug ?? []).map(({ Key, Value }) => `${Key}=${Value}`),
    ),
    ...block('tool', [...upstream.tools]),
    ...block(
      'require',
      wanted.map(([path, version]) => `${path} ${version}`),
    ),
    ...block(
      'require',
      requires.map((each) => `${each.Path} ${each.Version}${each.Indirect ? ' // indirect' : ''}`),
    ),
    ...block(
      'replace',
      (source.Replace ?? []).flatMap((each) => renderReplace(upstream, each)),
    ),
  ].join('\n');
}

function renderReplace(upstream: GoUpstream, { Old, New }: NonNullable<GoMod['Replace']>[number]): string[] {
  const old = Old.Version === undefined ? Old.Path : `${Old.Path} ${Old.Version}`;
  if (!New.Path.startsWith('.')) return [`${old} => ${New.Path} ${New.Version}`];
  if (Old.Path === upstream.patch?.module) return [`${old} => ./${upstream.patch.folder}`];
  return upstream.localReplacement === undefined ? [] : [`${old} => ${Old.Path} ${upstream.localReplacement}`];
}

async function update(upstream: GoUpstream): Promise<void> {
  const folder = moduleFolder(upstream);
  mkdirSync(folder, { recursive: true });
  const { GoMod: file, Dir } = await downloadedModule(folder, `${upstream.module}@${upstream.version}`);
  const source = JSON.parse(await go(folder, 'mod', 'edit', '-json', file)) as GoMod;
  writeFileSync(join(folder, 'go.mod'), renderGoMod(upstream, source));
  copyFileSync(join(Dir, 'go.sum'), join(folder, 'go.sum'));
  chmodSync(join(folder, 'go.sum'), 0o644);
  await inToolModule(upstream, async (work) => {
    await addSums(upstream, work);
    if (work === folder) return;
    for (const name of ['go.mod', 'go.sum']) copyFileSync(join(work, name), join(folder, name));
  });
  console.log(`${upstream.name}: ${upstream.module}@${upstream.version}`);
}

/** Loads every package of the programs, which adds the few sums that upstream's own file lacks. */
async function addSums(upstream: GoUpstream, folder: string): Promise<void> {
  await go(folder, 'mod', 'download', upstream.module);
  const packages = [...upstream.tools, ...(upstream.path === undefined ? [] : ['./'])];
  for (const tags of packages.length === 0 ? [] : (upstream.tags ?? [''])) {
    await go(folder, 'list', '-mod=mod', '-deps', '-tags', tags, ...packages);
  }
}

const names = process.argv.slice(2);
for (const upstream of names.length === 0 ? UPSTREAMS : names.map(upstreamNamed)) await update(upstream);
