// Makes the executable: `npm run build`.
import { globSync } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { build, type Metafile, type Plugin } from 'esbuild';

/** CommonJS packages inside ESM chunks call require for node's own modules. */
const BANNER = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

/** Development tools that packages load on request only: Ink's devtools, and oclif's TypeScript (11 MB). */
const stubs: Plugin = {
  name: 'stubs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(react-devtools-core|typescript)$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {}' }));
  },
};

/** Makes the whole program in `outdir`: the launcher and what it imports, one entry for each command. */
export async function buildProgram(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await bundle(outdir, { write: true });
  await copyFile('src/launcher.cjs', `${outdir}/kubectl-certs.cjs`);
  await chmod(`${outdir}/kubectl-certs.cjs`, 0o755);
}

/** Bundles src; esbuild's metafile says what each output imports. */
export async function bundle(outdir: string, options: { write: boolean }): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['src/main.ts', 'src/cli/help.ts', ...globSync('src/cli/commands/**/*.ts').sort()],
    outdir,
    outbase: 'src',
    write: options.write,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    jsx: 'automatic',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: BANNER },
    // React's development build is slow, and Ink's devtools are not in the bundle: DEV=true of a user must not ask for them.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    plugins: [stubs],
    logLevel: 'warning',
  });
  return metafile;
}

if (import.meta.main) await buildProgram('dist');
