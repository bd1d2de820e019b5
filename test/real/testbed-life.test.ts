import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bed, until, useBed } from '../testbed/fixture.ts';
import { servingCertificate } from '../testbed/pki.ts';
import { startNginx } from '../testbed/proxies/nginx.ts';
import { run, tryRun } from '../testbed/run.ts';
import { ownRunFolder, processesIn, sweepDeadRuns } from '../testbed/run-folder.ts';
import { startSupervisor } from '../testbed/supervisor/client.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const MOCHA = [process.execPath, join(CHECKOUT, 'node_modules/mocha/bin/mocha.js'), '--no-config'];
const ENDLESS = join(CHECKOUT, 'test/testbed/life/endless.ts');
const REPORTER = ['--reporter', join(CHECKOUT, 'test/support/reporter.cjs')];

describe('the life of a test bed', () => {
  const bed = useBed('core', 'nginx');

  it('leaves no process and no folder when its runner is killed with SIGKILL', async () => {
    const [node = '', ...args] = MOCHA;
    const runner = spawn(node, [...args, ENDLESS], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    runner.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    const runDir = await until('the other bed is up', () => /up in (.*)\n/.exec(text)?.[1], { withinMs: 90_000 });
    assert.ok(processesIn(runDir).length >= 3);
    runner.kill('SIGKILL');
    await until('its processes end', () => processesIn(runDir).length === 0, { withinMs: 15_000 });
    await until('its folder goes', () => !existsSync(runDir), { withinMs: 5000 });
  });

  it('leaves nothing either when its supervisor is killed, once another bed begins', async () => {
    const runDir = ownRunFolder();
    const supervisor = await startSupervisor(runDir, { tied: true });
    const other = new Bed(runDir);
    await other.start(['nginx']);
    const { pem, keyPem } = await servingCertificate({});
    await startNginx(other, 'front', 'localhost', { certificate: pem, key: keyPem });
    assert.ok(processesIn(runDir).length >= 2, 'nginx has a worker beside its master');
    supervisor.kill('SIGKILL');
    await until('the supervisor has ended', () => supervisor.signalCode !== null);
    sweepDeadRuns();
    await until('its processes end', () => processesIn(runDir).length === 0, { withinMs: 5000 });
    assert.equal(existsSync(runDir), false);
  });

  it('stops a control-plane program whose manifest is taken away, and starts it again when it is back', async () => {
    const manifest = join(bed.kubernetesDir, 'manifests/kube-controller-manager.yaml');
    const state = async () => (await bed.processes()).find(({ name }) => name === 'kube-controller-manager');
    const before = (await state())?.pid;
    renameSync(manifest, join(bed.runDir, 'kube-controller-manager.yaml'));
    await until('it ends', async () => (await state())?.pid === null);
    renameSync(join(bed.runDir, 'kube-controller-manager.yaml'), manifest);
    const after = await until('it starts again', async () => (await state())?.pid ?? undefined);
    assert.notEqual(after, before);
  });
});

describe('a suite whose components are not at hand', () => {
  const home = mkdtempSync(join(tmpdir(), 'bed-'));
  after(() => rmSync(home, { recursive: true }));
  const runWith = (env: Record<string, string>) =>
    tryRun([...MOCHA, ...REPORTER, ENDLESS], {
      env: { XDG_CACHE_HOME: home, XDG_STATE_HOME: home, KUBECTL_CERTS_REQUIRE: '', ...env },
    });

  it('is skipped by name, with the reason', async () => {
    const { exitCode, stdout } = await runWith({});
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /skipped: an endless suite runs until its runner ends \(kubeadm: not built; npm run testbed -- build kubeadm makes it\)/,
    );
    assert.match(stdout, /^0 passed, 0 failed, 1 skipped$/m);
  });

  it('fails where they are promised', async () => {
    const { exitCode, stdout } = await runWith({ KUBECTL_CERTS_REQUIRE: 'core' });
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /kubeadm: not built/);
  });
});

describe('npm run testbed', () => {
  const home = mkdtempSync(join(tmpdir(), 'bed-'));
  const env = { XDG_STATE_HOME: home };
  const testbed = (...args: string[]) =>
    run([process.execPath, 'test/testbed/cli.ts', ...args], { cwd: CHECKOUT, env });
  useBed('alertmanager', 'kubectl');
  after(async () => {
    await testbed('down');
    rmSync(home, { recursive: true });
  });

  it('leaves what up started running until down', async () => {
    await testbed('up', 'alertmanager', 'kubectl');
    const status = JSON.parse(await testbed('status', '-o', 'json', 'alertmanager', 'kubectl'));
    assert.deepEqual(
      status.components.map(({ name, state, reason }: { name: string; state: string; reason: unknown }) => [
        name,
        state,
        reason,
      ]),
      [
        ['kubectl', 'built', null],
        ['alertmanager', 'running', null],
      ],
    );
    const exports = await testbed('env');
    assert.match(await run(['bash', '-c', `${exports}\nkubectl version --client`]), /v1\.37\.2/);
    const pid = Number(/\d+/.exec(readFileSync(join(pidsOf(exports), 'alertmanager.pid'), 'utf8'))?.[0]);
    await testbed('down');
    assert.equal(existsSync(`/proc/${pid}`), false);
    assert.match(await testbed('status', 'alertmanager'), /installed/);
  });

  it('says what a component lacks and refuses an unknown one', async () => {
    const empty = { cwd: CHECKOUT, env: { ...env, XDG_CACHE_HOME: home } };
    const status = await run([process.execPath, 'test/testbed/cli.ts', 'status', '-o', 'json', 'etcd'], empty);
    const [etcd] = JSON.parse(status).components;
    assert.deepEqual([etcd.state, etcd.path], ['missing', null]);
    assert.match(etcd.reason, /not built/);
    await assert.rejects(testbed('status', 'kubelet'), /no component kubelet; there are core, all, etcd/);
  });
});

/** From `export PATH='RUNDIR/bin:...'`. */
const pidsOf = (exports: string) => join(/PATH='([^:]*)\/bin:/.exec(exports)?.[1] ?? '', 'pids');
