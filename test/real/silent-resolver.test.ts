import { deepStrictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { installProgram, type Program } from '../support/program.ts';

/** An address of the loopback net that nothing else uses, for a name server on its well-known port. */
const ADDRESS = '127.53.53.53';
/** Milliseconds; the system's resolver waits ten seconds for a name server that is silent. */
const LIMIT = 7000;

const canMount = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;

(canMount ? describe : describe.skip)('a name server that never answers', function () {
  this.timeout(60_000);
  let program: Program;
  let folder: string;
  let server: Socket;

  before(async () => {
    program = await installProgram();
    folder = await mkdtemp(join(tmpdir(), 'kubectl-certs-resolver-'));
    await writeFile(join(folder, 'resolv.conf'), `nameserver ${ADDRESS}\n`);
    server = createSocket('udp4').bind(53, ADDRESS);
    await once(server, 'listening');
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
    await program.remove();
  });

  it('keeps no command beyond the request timeout: it ends with its own exit code and all that it said', async () => {
    const run = [process.execPath, program.launcher, 'check', 'dead.example:443', '--request-timeout', '1s'];
    const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
    const { exitCode, stderr } = await execa(
      'unshare',
      ['-m', 'sh', '-c', script, join(folder, 'resolv.conf'), ...run],
      {
        reject: false,
        timeout: LIMIT,
        env: { HOME: program.root },
      },
    );
    deepStrictEqual([exitCode, /probes: dead\.example:443: .*no answer within 1s/.test(stderr)], [69, true], stderr);
  });
});
