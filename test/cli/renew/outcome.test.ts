import assert from 'node:assert/strict';
import type { Applied } from '../../../src/app/renew-apply.ts';
import { follow } from '../../../src/cli/renew/outcome.ts';
import type { JournalEvent, Plan, PlannedStep } from '../../../src/core/model/plan.ts';
import type { Workshop } from '../../../src/io/ports/workshop.ts';
import { fakeContext } from '../../support/fake-context.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const AT = '2026-11-24T12:00:00.000Z';
const step = (id: string, more: Partial<PlannedStep> = {}): PlannedStep => ({
  ...{ id, kind: 'k', title: `do ${id}`, command: [], risk: 'none', target: `file:/${id}`, rollback: null, part: id },
  precheck: { requests: [], expect: [] },
  ...more,
});
const plan = (skipped: Plan['skipped'] = []): Plan => ({
  ...{ id: 'run-1', createdAt: AT, subject: { kind: 'node', name: 'cp-1' }, snapshotTakenAt: AT, skipped },
  steps: [step('renew'), step('kubelet'), step('issue')],
});
const event = (id: string, transition: JournalEvent['transition'], more: Partial<JournalEvent> = {}): JournalEvent => ({
  step: id,
  transition,
  at: AT,
  ...more,
});
const others = [{ target: 'node/cp-2', reason: 'its own', instead: [] }];

describe('what became of a renewal', () => {
  async function told(applied: Omit<Applied, 'interrupted'> & Partial<Applied>, skipped: Plan['skipped'] = []) {
    const context = fakeContext();
    const exitCode = await follow({
      context,
      plan: plan(skipped),
      output: 'json',
      aim: 'done',
      workshop: {} as Workshop,
      ports: fakePorts(),
      observe: () => Promise.reject(new Error('nobody observes')),
      act: async () => ({ interrupted: false, ...applied }),
    });
    return { exitCode, stderr: context.terminal.written.stderr };
  }

  const failed = event('kubelet', 'failed', {
    message: 'it does not run',
    hints: ['by hand: systemctl restart kubelet'],
  });
  const events = [event('renew', 'verified'), event('kubelet', 'started'), failed];

  it('is, where one part failed, what was kept, what was not begun, and what to do by hand', async () => {
    const { exitCode, stderr } = await told({ state: 'failed', events, failure: failed });
    assert.equal(exitCode, 1);
    assert.equal(
      stderr,
      [
        'error: run run-1 failed at: do kubelet: it does not run',
        '  by hand: systemctl restart kubelet',
        '  renewed and verified, and kept: file:/renew',
        '  not begun: file:/issue',
        '  to go back through all of it: kubectl certs renew --rollback run-1',
        '',
      ].join('\n'),
    );
  });

  it('is the same for a run that goes on after that failure', async () => {
    const { stderr } = await told({ state: 'failed', events });
    assert.match(stderr, /failed at: do kubelet: it does not run/);
  });

  it('is, where the way back is blocked, what stands in it, and only then what had failed', async () => {
    const blocked = event('renew', 'rollback-failed', { message: 'read-only file system', hints: ['remount it'] });
    const failure = event('renew', 'failed', { message: 'kubeadm: disk' });
    const { exitCode, stderr } = await told({ state: 'stuck', events: [failure, blocked], failure });
    assert.equal(exitCode, 1);
    assert.equal(
      stderr,
      [
        'error: run run-1 could not go back: read-only file system',
        '  remount it',
        '  it had failed before: kubeadm: disk',
        '  see to the cause, then: kubectl certs renew --rollback run-1',
        '',
      ].join('\n'),
    );
  });

  for (const state of ['failed', 'rolled-back', 'stuck'] as const) {
    it(`leaves the other control-plane nodes alone when it is ${state}`, async () => {
      const { stderr } = await told({ state, events, failure: failed }, others);
      assert.match(stderr, /^ {2}leave node\/cp-2 as they are until this is settled$/m);
    });
  }

  it('says nothing of other nodes when all went well', async () => {
    const { exitCode, stderr } = await told({ state: 'done', events: [] }, others);
    assert.equal(exitCode, 0);
    assert.equal(stderr, 'run run-1 is done; to go back: kubectl certs renew --rollback run-1\n');
  });
});
