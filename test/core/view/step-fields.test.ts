import { deepStrictEqual } from 'node:assert/strict';
import type { Expectation, PlannedStep } from '../../../src/core/model/plan.ts';
import { manualStep } from '../../../src/core/model/step.ts';
import { manualFields, skippedFields, stepFields } from '../../../src/core/view/step-fields.ts';

const STEP: PlannedStep = { ...manualStep('a', 'do a', ['mv', 'a b', 'c']), target: 'kubelet', rollback: null };
const textOf = (step: PlannedStep, label: string) => stepFields(step).find((field) => field.label === label)?.text;

describe('the fields of a planned step', () => {
  const proofs: [expectation: Expectation, proof: string][] = [
    [{ is: 'leaf', ref: 'file:x', sha256: 'ab' }, 'file:x still holds the same certificate'],
    [{ is: 'new-leaf', ref: 'file:x', before: 'ab' }, 'file:x holds a new certificate'],
    [{ is: 'same-leaf', ref: 'tls://x', as: 'file:x' }, 'tls://x shows what file:x holds'],
    [{ is: 'key-match', ref: 'file:x' }, 'file:x and its key belong together'],
    [{ is: 'ends-after', ref: 'file:x', at: 0 }, 'file:x ends after 1970-01-01T00:00:00Z'],
    [{ is: 'process-newer', program: 'etcd', path: '/x' }, 'etcd started after /x changed'],
  ];
  for (const [expectation, proof] of proofs) {
    it(`say how it is proven: ${expectation.is}`, () => {
      deepStrictEqual(textOf({ ...STEP, verify: { requests: [], expect: [expectation] } }, 'proof'), proof);
    });
  }

  for (const [risk, text] of [
    ['none', 'none: nothing stops serving'],
    ['restart', 'restarts kubelet'],
    ['outage', 'outage: what needs it stops until the step is done'],
  ] as const) {
    it(`say what it risks: ${risk}`, () => deepStrictEqual(textOf({ ...STEP, risk }, 'risk'), text));
  }

  it('have the command as it is typed', () => deepStrictEqual(textOf(STEP, 'command'), "mv 'a b' c"));
});

describe('the fields of other steps', () => {
  it('of one that a person runs have no target', () => {
    deepStrictEqual(manualFields(manualStep('a', 'do a', [], 'restart')), [
      { label: 'what', text: 'do a' },
      { label: 'risk', text: 'restarts what it names', tone: 'warning' },
    ]);
  });

  it('of what is left alone have what to do instead, in order', () => {
    const instead = [manualStep('a', 'first', ['x']), manualStep('b', 'second')];
    deepStrictEqual(skippedFields({ target: 'ca', reason: 'no', instead }), [
      { label: 'target', text: 'ca' },
      { label: 'left alone', text: 'no' },
      { label: 'instead', text: 'first' },
      { label: '', text: 'x', command: true },
      { label: 'then', text: 'second' },
    ]);
  });
});
