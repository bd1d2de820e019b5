import assert from 'node:assert/strict';
import { readInstalled, readSchedules } from '../../../src/app/setup/machine.ts';
import { metricsFolder } from '../../../src/app/setup/metrics-folder.ts';
import { openToOthers, searchPath } from '../../../src/app/setup/programs.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import type { FileStat, Files } from '../../../src/io/ports/files.ts';
import type { ToolRunner } from '../../../src/io/ports/tool-runner.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const TIMER = '/etc/systemd/system/kubectl-certs-renew.timer';
const noTools: ToolRunner = { run: async () => Promise.reject(new PortFailure('absent', 'no systemctl')) };

describe('what is found out before a schedule is made', () => {
  const exporter = (...argv: string[]) => ({
    named: async () => [{ pid: 1, argv: ['/usr/bin/node_exporter', ...argv], started: 0 }],
  });

  it('is the folder that a running node_exporter reads, however it was told', async () => {
    const files = memoryFiles({});
    for (const argv of [
      ['--collector.textfile.directory=/m'],
      ['--collector.textfile.directory', '/m'],
      ['--path.rootfs=/host/root', '--collector.textfile.directory=/host/root/m'],
    ]) {
      assert.deepEqual(await metricsFolder({ files, processes: exporter(...argv) }), { path: '/m', isRead: true });
    }
  });

  it('is the usual folder where none runs, or processes are not told', async () => {
    const processes = { named: async () => Promise.reject(new PortFailure('absent', 'no /proc')) };
    const debian = memoryFiles({ '/var/lib/prometheus/node-exporter/apt.prom': '' });
    assert.deepEqual(await metricsFolder({ files: debian, processes }), {
      path: '/var/lib/prometheus/node-exporter',
      isRead: false,
    });
    const { path, isRead } = await metricsFolder({ files: memoryFiles({}), processes: exporter() });
    assert.deepEqual([path, isRead], ['/var/lib/node_exporter/textfile_collector', false]);
  });

  it('is where kubeadm is: its folder leads the PATH', async () => {
    const files = memoryFiles({ '/snap/bin/kubeadm': '' });
    const found = await searchPath({ files, env: { PATH: 'relative:/usr/bin:/snap/bin' } });
    assert.equal(found.kubeadm, '/snap/bin/kubeadm');
    assert.equal(found.folders[0], '/snap/bin');
    assert.ok(found.folders.includes('/usr/sbin') && !found.folders.includes('relative'));
    assert.equal((await searchPath({ files, env: {} })).kubeadm, undefined);
  });

  it('is who else could change what root runs', async () => {
    const stats: Record<string, Partial<FileStat>> = {
      '/': { mode: 0o755 },
      '/opt': { mode: 0o775 },
      '/opt/certs': { uid: 1000, mode: 0o755 },
      '/opt/certs/node': { mode: 0o755 },
    };
    const files: Pick<Files, 'stat'> = {
      stat: async (path) => (stats[path] ? ({ uid: 0, gid: 0, ...stats[path] } as FileStat) : undefined),
    };
    assert.deepEqual(await openToOthers(files as Files, ['/opt/certs/node']), ['/opt', '/opt/certs']);
    assert.deepEqual(await openToOthers(files as Files, ['/']), []);
  });

  it('is what is installed, below a root too, and whether it runs', async () => {
    const files = memoryFiles({ [`/image${TIMER}`]: 'OnCalendar' }, { mode: 0o644 });
    const asked: string[] = [];
    const tools: ToolRunner = {
      run: async ({ argv }) => {
        asked.push(argv.join(' '));
        return { exit: 0, stdout: 'enabled\n', stderr: '', ms: 0 };
      },
    };
    const image = await readInstalled({ files, tools }, '/image');
    assert.deepEqual([...image.files.keys()], [TIMER]);
    assert.equal(image.files.get(TIMER)?.mode, 0o644);
    assert.ok(image.timerRuns);
    assert.deepEqual(asked, ['systemctl --root=/image is-enabled kubectl-certs-renew.timer']);
    const machine = await readInstalled({ files, tools }, '');
    assert.equal(machine.files.size, 0);
    // Enabled, but not active.
    assert.ok(!machine.timerRuns);
    assert.ok(!(await readInstalled({ files, tools: noTools }, '')).timerRuns);
  });

  it('is every file that may renew by itself, but for our own and what may not be read', async () => {
    const files = memoryFiles(
      { '/etc/crontab': 'a', '/etc/cron.d/x': 'b', '/etc/cron.d/kubectl-certs-renew': 'c', [TIMER]: 'd' },
      { denied: ['/var/spool/cron/crontabs'] },
    );
    assert.deepEqual(
      (await readSchedules(files, '')).map(({ path }) => path),
      ['/etc/crontab', '/etc/cron.d/x'],
    );
  });
});
