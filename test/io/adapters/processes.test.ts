import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localProcesses } from '../../../src/io/adapters/processes.ts';
import type { PortFailure } from '../../../src/io/ports/failure.ts';

describe('processes by /proc', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'proc-'));
    const write = (pid: string, name: string, argv: string[], ticks: number, state = 'S') => {
      mkdirSync(join(root, pid));
      writeFileSync(join(root, pid, 'cmdline'), argv.map((word) => `${word}\0`).join(''));
      const fields = [state, ...Array<string>(18).fill('0'), String(ticks), '0'];
      writeFileSync(join(root, pid, 'stat'), `${pid} (${name}) ${fields.join(' ')}`);
    };
    writeFileSync(join(root, 'uptime'), '1000.25 1990.00\n');
    write('42', 'kube-apiserver', ['/usr/local/bin/kube-apiserver', '--tls-cert-file=/pki/a b.crt'], 12_345);
    write('7', 'etcd (old) x', ['etcd', '--name=a'], 100);
    write('9', 'bash', ['bash'], 1);
    write('10', 'etcd', ['etcd'], 100, 'Z');
    mkdirSync(join(root, '11'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('finds those of a name with their arguments and start, in order, whatever the name holds', async () => {
    assert.deepEqual(await localProcesses(root, () => 1_700_001_000_250).named(['kube-apiserver', 'etcd']), [
      { pid: 7, argv: ['etcd', '--name=a'], started: 1_700_000_001_000 },
      { pid: 42, argv: ['/usr/local/bin/kube-apiserver', '--tls-cert-file=/pki/a b.crt'], started: 1_700_000_123_450 },
    ]);
  });

  it('says that a system without /proc does not tell', async () => {
    await assert.rejects(
      localProcesses('/nonexistent').named(['etcd']),
      (error: PortFailure) => error.state === 'absent',
    );
  });

  it('finds this very process on Linux', async function () {
    if (process.platform !== 'linux') this.skip();
    const [self] = (await localProcesses().named(['node'])).filter(({ pid }) => pid === process.pid);
    assert.ok(self && Math.abs(self.started - (Date.now() - process.uptime() * 1000)) < 2000);
  });
});
