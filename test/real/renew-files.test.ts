import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installProgram, type Program } from '../support/program.ts';
import { copyNode, programFolder, RenewalNode } from '../support/renewal.ts';
import { assertMatchesSchema } from '../support/schema.ts';
import { useBed } from '../testbed/fixture.ts';

/** What is skipped, by target. */
type Skipped = readonly { target: string; reason: string; instead: readonly { command: readonly string[] }[] }[];

describe('renewal of the files of a control-plane node by the real kubeadm', () => {
  const bed = useBed('core', 'kubeadm-old');
  let program: Program;
  before(async function () {
    this.timeout(60_000);
    program = await installProgram();
  });
  after(() => program.remove());

  const kubeadmPath = (name: 'kubeadm' | 'kubeadm-old') => {
    const folder = mkdtempSync(join(tmpdir(), 'renew-path-'));
    symlinkSync(join(bed.binDir, name), join(folder, 'kubeadm'));
    return `${folder}:/usr/bin:/bin`;
  };
  const node = (path = kubeadmPath('kubeadm')) =>
    new RenewalNode({ program, folder: copyNode(bed.kubernetesDir), path });
  const reasonOf = (skipped: Skipped, target: string) => skipped.find((one) => one.target === target)?.reason ?? '';

  for (const name of ['kubeadm', 'kubeadm-old'] as const) {
    it(`renews all with ${name}, keeps modes, and puts everything back`, async () => {
      const one = node(kubeadmPath(name));
      const before = one.snapshot();
      const run = await one.json(['all', '--yes']);
      assertMatchesSchema(run);
      assert.equal(run.state, 'done');
      const after = one.snapshot();
      const changed = Object.keys(before).filter((path) => before[path] !== after[path]);
      assert.equal(changed.length, 7 * 2 + 4, changed.join(' '));
      for (const path of changed) assert.equal(after[path]?.split(' ')[0], before[path]?.split(' ')[0], path);
      assert.equal((await one.json(['--rollback', 'last', '--yes'])).state, 'rolled-back');
      assert.deepEqual(one.snapshot(), before);
    });
  }

  it('prints the plan and changes nothing in a dry run', async () => {
    const one = node();
    const before = one.snapshot();
    const plan = await one.json(['all', '--dry-run=client']);
    assertMatchesSchema(plan);
    assert.equal(plan.kind, 'RenewalPlan');
    assert.equal(plan.steps.filter(({ kind }: { kind: string }) => kind === 'kubeadm-renew').length, 11);
    assert.deepEqual(one.snapshot(), before);
    assert.deepEqual(one.journal(), []);
  });

  it('renews only what ends in time, and says when nothing does', async () => {
    const { exitCode, stderr } = await node().run(['--expiring-within', '30d', '--yes']);
    assert.equal(exitCode, 0);
    assert.match(stderr, /nothing to renew ends within 30d/);
  });

  it('asks before it changes anything, and without a terminal says that --yes is needed', async () => {
    const one = node();
    const { exitCode, stderr, stdout } = await one.run(['apiserver']);
    assert.equal(exitCode, 64);
    assert.match(stderr, /renew apiserver, which expires/);
    assert.match(stderr, /--yes/);
    assert.equal(stdout, '');
    assert.deepEqual(one.journal(), []);
  });

  it('wants to be told what to renew, and lists what is due', async () => {
    const { exitCode, stderr } = await node().run([]);
    assert.equal(exitCode, 64);
    assert.match(stderr, /renew what\?/);
  });

  it('never skips CAs and the kubelet silently', async () => {
    const { skipped } = await node().json(['all', '--dry-run=client']);
    for (const ca of ['ca', 'etcd-ca', 'front-proxy-ca']) assert.match(reasonOf(skipped, ca), /kubeadm renews no CA/);
    assert.ok(
      skipped.some(({ target, reason }: Skipped[number]) => /kubelet\.conf/.test(target) && /rotates/.test(reason)),
    );
  });

  for (const name of ['kubeadm', 'kubeadm-old'] as const) {
    describe(`by ${name}, of a tree`, () => {
      const path = () => kubeadmPath(name);

      /** Signs everything anew for so long only, by kubeadm's own setting. */
      function age(one: RenewalNode, validity: string): void {
        const config = join(one.folder, 'kubeadm.yaml');
        const text = readFileSync(config, 'utf8');
        writeFileSync(config, text.replace('kind: ClusterConfiguration', `$&\ncertificateValidityPeriod: ${validity}`));
        const root = one.folder.replace(/\/etc\/kubernetes$/, '');
        const args = ['certs', 'renew', 'all', '--rootfs', root, '--config', '/etc/kubernetes/kubeadm.yaml'];
        execFileSync(join(bed.binDir, name), args, { stdio: 'pipe' });
        writeFileSync(config, text);
      }

      for (const [title, validity, within, says] of [
        [
          '20 days before its certificates expire',
          '480h',
          ['--expiring-within', '30d'],
          /renew apiserver, which expires in (19|20)d/,
        ],
        ['whose certificates have all expired', '1s', ['all'], /renew apiserver, which expired/],
      ] as const) {
        it(`${title}, renews every one for a year`, async () => {
          const one = node(path());
          age(one, validity);
          await new Promise((resolve) => setTimeout(resolve, 1100));
          const { exitCode, stdout, stderr } = await one.run([...within, '--yes', '-o', 'json']);
          assert.equal(exitCode, 0, stderr);
          assert.match(stderr, says);
          const { steps } = JSON.parse(stdout) as { steps: { id: string; state: string }[] };
          assert.equal(steps.filter(({ id, state }) => id.startsWith('renew-') && state === 'verified').length, 11);
          const end = new X509Certificate(readFileSync(join(one.folder, 'pki/apiserver.crt'))).validToDate;
          assert.ok(end.getTime() > Date.now() + 360 * 86_400_000, end.toISOString());
        });
      }

      it('says how to have an external CA sign', async () => {
        const one = node(path());
        rmSync(join(one.folder, 'pki/ca.key'));
        const { skipped, steps } = await one.json(['all', '--dry-run=client']);
        assert.match(reasonOf(skipped, 'apiserver'), /external CA/);
        const { instead } = (skipped as Skipped).find(({ target }) => target === 'apiserver')!;
        assert.ok(instead.some(({ command }) => command.includes('generate-csr')));
        const targets = steps.map(({ id }: { id: string }) => id);
        assert.ok(targets.includes('renew-etcd-server') && !targets.includes('renew-admin.conf'), targets.join(' '));
        const { exitCode, stderr } = await one.run(['apiserver', '--yes']);
        assert.equal(exitCode, 1);
        assert.match(stderr, /nothing can be renewed here/);
      });

      it("leaves an external etcd's certificates to its operator", async () => {
        const one = node(path());
        rmSync(join(one.folder, 'pki/etcd'), { recursive: true });
        rmSync(join(one.folder, 'manifests/etcd.yaml'));
        const { skipped, steps } = await one.json(['all', '--dry-run=client']);
        for (const name of ['etcd-server', 'apiserver-etcd-client'])
          assert.match(reasonOf(skipped, name), /etcd is external/);
        assert.ok(!steps.some(({ id }: { id: string }) => /etcd/.test(id)));
      });

      it('renews what is left of a tree that was half deleted, and says how to make the rest', async () => {
        const one = node(path());
        for (const file of [
          'pki/apiserver-kubelet-client.crt',
          'pki/apiserver-kubelet-client.key',
          'controller-manager.conf',
        ])
          rmSync(join(one.folder, file));
        const run = await one.json(['all', '--yes']);
        assert.equal(run.state, 'done');
        assert.match(reasonOf(run.skipped, 'apiserver-kubelet-client'), /is not there/);
        assert.match(reasonOf(run.skipped, 'controller-manager.conf'), /is not there/);
      });

      it('keeps wrong modes as they were, both ways', async () => {
        const one = node(path());
        const key = join(one.folder, 'pki/apiserver.key');
        chmodSync(key, 0o644);
        await one.json(['apiserver', '--yes']);
        assert.equal((await one.json(['--rollback', 'last', '--yes'])).state, 'rolled-back');
        assert.equal(statSync(key).mode & 0o777, 0o644);
      });
    });
  }

  it('brings a copy of admin.conf up to date and keeps its other contexts', async () => {
    const one = node();
    const copy = join(mkdtempSync(join(tmpdir(), 'renew-home-')), 'config');
    const admin = join(one.folder, 'admin.conf');
    const other = '- context:\n    cluster: elsewhere\n    user: me # mine\n  name: other\n';
    writeFileSync(copy, readFileSync(admin, 'utf8').replace('contexts:\n', `contexts:\n${other}`), { mode: 0o600 });
    const run = await one.json(['admin.conf', '--refresh-kubeconfig', copy, '--yes']);
    assert.equal(run.state, 'done');
    const data = (path: string) => /client-certificate-data: (\S+)/.exec(readFileSync(path, 'utf8'))?.[1];
    assert.equal(data(copy), data(admin));
    assert.match(readFileSync(copy, 'utf8'), /user: me # mine/);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
  });

  /** kubeadm is asked for its report too: what a case is about happens at the renewal. */
  const onRenewal = (script: string) => `test "$2" = renew || exit 1\n${script}`;

  describe('when kubeadm', () => {
    const real = () => join(bed.binDir, 'kubeadm');
    const cases: readonly [title: string, script: () => string, says: RegExp][] = [
      [
        'is too old to know certs',
        () => 'echo \'unknown command "certs" for "kubeadm"\' >&2; exit 1',
        /kubeadm is too old/,
      ],
      ['fails', () => 'echo "error: no such luck" >&2; exit 1', /failed: error: no such luck/],
      ['exits with 0 having done nothing', () => 'echo "MISSING! certificate for serving"', /has left apiserver alone/],
      ['pretends', () => 'exit 0', /holds serial/],
      [
        'fails halfway, after it has written a key',
        () => `for last; do :; done; : > "$last/etc/kubernetes/pki/apiserver.key"; exit 1`,
        /failed: exit code 1/,
      ],
      [
        'fails at the second of two',
        () => `case "$*" in *apiserver-kubelet-client*) echo "error: disk" >&2; exit 1;; esac; exec ${real()} "$@"`,
        /failed: error: disk/,
      ],
    ];
    for (const [title, script, says] of cases) {
      it(`${title}, everything is put back as it was`, async () => {
        const one = node(`${programFolder('kubeadm', onRenewal(script()))}:/usr/bin:/bin`);
        const before = one.snapshot();
        const { exitCode, stderr } = await one.run(['apiserver', 'apiserver-kubelet-client', '--yes']);
        assert.equal(exitCode, 1, stderr);
        assert.match(stderr, says);
        assert.match(stderr, /failed and was rolled back/);
        assert.deepEqual(one.snapshot(), before);
      });
    }

    it('is not there, says so and puts everything back', async () => {
      const one = node('/nonexistent');
      const { exitCode, stderr } = await one.run(['apiserver', '--yes']);
      assert.equal(exitCode, 1);
      assert.match(stderr, /kubeadm is not installed or not on PATH/);
    });

    it('hangs, a second run is refused, and two interrupts end it, resumable', async () => {
      const one = node(`${programFolder('kubeadm', onRenewal('exec sleep 600'))}:/usr/bin:/bin`);
      const child = one.start(['apiserver', '--yes']);
      let stderr = '';
      const reached = (text: RegExp) =>
        new Promise<void>((resolve) => child.stderr?.on('data', () => void (text.test(stderr) && resolve())));
      child.stderr?.on('data', (chunk) => {
        stderr += chunk;
      });
      await reached(/renew apiserver, which expires in .*\n(.*\n)*\[2\/2\]/);
      const second = await one.run(['apiserver', '--yes']);
      assert.equal(second.exitCode, 1);
      assert.match(second.stderr, /a run is under way: process \d+, since .*\n.*--resume/);
      child.kill('SIGINT');
      await reached(/stopping after this step/);
      child.kill('SIGINT');
      const exitCode = await new Promise((resolve) => child.once('close', resolve));
      assert.equal(exitCode, 130);
      assert.match(stderr, /resume with: kubectl certs renew --resume \d/);
      const third = await one.run(['apiserver', '--yes']);
      assert.match(third.stderr, /has begun and not ended/);
    });
  });

  describe('when the backup cannot be written', () => {
    const mounts: string[] = [];
    const mounted = (options: string) => {
      const folder = mkdtempSync(join(tmpdir(), 'renew-mount-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
      mounts.push(folder);
      return folder;
    };
    before(function () {
      try {
        mounted('size=64k');
      } catch {
        this.skip(); // A container without the right to mount.
      }
    });
    after(() => {
      for (const folder of mounts) execFileSync('umount', [folder]);
    });

    for (const [title, options, says] of [
      ['the disk is full', 'size=48k', /no space left on the device/],
      ['the file system is read-only', 'ro', /read-only file system/],
    ] as const) {
      it(`because ${title}, nothing is changed and it says why`, async () => {
        const one = node();
        const before = one.snapshot();
        const { exitCode, stderr } = await one.run(['all', '--yes'], mounted(options));
        assert.equal(exitCode, 1, stderr);
        assert.match(stderr, says);
        assert.match(stderr, /--state-dir/);
        assert.deepEqual(one.snapshot(), before);
      });
    }

    /** What goes wrong on the way back, after kubeadm has written one pair and failed at another. */
    const ways = [
      {
        title: 'the disk has filled up',
        options: 'size=2m',
        spoil: (folder: string) => `cat /dev/zero > ${folder}/filler 2>/dev/null`,
        mend: (folder: string) => rmSync(join(folder, 'etc/kubernetes/pki/filler')),
        says: /no space left on the device/,
      },
      {
        title: 'the file system has turned read-only',
        options: 'size=2m',
        spoil: (folder: string) => `mount -o remount,ro ${folder.replace(/\/etc\/kubernetes\/pki$/, '')}`,
        mend: (folder: string) => void execFileSync('mount', ['-o', 'remount,rw', folder]),
        says: /read-only file system/,
      },
    ] as const;
    for (const { title, options, spoil, mend, says } of ways) {
      it(`and on the way back ${title}, says so, and goes back once that is mended`, async () => {
        const root = mounted(options);
        const folder = join(root, 'etc/kubernetes');
        cpSync(bed.kubernetesDir, folder, { recursive: true, preserveTimestamps: true });
        const real = join(bed.binDir, 'kubeadm');
        const script = `case "$*" in *apiserver-kubelet-client*) ${spoil(join(folder, 'pki'))}; echo "error: disk" >&2; exit 1;; esac; exec ${real} "$@"`;
        const path = `${programFolder('kubeadm', onRenewal(script))}:/usr/bin:/bin`;
        const one = new RenewalNode({ program, folder, path });
        const before = one.snapshot();
        const { exitCode, stderr } = await one.run(['apiserver', 'apiserver-kubelet-client', '--yes']);
        assert.equal(exitCode, 1, stderr);
        assert.match(stderr, /could not go back: the backup could not be put back: /);
        assert.match(stderr, says);
        assert.equal((await one.json(['--history'])).runs[0].state, 'stuck');
        mend(root);
        assert.equal((await one.json(['--rollback', 'last', '--yes'])).state, 'rolled-back');
        assert.deepEqual(one.snapshot(), before);
      });
    }

    it('when the folder of certificates is read-only, kubeadm fails and the run says so', async () => {
      const one = node();
      const pki = join(one.folder, 'pki');
      execFileSync('mount', ['--bind', pki, pki]);
      execFileSync('mount', ['-o', 'remount,ro,bind', pki]);
      try {
        const { exitCode, stderr } = await one.run(['apiserver', '--yes']);
        assert.equal(exitCode, 1, stderr);
        assert.match(stderr, /read-only file system/);
        assert.match(stderr, /rolled back/);
      } finally {
        execFileSync('umount', [pki]);
      }
      assert.ok(existsSync(join(one.stateDir, 'journals')));
    });
  });
});
