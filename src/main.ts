import { fileURLToPath } from 'node:url';
import { runCommandLine } from './cli/run.ts';
import { createContext } from './context.ts';

/** Milliseconds that connections which a source left open may keep the process once all is said. */
const GRACE = 250;

process.exitCode = await runCommandLine(process.argv.slice(2), {
  root: fileURLToPath(new URL('..', import.meta.url)),
  context: createContext(process),
});
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
setTimeout(() => process.exit(), GRACE).unref();
