import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import type { IngressProxy, Pair } from './proxy.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';
/** PostgreSQL refuses to run as root. */
const AS_ITSELF = ['runuser', '-u', 'postgres', '--'];

function asItself(argv: readonly string[]): void {
  const [program = '', ...args] = [...AS_ITSELF, ...argv];
  execFileSync(program, args, { stdio: 'ignore' });
}

/** Starts a PostgreSQL with TLS. The bed must have the component postgres, and be root to become another user. */
export async function startPostgres(bed: Bed, name: string, pair: Pair): Promise<IngressProxy> {
  const [port = 0] = await bed.takePorts([name]);
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-certs-postgres-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  asItself([join(PROGRAMS, 'initdb'), '-D', data, '--no-sync', '-A', 'trust']);
  const write = ({ certificate, key }: Pair) => {
    for (const [file, content] of [
      ['server.crt', certificate],
      ['server.key', key],
    ] as const) {
      const path = join(data, file);
      writeFileSync(path, content, { mode: 0o600 });
      chmodSync(path, 0o600);
      execFileSync('chown', ['postgres', path]);
    }
  };
  write(pair);
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'ssl=on'];
  const argv = [...AS_ITSELF, join(PROGRAMS, 'postgres'), '-D', data, ...settings.flatMap((one) => ['-c', one])];
  await bed.spawn({ name, argv, ready: { kind: 'tcp', port } });
  const reload = async () => {
    asItself([join(PROGRAMS, 'pg_ctl'), 'reload', '-D', data]);
    // The postmaster reads the files when the signal reaches it; each connection after that has them.
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  return { port, write, reload };
}
