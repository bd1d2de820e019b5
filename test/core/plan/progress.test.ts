import assert from 'node:assert/strict';
import type { JournalEvent, Plan, PlannedStep, Transition } from '../../../src/core/model/plan.ts';
import { RunProgress } from '../../../src/core/plan/progress.ts';

const step = (id: string): PlannedStep => ({
  id,
  kind: 'k',
  title: id,
  command: [],
  risk: 'none',
  target: id,
  rollback: null,
});
const plan: Plan = {
  id: 'r1',
  createdAt: '',
  subject: { kind: 'node', name: 'cp-1' },
  snapshotTakenAt: '',
  steps: [step('a'), step('b')],
  skipped: [],
};
const events = (text: string): JournalEvent[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [id, transition] = word.split(':');
      return { step: id as string, transition: transition as Transition, at: '' };
    });

describe('where a run goes on from its journal', () => {
  const cases: readonly [string, string, string][] = [
    ['begins with the first step', '', 'run a'],
    ['runs a step again that a crash cut short', 'a:started', 'run a'],
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
    it(title, () => {
      const next = new RunProgress(plan, events(text)).next();
      assert.equal(next.move === 'end' ? `end ${next.state}` : `${next.move} ${next.step.id}`, expected);
    });
  }

  it('turns a run round that had ended well, when a person asks for it', () => {
    const next = new RunProgress(plan, events('a:verified b:verified'), true).next();
    assert.ok(next.move === 'roll-back' && next.step.id === 'b');
  });
});
