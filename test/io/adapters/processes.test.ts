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
    const write = (pid: string, name: string, argv: string[], ticks: number) => {
      mkdirSync(join(root, pid));
      writeFileSync(join(root, pid, 'cmdline'), argv.map((word) => `${word}\0`).join(''));
      const fields = ['S', ...Array<string>(18).fill('0'), String(ticks), '0'];
      writeFileSync(join(root, pid, 'stat'), `${pid} (${name}) ${fields.join(' ')}`);
    };
    writeFileSync(join(root, 'stat'), 'cpu 1 2\nbtime 1700000000\nprocesses 5\n');
    write('42', 'kube-apiserver', ['/usr/local/bin/kube-apiserver', '--tls-cert-file=/pki/a b.crt'], 12_345);
    write('7', 'etcd (old) x', ['etcd', '--name=a'], 100);
    write('9', 'bash', ['bash'], 1);
    mkdirSync(join(root, '11'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('finds those of a name with their arguments and start, in order, whatever the name holds', async () => {
    assert.deepEqual(await localProcesses(root).named(['kube-apiserver', 'etcd']), [
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
    assert.ok(self && Math.abs(self.started - (Date.now() - process.uptime() * 1000)) < 5000);
  });
});
