import assert from 'node:assert/strict';
import SetupSchedule from '../../../../src/cli/commands/setup/schedule.ts';
import { EXIT } from '../../../../src/core/model/error.ts';
import { CRON_PATH, SERVICE_PATH, TIMER_PATH } from '../../../../src/core/plan/setup/schedule-options.ts';
import { demoPorts } from '../../../../src/io/demo/ports.ts';
import { fakeContext, fakeTerminal } from '../../../support/fake-context.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { runCommand, userError } from '../../../support/run-command.ts';
import { assertMatchesSchema } from '../../../support/schema.ts';

/** Runs `setup schedule` on one demo, again and again; the real machine may not be opened. */
async function machine() {
  const ports = await demoPorts({ now: NOW });
  const run = (argv: readonly string[], terminal = fakeTerminal()) => {
    const context = {
      ...fakeContext({ ports, terminal }),
      openWorkshop: () => assert.fail('the real machine was opened'),
    };
    return runCommand(SetupSchedule, [...argv, '--demo'], context);
  };
  const text = async (path: string) =>
    (await ports.files.stat(path)) && Buffer.from(await ports.files.read(path, 1 << 20)).toString();
  const says = async (...argv: string[]) =>
    (await ports.tools.run({ argv, maxOutput: 1000, signal: new AbortController().signal })).stdout.trim();
  return { ports, run, text, says };
}

