import assert from 'node:assert/strict';
import { scheduleFiles } from '../../../../src/core/plan/setup/schedule.ts';
import { dayIn, dayOf } from '../../../../src/core/plan/setup/schedule-day.ts';
import { renewCommand, type ScheduleOptions } from '../../../../src/core/plan/setup/schedule-options.ts';
import { isOurs } from '../../../../src/core/plan/setup/setup-file.ts';
import { OPTIONS } from './options.ts';

const contents = (form: 'systemd' | 'cron', options: Partial<ScheduleOptions> = {}) =>
  scheduleFiles(form, { ...OPTIONS, ...options }).map(({ content }) => content);

describe('files of a schedule', () => {
  it('run a renewal of what is due of the node alone, without questions', () => {
    assert.equal(
      renewCommand(OPTIONS).slice(2).join(' '),
      'renew all --layer=cluster --expiring-within=30d --yes --no-tui --state-dir=/var/lib/kubectl-certs',
    );
  });

  it('pass on where the metric goes, another folder of kubeadm and copies to refresh', () => {
    const words = renewCommand({ ...OPTIONS, metricsFile: '/m/a.prom', pkiDir: '/k', refresh: ['/a', '/b'] });
    assert.deepEqual(words.slice(-4), [
      '--metrics-file=/m/a.prom',
      '--pki-dir=/k',
      '--refresh-kubeconfig=/a',
      '--refresh-kubeconfig=/b',
    ]);
  });

  it('say when: in the timer, and in the line for cron', () => {
    const [, timer = ''] = contents('systemd');
    assert.match(timer, /^OnCalendar=Wed \*-\*-\* 03:05:00\nRandomizedDelaySec=60min\nPersistent=true$/m);
    const [cron = ''] = contents('cron');
    assert.match(cron, /^5 3 \* \* 3 root sleep .*; \/opt\/certs\/node .* 2>&1 \| logger -t kubectl-certs-renew$/m);
  });

  it('quote for systemd: specifiers, variables, blanks and quotes stay what they are', () => {
    const [service = ''] = contents('systemd', { program: ['/opt/a b/node', '/opt/%i$x"y/c.cjs'] });
    assert.ok(service.includes('ExecStart="/opt/a b/node" "/opt/%%i$$x\\"y/c.cjs" renew all '), service);
  });

  it('quote for cron: the shell and cron itself', () => {
    const [cron = ''] = contents('cron', { program: ["/opt/it's", '/opt/50%/c.cjs'], delayMinutes: 0 });
    assert.ok(cron.includes("root '/opt/it'\\''s' /opt/50\\%/c.cjs renew all "), cron);
  });

  it('start a unit of the user when a run fails, or say how to', () => {
    assert.match(contents('systemd', { onFailure: 'page.service' })[0]!, /^OnFailure=page\.service$/m);
    assert.match(contents('systemd')[0]!, /^# OnFailure=UNIT .*--on-failure/m);
  });

  it('end with a line end, which cron insists on, and are known again as our own', () => {
    for (const content of [...contents('systemd'), ...contents('cron')]) {
      assert.ok(content.endsWith('\n'));
      assert.ok(isOurs(content));
    }
    assert.ok(!isOurs('[Unit]\n'));
  });
});

describe('the day of a schedule', () => {
  it('is another for each control-plane node', () => {
    const nodes = ['cp-3', 'cp-1', 'cp-2'];
    assert.deepEqual(
      nodes.map((node) => dayOf(nodes, node)),
      ['Thu', 'Tue', 'Wed'],
    );
  });

  it('counts a node that is not listed, begins anew after a week, and is the first without a name', () => {
    assert.equal(dayOf(['cp-2', 'cp-3'], 'cp-1'), 'Tue');
    assert.equal(dayOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 'h'), 'Tue');
    assert.equal(dayOf(['a', 'b'], undefined), 'Tue');
  });

  it('is read back from what is installed', () => {
    for (const day of ['Mon', 'Sun'] as const) {
      assert.equal(dayIn(contents('systemd', { day })[1]!), day);
      assert.equal(dayIn(contents('cron', { day })[0]!), day);
    }
    assert.equal(dayIn('OnCalendar=daily\n'), undefined);
  });
});
