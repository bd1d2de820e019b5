import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sandboxesIn } from '../../src/core/parse/crictl.ts';
import { installProgram, type Program } from '../support/program.ts';
import { assertNodeWorks, programFolder, RenewalNode } from '../support/renewal.ts';
import { criSocket } from '../testbed/catalogue/cri-tools.ts';
import { useOwnBed } from '../testbed/fixture.ts';

describe('static Pods restarted through the real crictl', () => {
  const bed = useOwnBed('core', 'cri-runtime');
  let program: Program;
  before(async function () {
    this.timeout(60_000);
    program = await installProgram();
  });
  after(() => program.remove());

  const env = () => ({ CONTAINER_RUNTIME_ENDPOINT: `unix://${criSocket(bed.runDir)}` });
  const node = (path = `${bed.binDir}:/usr/bin:/bin`) =>
    new RenewalNode({ program, folder: bed.kubernetesDir, path, env: env() });
  const crictl = (...args: string[]) => bed.run(['crictl', ...args], { env: env() });
  const manifests = () => join(bed.kubernetesDir, 'manifests');
  const pidOf = async (name: string) => (await bed.processes()).find((one) => one.name === name)?.pid;
  /** When the folder was last changed: moving a file away and back changes it. */
  const changed = () => statSync(manifests()).mtimeMs;

  it('reads what it answers', async () => {
    const answer = await crictl('ps', '--state', 'Running', '--name', '^etcd$', '-o', 'json');
    const pods = await crictl('pods', '--name', '^etcd-bed$', '--quiet', '--no-trunc');
    assert.deepEqual(sandboxesIn(answer, 'etcd'), [pods.trim()]);
    assert.deepEqual(sandboxesIn(await crictl('ps', '--name', '^none$', '-o', 'json'), 'none'), []);
  });

  it('renews and restarts by choice, without touching a manifest, and goes back the same way', async function () {
    this.timeout(180_000);
    const one = node();
    const before = { files: one.snapshot(), changed: changed(), pid: await pidOf('kube-apiserver') };
    const run = await one.json([
      'apiserver',
      'apiserver-etcd-client',
      'etcd-server',
      '--restart-with',
      'crictl',
      '--yes',
    ]);
    assert.equal(run.state, 'done');
    assert.notEqual(await pidOf('kube-apiserver'), before.pid);
    await assertNodeWorks(bed, one);
    assert.equal((await one.json(['--rollback', 'last', '--yes'])).state, 'rolled-back');
    assert.deepEqual(one.snapshot(), before.files);
    assert.equal(changed(), before.changed);
    await assertNodeWorks(bed, one);
  });

  describe('where the folder of manifests is read-only', () => {
    before(function () {
      try {
        execFileSync('mount', ['--bind', manifests(), manifests()]);
        execFileSync('mount', ['-o', 'remount,ro,bind', manifests()]);
      } catch {
        this.skip(); // A container without the right to mount.
      }
    });
    after(() => {
      if (readdirSync(manifests()).length > 0) execFileSync('umount', [manifests()]);
    });

    it('takes that way by itself, and says why', async function () {
      this.timeout(180_000);
      const one = node();
      const pid = await pidOf('kube-apiserver');
      const { exitCode, stderr } = await one.run(['apiserver-etcd-client', '--yes']);
      assert.equal(exitCode, 0, stderr);
      assert.match(stderr, /could not be moved away: .*read-only file system; ending kube-apiserver through crictl/);
      assert.notEqual(await pidOf('kube-apiserver'), pid);
      await assertNodeWorks(bed, one);
    });

    it('puts everything back where there is no crictl either, and says both', async function () {
      this.timeout(180_000);
      const folder = programFolder('kubeadm', `exec ${join(bed.binDir, 'kubeadm')} "$@"`);
      const one = node(`${folder}:/usr/bin:/bin`);
      const before = one.snapshot();
      const { exitCode, stderr } = await one.run(['apiserver-etcd-client', '--yes']);
      assert.equal(exitCode, 1, stderr);
      assert.match(stderr, /could not be moved away: .*read-only file system, and crictl .*not installed/);
      assert.deepEqual(one.snapshot(), before);
      await assertNodeWorks(bed, one);
    });
  });
});