describe('setup schedule', function () {
  this.timeout(20_000); // Key pairs are made.
  let still: Awaited<ReturnType<typeof machine>>;
  before(async () => {
    still = await machine();
  });

  it('prints both forms and changes nothing', async () => {
    const { run, text } = still;
    const { exitCode, stdout, stderr } = await run([]);
    assert.equal(exitCode, EXIT.ok);
    for (const path of [SERVICE_PATH, TIMER_PATH, CRON_PATH]) {
      assert.ok(stdout.includes(`# ---- ${path} (0644)`), stdout);
      assert.equal(await text(path), undefined);
    }
    assert.match(stderr, /two forms of the same/);
  });

  it('prints one form as the file itself, and as a document that follows the schema', async () => {
    const { run } = still;
    assert.match((await run(['--form', 'cron'])).stdout, /^# Written by: kubectl certs setup schedule --form cron\n/);
    const document = JSON.parse((await run(['-o', 'json'])).stdout);
    assertMatchesSchema(document);
    assert.deepEqual(
      document.files.map(({ form, path }: { form: string; path: string }) => [form, path]),
      [
        ['systemd', SERVICE_PATH],
        ['systemd', TIMER_PATH],
        ['cron', CRON_PATH],
      ],
    );
  });

  it('installs the timer, and then has nothing to do', async () => {
    const { run, text, says } = await machine();
    const first = await run(['--apply', '--yes', '-o', 'json']);
    assert.equal(first.exitCode, EXIT.ok, first.stderr);
    assertMatchesSchema(JSON.parse(first.stdout));
    assert.match((await text(SERVICE_PATH)) ?? '', /^ExecStart=/m);
    assert.equal(await says('systemctl', 'is-enabled', 'kubectl-certs-renew.timer'), 'enabled');
    assert.equal(await says('systemctl', 'is-active', 'kubectl-certs-renew.timer'), 'active');
    const second = await run(['--apply', '--yes']);
    assert.equal(second.exitCode, EXIT.ok);
    assert.match(second.stderr, /installed as asked for: nothing to do/);
    assert.equal(second.stdout, '');
  });

  it('updates in place what other flags change, and keeps the day that was chosen', async () => {
    const { run, text } = await machine();
    await run(['--apply', '--yes', '--day', 'sun']);
    const { stderr } = await run(['--apply', '--yes', '--expiring-within', '45d']);
    assert.match(stderr, /update .*\.service/);
    assert.doesNotMatch(stderr, /write .*\.timer/);
    assert.match((await text(SERVICE_PATH)) ?? '', /--expiring-within=45d/);
    assert.match((await text(TIMER_PATH)) ?? '', /^OnCalendar=Sun /m);
  });

  it('puts one form in the place of the other, and takes everything away', async () => {
    const { run, text, says } = await machine();
    await run(['--apply', '--yes']);
    await run(['--apply', '--yes', '--form', 'cron']);
    assert.equal(await text(TIMER_PATH), undefined);
    assert.match((await text(CRON_PATH)) ?? '', /logger/);
    assert.equal(await says('systemctl', 'is-enabled', 'kubectl-certs-renew.timer'), 'disabled');
    assert.equal((await run(['--remove', '--yes'])).exitCode, EXIT.ok);
    assert.equal(await text(CRON_PATH), undefined);
    assert.match((await run(['--remove', '--yes'])).stderr, /no schedule is installed: nothing to do/);
  });

  it('shows in a dry run what it would do', async () => {
    const { run, text } = still;
    const { stdout, exitCode } = await run(['--dry-run=client']);
    assert.equal(exitCode, EXIT.ok);
    assert.match(stdout, /write \/etc\/systemd\/system\/kubectl-certs-renew\.timer/);
    assert.equal(await text(TIMER_PATH), undefined);
    const document = JSON.parse((await run(['--dry-run=client', '-o', 'json'])).stdout);
    assertMatchesSchema(document);
    assert.equal(document.kind, 'RenewalPlan');
  });

  it('asks, and takes No for an answer', async () => {
    const { run, text } = still;
    await assert.rejects(run(['--apply']), userError(EXIT.usage, /no terminal to ask at/));
    const terminal = fakeTerminal({ inIsTerminal: true, errIsTerminal: true, input: '' });
    const { exitCode, stderr } = await run(['--apply'], terminal);
    assert.equal(exitCode, EXIT.failed);
    assert.match(stderr, /install this schedule on node cp-1.*\[y\/N\]/);
    assert.equal(await text(TIMER_PATH), undefined);
  });

  it('takes the first day for the first control-plane node', async () => {
    const { run } = still;
    assert.match((await run([])).stdout, /^OnCalendar=Tue /m);
  });

  for (const [flags, says] of [
    [['--time', '3am'], /--time 3am/],
    [['--time', '24:00'], /--time 24:00/],
    [['--random-delay', '2d'], /days of their own/],
    [['--expiring-within', 'soon'], /--expiring-within/],
    [['--on-failure', 'a b'], /not the name of a service/],
    [['--at', '+30d'], /--at has nothing there/],
  ] as const) {
    it(`refuses ${flags.join(' ')}`, async () => {
      const { run } = still;
      await assert.rejects(run(flags), userError(EXIT.usage, says));
    });
  }

  describe('on a real machine', () => {
    const context = (uid: number, mode = 0o755) => ({
      ...fakeContext({
        ports: {
          files: memoryFiles({ '/opt/certs/node': '', '/etc/crontab': '0 0 1 * * kubeadm certs renew all' }, { mode }),
        },
      }),
      openWorkshop: async () => ({
        ...({} as { changes: never; store: never }),
        program: ['/opt/certs/node', '/opt/certs/kubectl-certs.cjs'],
        pid: 1,
        uid,
      }),
    });
    const run = (argv: readonly string[], uid = 0) => runCommand(SetupSchedule, argv, context(uid));

    it('says what else renews, and that nothing of kubeadm is here', async () => {
      const { stderr, exitCode } = await run([]);
      assert.equal(exitCode, EXIT.ok);
      assert.match(stderr, /\/etc\/crontab renews too, without restart and check; remove it: 0 0 1 \* \* kubeadm/);
      assert.match(stderr, /no files of kubeadm are here/);
    });

    it('refuses to install without root, and where there is nothing to renew', async () => {
      await assert.rejects(run(['--apply', '--yes'], 1000), userError(EXIT.failed, /only root may install it/));
      await assert.rejects(run(['--apply', '--yes']), userError(EXIT.failed, /nothing to renew/));
    });
  });
});
