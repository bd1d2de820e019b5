import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { DebianSource } from '../catalogue/component.ts';
import { run, tryRun } from '../run.ts';

const MINUTE = 60_000;

/** Keeps Debian's packages from starting the service that they bring. */
const NO_SERVICES = '/usr/sbin/policy-rc.d';
const NO_SERVICES_TEXT = '#!/bin/sh\nexit 101\n';

/** Version of an installed package without epoch and Debian's own suffix; undefined when it isn't installed. */
export async function installedVersion(name: string): Promise<string | undefined> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  const result = await tryRun(['dpkg-query', '-W', '-f', '${db:Status-Status} ${Version}', name]).catch(
    () => undefined,
  );
  const [state, version = ''] = result?.stdout.split(' ') ?? [];
  return state === 'installed' ? version.replace(/^\d+:/, '').replace(/[-+].*$/, '') : undefined;
}

let updated: Promise<string> | undefined;

/** @throws Error where the packages are not installed and can't be: no apt-get, not root, not in Debian's list */
export async function installDebian(source: DebianSource): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error(`apt-get install ${source.packages.join(' ')} needs root`);
  if (!existsSync('/usr/bin/apt-get')) throw new Error('no apt-get on this machine');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  updated ??= run(['apt-get', 'update', '-q'], { timeoutMs: 5 * MINUTE });
  await updated;
  await withoutServices(() =>
    run(['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...source.packages], {
      env,
      timeoutMs: 10 * MINUTE,
    }),
  );
}

async function withoutServices(install: () => Promise<unknown>): Promise<void> {
  const own = !existsSync(NO_SERVICES);
  if (own) writeFileSync(NO_SERVICES, NO_SERVICES_TEXT, { mode: 0o755 });
  try {
    await install();
  } finally {
    if (own) rmSync(NO_SERVICES);
  }
}
