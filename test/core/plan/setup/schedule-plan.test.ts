import assert from 'node:assert/strict';
import type { PlannedStep } from '../../../../src/core/model/plan.ts';
import type { Installed } from '../../../../src/core/plan/setup/installed.ts';
import { otherSchedules } from '../../../../src/core/plan/setup/other-schedules.ts';
import { scheduleFiles } from '../../../../src/core/plan/setup/schedule.ts';
import { CRON_PATH, SERVICE_PATH, TIMER_PATH } from '../../../../src/core/plan/setup/schedule-options.ts';
import { scheduleSteps } from '../../../../src/core/plan/setup/schedule-plan.ts';
import type { SetupFile } from '../../../../src/core/plan/setup/setup-file.ts';
import { OPTIONS } from './options.ts';

const NOTHING: Installed = { files: new Map(), timerRuns: false };
const units = scheduleFiles('systemd', OPTIONS);
const cron = scheduleFiles('cron', OPTIONS);

function installed(files: readonly SetupFile[], timerRuns: boolean): Installed {
  return { files: new Map(files.map(({ path, mode, content }) => [path, { mode, content, sha256: 'x' }])), timerRuns };
}

function ids(wanted: readonly SetupFile[], now: Installed, root = ''): string[] {
  return scheduleSteps({ wanted, installed: now, root }).map(({ id }) => id);
}

const SERVICE = 'write-kubectl-certs-renew.service';
const TIMER = 'write-kubectl-certs-renew.timer';

describe('the plan of a schedule', () => {
  it('writes, checks and starts the timer where nothing is', () => {
    assert.deepEqual(ids(units, NOTHING), ['backup', SERVICE, TIMER, 'verify', 'reload', 'enable', 'start']);
  });

  it('has no step where everything is as wanted', () => {
    assert.deepEqual(ids(units, installed(units, true)), []);
    assert.deepEqual(ids(cron, installed(cron, false)), []);
    assert.deepEqual(ids([], NOTHING), []);
  });

  it('starts a timer again that somebody has stopped', () => {
    assert.deepEqual(ids(units, installed(units, false)), ['enable', 'start']);
  });

  it('writes only what differs, in content or mode', () => {
    const other = [units[0]!, { ...units[1]!, content: '# else\n' }];
    assert.deepEqual(ids(units, installed(other, true)), ['backup', TIMER, 'verify', 'reload', 'enable', 'start']);
    const open = [{ ...units[0]!, mode: 0o666 }, units[1]!];
    assert.ok(ids(units, installed(open, true)).includes(SERVICE));
  });

  it('takes the other form away when one is installed in its place', () => {
    assert.deepEqual(
      ids(cron, installed(units, true)),
      ['backup', 'disable', SERVICE.replace('write', 'remove'), TIMER.replace('write', 'remove'), 'reload'].toSpliced(
        2,
        0,
        'write-kubectl-certs-renew',
      ),
    );
    assert.ok(ids(units, installed(cron, false)).includes('remove-kubectl-certs-renew'));
  });

  it('removes everything of ours', () => {
    const removal = ids([], installed([...units, ...cron], true));
    assert.equal(removal.filter((id) => id.startsWith('remove-')).length, 3);
    assert.ok(removal.indexOf('disable') < removal.indexOf(TIMER.replace('write', 'remove')));
  });

  it('starts nothing below another root, and says the paths there', () => {
    const steps = scheduleSteps({ wanted: units, installed: NOTHING, root: '/mnt/image' });
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['backup', SERVICE, TIMER, 'verify', 'enable'],
    );
    assert.deepEqual(step(steps, 'enable').command, [
      'systemctl',
      '--root=/mnt/image',
      'enable',
      'kubectl-certs-renew.timer',
    ]);
    assert.equal(step(steps, SERVICE).params?.path, `/mnt/image${SERVICE_PATH}`);
  });

  it('says when a file of somebody else is replaced, and copies it away first', () => {
    const theirs = installed([{ ...units[0]!, content: '[Unit]\nDescription=mine\n' }], false);
    const steps = scheduleSteps({ wanted: units, installed: theirs, root: '' });
    assert.match(step(steps, SERVICE).title, /^replace what somebody else wrote/);
    assert.equal(step(steps, 'backup').params?.paths, `${SERVICE_PATH}\n${TIMER_PATH}`);
  });

  it('goes back to the files of before, has systemd read them, and stops only what it has started', () => {
    const fresh = scheduleSteps({ wanted: units, installed: NOTHING, root: '' });
    assert.deepEqual(step(fresh, 'backup').rollback?.command, ['systemctl', 'daemon-reload']);
    assert.equal(step(fresh, SERVICE).rollback?.kind, 'put-back-file');
    assert.equal(step(fresh, 'start').rollback?.id, 'stop');
    const update = scheduleSteps({
      wanted: units,
      installed: installed([{ ...units[1]!, content: '' }], true),
      root: '',
    });
    assert.equal(step(update, 'start').rollback, null);
  });
});

function step(steps: readonly PlannedStep[], id: string): PlannedStep {
  return steps.find((one) => one.id === id)!;
}

describe('schedules of others', () => {
  it('are lines that renew through kubeadm alone, or by a script that does', () => {
    const crontab =
      '# kubeadm certs renew all\n0 0 1 * * /usr/bin/kubeadm certs renew all && systemctl restart kubelet\n';
    const script = 'ExecStart=/usr/local/bin/k8s-certs-renew.sh';
    const found = otherSchedules([
      { path: '/etc/crontab', content: crontab },
      { path: '/etc/systemd/system/k8s-certs-renew.service', content: `[Service]\n${script}\n` },
      { path: '/etc/cron.d/backup', content: '0 1 * * * root backup\n' },
    ]);
    assert.deepEqual(
      found.map(({ path, line }) => [path, line.slice(0, 9)]),
      [
        ['/etc/crontab', '0 0 1 * *'],
        ['/etc/systemd/system/k8s-certs-renew.service', 'ExecStart'],
      ],
    );
    assert.equal(CRON_PATH.includes('.', CRON_PATH.lastIndexOf('/')), false);
  });
});
