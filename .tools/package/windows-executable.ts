import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * An executable that is Node and starts the program beside it. krew always links NAME.exe on Windows, so neither a
 * script nor a .cmd file will do. Code cache and snapshot are off: they would be those of the building platform.
 * @param node the platform's own node executable, of any platform that single executables exist for
 */
export async function singleExecutable(node: Uint8Array): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-certs-executable-'));
  try {
    const [executable, output, config] = ['node', 'output', 'config.json'].map((name) => join(folder, name));
    await writeFile(executable!, node, { mode: 0o755 });
    const settings = {
      main: '.tools/package/launcher.cjs',
      executable,
      output,
      disableExperimentalSEAWarning: true,
      useCodeCache: false,
      useSnapshot: false,
      execArgvExtension: 'none',
    };
    await writeFile(config!, JSON.stringify(settings));
    await promisify(execFile)(process.execPath, ['--build-sea', config!]);
    return await readFile(output!);
  } finally {
    await rm(folder, { recursive: true });
  }
}
