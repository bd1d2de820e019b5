import assert from 'node:assert/strict';
import type { JournalEvent, Plan, PlannedStep, Transition } from '../../../src/core/model/plan.ts';
import { RunProgress } from '../../../src/core/plan/progress.ts';

const step = (id: string, more: Partial<PlannedStep> = {}): PlannedStep => ({
  id,
  kind: 'k',
  title: id,
  command: [],
  risk: 'none',
  target: id,
  rollback: { id: `${id}-back`, kind: 'k', title: '', command: [], risk: 'none' },
  ...more,
});
const planOf = (...steps: PlannedStep[]): Plan => ({
  id: 'r1',
  createdAt: '',
  subject: { kind: 'node', name: 'cp-1' },
  snapshotTakenAt: '',
  steps,
  skipped: [],
});
const events = (text: string): JournalEvent[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [id, transition, whole] = word.split(':');
      const event = { step: id as string, transition: transition as Transition, at: '' };
      return whole === undefined ? event : { ...event, whole: true };
    });
const moveOf = (progress: RunProgress): string => {
  const next = progress.next();
  return next.move === 'end' ? `end ${next.state}` : `${next.move} ${next.step.id}`;
};

describe('where a run goes on from its journal', () => {
  const plan = planOf(step('a'), step('b'));
  const cases: readonly [string, string, string][] = [
    ['begins with the first step', '', 'run a'],
    ['runs a step again that a crash cut short', 'a:started', 'run a'],
    ['runs a step again that was still waiting', 'a:started a:waiting', 'run a'],
    ['verifies what was done', 'a:started a:done', 'verify a'],
    ['goes to the next step once one is verified', 'a:started a:done a:verified', 'run b'],
    ['ends when all are verified', 'a:verified b:verified', 'end done'],
    ['turns round at a failure, the failed step first', 'a:verified b:started b:failed', 'roll-back b'],
    ['repeats a way back that a crash cut short', 'a:verified b:failed b:rolling-back', 'roll-back b'],
    ['goes back through every step that was begun', 'a:verified b:failed b:rolling-back b:rolled-back', 'roll-back a'],
    ['undoes nothing of a step that was refused', 'a:verified b:refused', 'roll-back a'],
    ['leaves alone what was never begun', 'a:failed a:rolling-back a:rolled-back', 'end rolled-back'],
    ['stops where the way back is blocked', 'a:verified b:failed b:rollback-failed', 'end stuck'],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => assert.equal(moveOf(new RunProgress(plan, events(text))), expected));
  }

  it('turns a run round that had ended well, when a person asks for it', () => {
    assert.equal(moveOf(new RunProgress(plan, events('a:verified b:verified'), true)), 'roll-back b');
  });

  it('tries a blocked way back again, when a person asks for it', () => {
    const blocked = events('a:verified b:failed b:rolling-back b:rollback-failed');
    assert.equal(moveOf(new RunProgress(plan, blocked, true)), 'roll-back b');
  });

  describe('of a plan of several parts', () => {
    /** Two managers, a copy that depends on the first, and a kubelet from which there is no way back. */
    const parts = planOf(
      step('renew', { part: 'node' }),
      step('restart', { part: 'node', after: ['renew'] }),
      step('copy', { part: 'copy', after: ['renew'] }),
      step('kubelet', { part: 'kubelet', after: ['restart'], rollback: null }),
      step('issue', { part: 'issue', rollback: null }),
    );
    const first = 'renew:verified restart:verified copy:verified';
    const cases: readonly [string, string, string][] = [
      ['keeps what other parts have verified', `${first} kubelet:started kubelet:failed`, 'end failed'],
      ['keeps it too when a step was refused', `${first} kubelet:verified issue:refused`, 'end failed'],
      ['undoes the part that failed', 'renew:verified restart:failed', 'roll-back restart'],
      ['and ends when that is undone', 'renew:rolled-back restart:failed restart:rolled-back', 'end rolled-back'],
      [
        'undoes what depends on the part that failed',
        'renew:verified copy:verified restart:failed restart:rolled-back',
        'roll-back copy',
      ],
      ['undoes a part alone on which nothing depends', 'renew:verified restart:verified copy:failed', 'roll-back copy'],
      [
        'and then has failed',
        'renew:verified restart:verified copy:failed copy:rolling-back copy:rolled-back',
        'end failed',
      ],
      ['says that nothing stays where nothing was begun before', 'renew:refused', 'end rolled-back'],
    ];
    for (const [title, text, expected] of cases) {
      it(title, () => assert.equal(moveOf(new RunProgress(parts, events(text))), expected));
    }

    it('goes back through all of them when a person asks for it, also after a crash on that way', () => {
      const failed = `${first} kubelet:started kubelet:failed`;
      assert.equal(moveOf(new RunProgress(parts, events(failed), true)), 'roll-back kubelet');
      const cut = events(`${failed} kubelet:rolling-back:whole`);
      assert.equal(moveOf(new RunProgress(parts, cut)), 'roll-back kubelet');
      const further = events(`${failed} kubelet:rolling-back:whole kubelet:rolled-back`);
      assert.equal(moveOf(new RunProgress(parts, further)), 'roll-back copy');
    });

    it('has been rolled back when a person asked for it and nothing is left', () => {
      const all = ['issue', 'kubelet', 'copy', 'restart', 'renew'].map((id) => `${id}:rolled-back`).join(' ');
      assert.equal(moveOf(new RunProgress(parts, events(all))), 'end rolled-back');
    });
  });
});
