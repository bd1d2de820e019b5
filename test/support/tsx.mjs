// Node strips types from .ts by itself but never from .tsx: esbuild does that for Ink's screens.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

process.setSourceMapsEnabled(true);
registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context);
    const file = fileURLToPath(url);
    const options = { loader: 'tsx', jsx: 'automatic', format: 'esm', sourcemap: 'inline', sourcefile: file };
    return { format: 'module', source: transformSync(readFileSync(file, 'utf8'), options).code, shortCircuit: true };
  },
});
