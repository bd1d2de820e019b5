import { deepStrictEqual, doesNotMatch, match, strictEqual } from 'node:assert/strict';
import { noteEvent, type RenewalProgress, standing, watchRun } from '../../../../src/cli/ui/renew/progress.ts';
import { openRun } from '../../../../src/cli/ui/renew/run-screen.ts';
import type { Plan, PlannedStep, Transition } from '../../../../src/core/model/plan.ts';
import { manualStep } from '../../../../src/core/model/step.ts';
import type { RunEvent } from '../../../../src/io/apply/run.ts';
import { inInk, pressing, rowsOf, uiOf, WINDOW } from '../../../support/screens.tsx';

const STEPS: readonly PlannedStep[] = ['one', 'two', 'three'].map((id) => ({
  ...manualStep(id, `do ${id}`),
  target: id,
  rollback: null,
}));
const PLAN: Plan = {
  id: 'run-1',
  createdAt: '2026-11-24T00:00:00Z',
  subject: { kind: 'node', name: 'cp-1' },
  snapshotTakenAt: '2026-11-24T00:00:00Z',
  steps: STEPS,
  skipped: [],
};

type Told = [step: number, what: Transition | { readonly progress: string }, at: number, message?: string];

/** The run after what was told; times are milliseconds. */
function told(...all: Told[]): RenewalProgress {
  return all.reduce(
    (renewal, [index, what, at, message]) => {
      const step = STEPS[index]!;
      const event: RunEvent =
        typeof what === 'string'
          ? {
              type: 'transition',
              step,
              event: { step: step.id, transition: what, at: '', ...(message && { message }) },
            }
          : { type: 'progress', step, message: what.progress };
      return noteEvent(renewal, event, at);
    },
    watchRun(PLAN, [], 0),
  );
}

const shown = (renewal: RenewalProgress, now: number, size?: { columns: number; rows: number }) =>
  uiOf(openRun(), { renewal, now }, size);

const WAITING = told(
  [0, 'started', 0],
  [0, 'done', 1000],
  [0, 'verified', 2000, 'one is proven'],
  [1, 'started', 2000],
  [1, { progress: 'waiting for two to be healthy' }, 3000],
);

describe('a run on a screen', () => {
  it('says how far it is and for how long', () => {
    match(rowsOf(shown(WAITING, 9000))[1] ?? '', /^ Run run-1: running, 1 of 3 done, 9s$/);
  });

  it('shows where each step stands, how long it took, and what is waited for', () => {
    const text = rowsOf(shown(WAITING, 9000)).join('\n');
    match(text, /^ {3}verified +one +2s +one is proven$/m);
    match(text, /^> {2}started +two +7s +waiting for/m);
    match(text, /^ {3}pending +three$/m);
    match(text, /^ waiting for two to be healthy \(7s\)$/m);
  });

  it('follows the step at hand until somebody looks at another, and again after Esc', () => {
    const looking = pressing(shown(WAITING, 9000), ['k']).ui;
    match(rowsOf(looking).join('\n'), /^> {2}verified +one/m);
    match(rowsOf(looking).join('\n'), /^ verified: one is proven$/m);
    match(rowsOf(pressing(looking, ['escape']).ui).join('\n'), /^> {2}started +two/m);
  });

  it('shows a failure and the way back', () => {
    const back = told([0, 'started', 0], [0, 'failed', 1000, 'no space'], [0, 'rolling-back', 1000]);
    const text = rowsOf(shown(back, 2000)).join('\n');
    match(text, /^ Run run-1: rolling-back, 0 of 3 done, 0 undone, 2s$/m);
    match(text, /^ failed: no space$/m);
    match(standing(told([0, 'started', 0], [0, 'failed', 1], [0, 'rolled-back', 1])), /0 of 3 done, 1 undone$/);
  });

  it('is stopped by Ctrl-C alone', () => {
    deepStrictEqual(pressing(shown(WAITING, 0), ['ctrl-c', 'ctrl-c']).effects, [
      { do: 'interrupt' },
      { do: 'interrupt' },
    ]);
    const { ui, effects } = pressing(shown(WAITING, 0), ['q']);
    deepStrictEqual(effects, []);
    match(rowsOf(ui).at(-1) ?? '', /Ctrl-C stops it/);
  });

  it('says that it stops after this step', () => {
    doesNotMatch(rowsOf(shown(WAITING, 0)).join('\n'), /stopping/);
    match(rowsOf(shown({ ...WAITING, stopping: true }, 0)).join('\n'), /stopping after this step/);
  });

  it('shows what was found cleaned', () => {
    const text = rowsOf(shown(told([0, 'failed', 0, 'bad\x1b[2J']), 0)).join('\n');
    match(text, /bad\\u\{1b\}\[2J/);
  });

  it('fits a large window', () => strictEqual(rowsOf(shown(WAITING, 9000, WINDOW.large)).length, 60));

  it('is drawn by Ink', async () => {
    const { type, frame, store } = inInk(shown(WAITING, 9000));
    await type('');
    store.dispatch({ type: 'learn', world: { renewal: told([2, 'started', 0]) } });
    await type('');
    match(frame(), /^> {2}started +three/m);
  });
});
