import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Metafile } from 'esbuild';
import { bundle } from '../../.tools/build.ts';

/** What costs tens of milliseconds to load, or more. */
const HEAVY = [
  'ink',
  'react',
  'yoga-layout',
  '@kubernetes/client-node',
  '@peculiar/x509',
  'execa',
  'jks-js',
  'node-forge',
];

describe('the bundle', function () {
  this.timeout(60_000);
  let metafile: Metafile;
  before(async () => {
    metafile = await bundle('dist', { write: false });
  });

  /** Every module that runs when the entry is imported, whatever the command then does. */
  function loadedBy(entry: string): string[] {
    const seen = new Set<string>();
    const waiting = [entry];
    for (let output = waiting.pop(); output !== undefined; output = waiting.pop()) {
      if (seen.has(output)) continue;
      seen.add(output);
      const { imports } = metafile.outputs[output]!;
      waiting.push(
        ...imports.filter(({ kind, external }) => kind === 'import-statement' && !external).map(({ path }) => path),
      );
    }
    return [...seen].flatMap((output) => Object.keys(metafile.outputs[output]!.inputs));
  }

  function heavyIn(modules: readonly string[]): string[] {
    return HEAVY.filter((name) => modules.some((path) => path.includes(`node_modules/${name}/`)));
  }

  it('has one entry for the program, its help and each command', () => {
    const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
    for (const entry of ['src/main.ts', 'src/cli/help.ts', 'src/cli/commands/layers.ts'])
      ok(entries.includes(entry), entry);
  });

  it('loads nothing heavy with any entry: that is imported when it is needed', () => {
    const entries = Object.keys(metafile.outputs).filter((output) => /^dist\/(main|cli\/.*)\.js$/.test(output));
    ok(entries.length >= 3);
    const loaded = entries.map((entry) => [entry, heavyIn(loadedBy(entry))]);
    deepStrictEqual(
      loaded,
      entries.map((entry) => [entry, []]),
    );
  });

  it('loads no collector to print help', () => {
    const modules = [...loadedBy('dist/main.js'), ...loadedBy('dist/cli/help.js')];
    deepStrictEqual(
      modules.filter((path) => path.startsWith('src/io/collect/') || path.startsWith('src/core/x509/')),
      [],
    );
  });

  it('measures no text to explain a code: the tables of Unicode take longer than all the rest', () => {
    const modules = loadedBy('dist/cli/commands/explain.js');
    ok(modules.some((path) => path.startsWith('src/core/check/')));
    deepStrictEqual(
      modules.filter((path) => path === 'src/core/report/table.ts'),
      [],
    );
  });

  it('carries no development tool', () => {
    const modules = Object.keys(metafile.inputs);
    deepStrictEqual(
      modules.filter((path) => /node_modules\/(react-devtools-core|typescript)\//.test(path)),
      [],
    );
  });
});
