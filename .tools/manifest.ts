// Writes oclif.manifest.json from the built commands; with --check it only compares, and fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { Plugin } from '@oclif/core';

const FILE = 'oclif.manifest.json';

/** The manifest of the program that lies in `root`. */
export async function freshManifest(root: string): Promise<string> {
  const plugin = new Plugin({
    root,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  return `${JSON.stringify(sorted(plugin.manifest), undefined, 1)}\n`;
}

/** Sorts keys at every depth but that of flags and arguments, whose order is the one help shows. */
function sorted(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, sorted(inner, name)] as const);
  const ordered = key === 'flags' || key === 'args' ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(ordered);
}

if (import.meta.main) {
  const manifest = await freshManifest(process.cwd());
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, manifest);
  } else if (readFileSync(FILE, 'utf8') !== manifest) {
    console.error(`${FILE} differs from the commands: run npm run build && npm run manifest, and commit it`);
    process.exitCode = 1;
  }
}
