import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { openPlan } from '../../../../src/cli/ui/renew/plan-screen.ts';
import type { Plan, PlannedStep } from '../../../../src/core/model/plan.ts';
import { manualStep } from '../../../../src/core/model/step.ts';
import { inInk, pressing, rowsOf, uiOf, WINDOW } from '../../../support/screens.tsx';

function step(id: string, parts: Partial<PlannedStep> = {}): PlannedStep {
  return { ...manualStep(id, `do ${id}`, ['kubeadm', 'certs', 'renew', id]), target: id, rollback: null, ...parts };
}

const PLAN: Plan = {
  id: 'run-1',
  createdAt: '2026-11-24T00:00:00Z',
  subject: { kind: 'node', name: 'cp-1' },
  snapshotTakenAt: '2026-11-24T00:00:00Z',
  steps: [
    step('renew-apiserver', {
      verify: { requests: [], expect: [{ is: 'new-leaf', ref: 'file:/pki/apiserver.crt', before: 'ab' }] },
      rollback: manualStep('back', 'put the old files back', ['cp', 'a', 'b']),
    }),
    step('backup', { command: [] }),
    step('restart-kube-apiserver', { risk: 'restart', target: 'kube-apiserver' }),
    ...Array.from({ length: 30 }, (_, index) => step(`renew-${index}`)),
  ],
  skipped: [
    {
      target: 'ca',
      reason: 'kubeadm renews no CA',
      instead: [manualStep('hand', 'replace it by hand', ['openssl', 'x'])],
    },
  ],
};
const QUESTION = 'renew 1 certificate of node cp-1 and restart what still holds the old ones of kube-apiserver';
const open = (size = WINDOW.small as { columns: number; rows: number }) => uiOf(openPlan(PLAN, QUESTION), {}, size);

describe('the plan on a screen', () => {
  it('says how much is done, restarted and left alone', () => {
    match(rowsOf(open())[1] ?? '', /^ Plan for node cp-1: 33 steps, 1 restart, 1 left alone$/);
  });

  it('shows everything about the chosen step', () => {
    const text = rowsOf(open()).join('\n');
    match(text, /^> {4}1 {2}renew-apiserver/m);
    match(text, /^ what +do renew-apiserver$/m);
    match(text, /^ command +kubeadm certs renew renew-apiserver$/m);
    match(text, /^ risk +none: nothing stops serving$/m);
    match(text, /^ proof +file:\/pki\/apiserver\.crt holds a new certificate$/m);
    match(text, /^ way back +put the old files back$/m);
    match(text, /^ +cp a b$/m);
  });

  it('says what restarts', () => {
    const text = rowsOf(pressing(open(), ['j', 'j']).ui).join('\n');
    match(text, /^>\* +3 {2}restart-kube-apiserver/m);
    match(text, /^ risk +restarts kube-apiserver$/m);
    match(text, /^ way back +nothing to undo$/m);
  });

  it('shows what is left alone at the end, and what to do instead', () => {
    const text = rowsOf(pressing(open(), ['G']).ui).join('\n');
    match(text, /^> +ca +left alone +kubeadm renews no CA$/m);
    match(text, /^ instead +replace it by hand$/m);
    match(text, /^ +openssl x$/m);
  });

  it('asks before it runs; the default is No', () => {
    for (const key of ['r', 'enter']) {
      const asked = pressing(open(), [key]);
      deepStrictEqual(asked.effects, []);
      match(
        rowsOf(asked.ui).join(' ').replace(/\s+/g, ' '),
        /restart what still holds the old ones of kube-apiserver\?/,
      );
      deepStrictEqual(pressing(asked.ui, ['enter']).effects, []);
      deepStrictEqual(pressing(asked.ui, ['y']).effects, [{ do: 'apply', plan: PLAN }]);
    }
  });

  it('is left by q', () => {
    deepStrictEqual(pressing(open(), ['q']).effects, [{ do: 'quit' }]);
  });

  it('copies the command of the step, where it has one', () => {
    deepStrictEqual(pressing(open(), ['y']).effects, [{ do: 'copy', text: 'kubeadm certs renew renew-apiserver' }]);
    const none = pressing(open(), ['j', 'y']);
    deepStrictEqual(none.effects, []);
    match(rowsOf(none.ui).at(-1) ?? '', /no command to copy/);
  });

  for (const [name, size] of Object.entries(WINDOW)) {
    it(`fits the ${name} window, with the chosen step in sight`, () => {
      const { ui } = pressing(open(size), Array<string>(25).fill('j'));
      const rows = rowsOf(ui);
      strictEqual(rows.length, size.rows);
      ok(rows.every((row) => row.length <= size.columns));
      strictEqual(rows.filter((row) => row.startsWith('>')).length, 1);
    });
  }

  it('is drawn by Ink', async () => {
    const { type, frame } = inInk(open());
    await type('jj');
    match(frame(), /^>\* +3 {2}restart-kube-apiserver/m);
  });
});
