import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleIn } from '../../src/core/monitor/exposition.ts';
import { installProgram, type Outcome, outcomeOf, type Program } from '../support/program.ts';
import { copyNode, programFolder } from '../support/renewal.ts';
import { assertMatchesSchema } from '../support/schema.ts';
import { useBed } from '../testbed/fixture.ts';

const SERVICE = '/etc/systemd/system/kubectl-certs-renew.service';
const TIMER = '/etc/systemd/system/kubectl-certs-renew.timer';
const CRON = '/etc/cron.d/kubectl-certs-renew';

describe('a schedule below a root of its own, judged by systemd, cron and Prometheus', () => {
  const bed = useBed('core', 'promtool', 'systemd', 'cron');
  let program: Program;
  let root: string;
  before(async function () {
    this.timeout(60_000);
    program = await installProgram();
  });
  after(() => program.remove());
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'schedule-root-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
    outcomeOf(program.start(['setup', 'schedule', '--state-dir', join(root, 'state'), ...args], { env }));
  const install = async (...args: string[]) => {
    const outcome = await run(['--root', root, '--apply', '--yes', ...args]);
    assert.equal(outcome.exitCode, 0, outcome.stderr);
    return outcome;
  };
  const text = (path: string) => readFileSync(root + path, 'utf8');
  const exists = (path: string) => statSync(root + path, { throwIfNoEntry: false }) !== undefined;

  it('installs units that systemd accepts and enables, and has nothing to do then', async () => {
    const { stdout } = await install('-o', 'json');
    const document = JSON.parse(stdout);
    assertMatchesSchema(document);
    assert.equal(document.state, 'done');
    await bed.run(['systemd-analyze', 'verify', '--man=no', root + SERVICE, root + TIMER]);
    const calendar = /^OnCalendar=(.*)$/m.exec(text(TIMER))![1]!;
    assert.match(await bed.run(['systemd-analyze', 'calendar', calendar]), /Next elapse/);
    const enabled = ['systemctl', `--root=${root}`, 'is-enabled', 'kubectl-certs-renew.timer'];
    assert.equal((await bed.run(enabled)).trim(), 'enabled');
    const before = text(SERVICE);
    assert.match((await install()).stderr, /nothing to do/);
    assert.equal(text(SERVICE), before);
  });

  it('updates in place, and takes away every trace', async () => {
    await install('--day', 'mon');
    await install('--day', 'fri', '--on-failure', 'page@%n.service'.replace('%n', 'certs'));
    assert.match(text(TIMER), /^OnCalendar=Fri /m);
    assert.match(text(SERVICE), /^OnFailure=page@certs\.service$/m);
    const { stderr, exitCode } = await run(['--root', root, '--remove', '--yes']);
    assert.equal(exitCode, 0, stderr);
    for (const path of [SERVICE, TIMER, `${TIMER.replace('system/', 'system/timers.target.wants/')}`])
      assert.ok(!exists(path), path);
  });

  it('goes back to what somebody else had there when systemd refuses the units', async () => {
    mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
    writeFileSync(root + SERVICE, '[Service]\nExecStart=/bin/true\n', { mode: 0o600 });
    const PATH = `${programFolder('systemd-analyze', 'echo "no such key" >&2; exit 1')}:${process.env.PATH}`;
    const { exitCode, stderr } = await run(['--root', root, '--apply', '--yes'], { PATH });
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /no such key/);
    assert.equal(text(SERVICE), '[Service]\nExecStart=/bin/true\n');
    assert.equal(statSync(root + SERVICE).mode & 0o777, 0o600);
    assert.ok(!exists(TIMER));
  });

  it("installs a crontab that cron's own reader accepts, in place of the units", async () => {
    await install();
    await install('--form', 'cron');
    assert.ok(!exists(TIMER) && !exists(SERVICE));
    assert.equal(statSync(root + CRON).mode & 0o777, 0o644);
    // The reader at hand is that of users' crontabs, which have no column for the user.
    const own = join(root, 'crontab');
    writeFileSync(own, text(CRON).replace(' root ', ' '));
    await bed.run(['crontab', '-n', own]);
    writeFileSync(own, text(CRON).replace(/^0 3 /m, '0 25 ').replace(' root ', ' '));
    assert.notEqual((await bed.tryRun(['crontab', '-n', own])).exitCode, 0);
  });

  describe('once it runs', () => {
    const metricsDir = () => join(root, 'metrics');
    const metric = () => readFileSync(join(metricsDir(), 'kubectl_certs_renewal.prom'), 'utf8');
    /** Runs what systemd would: the words of ExecStart, in the environment that the unit gives. */
    async function execStart(path?: string) {
      const line = /^ExecStart=(.*)$/m.exec(text(SERVICE))![1]!;
      const env = [...text(SERVICE).matchAll(/^Environment=(.*)$/gm)].map(([, pair]) => pair as string);
      const PATH = path === undefined ? [] : [`PATH=${path}`];
      return bed.tryRun(['env', '-i', ...env, ...PATH, ...line.split(' ')], { timeoutMs: 120_000 });
    }

    it('renews what is due through the real kubeadm, and leaves a metric of its success', async () => {
      const folder = copyNode(bed.kubernetesDir);
      await install('--metrics-dir', metricsDir(), '--pki-dir', folder, '--expiring-within', '400d');
      const serial = () => readFileSync(join(folder, 'pki/apiserver.crt'), 'utf8');
      const before = serial();
      const first = await execStart(`${bed.binDir}:/usr/bin:/bin`);
      assert.equal(first.exitCode, 0, first.stderr);
      assert.notEqual(serial(), before);
      await bed.run([
        'sh',
        '-c',
        `${join(bed.binDir, 'promtool')} check metrics < ${metricsDir()}/kubectl_certs_renewal.prom`,
      ]);
      assert.equal(statSync(join(metricsDir(), 'kubectl_certs_renewal.prom')).mode & 0o777, 0o644);
      assert.equal(sampleIn(metric(), 'kubectl_certs_renewal_last_exit_code'), 0);
      const earliest = sampleIn(metric(), 'kubectl_certs_node_earliest_expiry_timestamp_seconds')!;
      assert.ok(earliest > Date.now() / 1000 + 300 * 86_400, String(earliest));
      rmSync(join(folder, '..'), { recursive: true });
    });

    it('leaves a metric of its failure, and keeps the last success', async () => {
      const folder = copyNode(bed.kubernetesDir);
      await install('--metrics-dir', metricsDir(), '--pki-dir', folder);
      assert.equal((await execStart()).exitCode, 0);
      const success = sampleIn(metric(), 'kubectl_certs_renewal_last_success_timestamp_seconds')!;
      await install('--metrics-dir', metricsDir(), '--pki-dir', folder, '--expiring-within', '400d');
      const { exitCode } = await execStart(programFolder('kubeadm', 'echo broken >&2; exit 1'));
      assert.equal(exitCode, 1);
      assert.equal(sampleIn(metric(), 'kubectl_certs_renewal_last_exit_code'), 1);
      assert.equal(sampleIn(metric(), 'kubectl_certs_renewal_last_success_timestamp_seconds'), success);
      rmSync(join(folder, '..'), { recursive: true });
    });
  });
});
