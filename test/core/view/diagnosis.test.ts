import assert from 'node:assert/strict';
import type { CheckedStep, Diagnosis } from '../../../src/core/model/diagnosis.ts';
import { viewDiagnosis } from '../../../src/core/view/diagnosis.ts';

const AT = '2026-11-29T06:00:00.000Z';

const step = (question: string, outcome: CheckedStep['outcome'], command = 'kubectl certs check'): CheckedStep => ({
  id: question,
  playbook: 'check',
  question,
  command,
  outcome,
  answer: 'so it is',
});

function linesUnder(title: string, diagnosis: Partial<Diagnosis>): string[] {
  const whole: Diagnosis = {
    verdict: 'no-fault',
    headline: 'nothing',
    symptom: { text: '', playbooks: [], names: [] },
    rootCauses: [],
    otherCauses: [],
    redHerrings: [],
    ruledOut: [],
    open: [],
    checked: [],
    next: [],
    coverage: [],
    ...diagnosis,
  } as unknown as Diagnosis;
  const block = viewDiagnosis(whole, { takenAt: AT, evaluatedAt: AT }).blocks.find((one) => one.title === title);
  return (block?.lines ?? []).map(({ kind, text, aside }) => `${kind} ${text}${aside ? ` (${aside})` : ''}`);
}

describe('a diagnosis to read', () => {
  it('tells many questions that passed in one breath, and the others each', () => {
    const checked = [
      ...['a', 'b', 'c', 'd'].map((name) => step(`Is it so that ${name} holds?`, 'pass')),
      step('Is it so that e holds?', 'failed'),
      step('Is f there?', 'pass', 'kubectl get f'),
    ];
    assert.deepEqual(linesUnder('What was asked', { checked }), [
      'item Is it so that e holds? (failed: so it is)',
      'command kubectl certs check',
      'item Is f there? (pass: so it is)',
      'command kubectl get f',
      'item Passed: a holds; b holds; c holds; d holds',
      'command kubectl certs check',
    ]);
  });

  it('says once where facts are from that were read together', () => {
    const evidence = ['one', 'two', 'three'].map((fact) => ({
      fact,
      source: fact === 'two' ? 'pods' : 'secrets',
      at: AT,
      command: 'kubectl get',
    }));
    const cause = {
      code: 'X',
      object: 'o',
      also: [],
      chain: [],
      evidence,
      against: [],
      impact: '',
      fix: [],
      verify: [],
      prevent: [],
    };
    assert.deepEqual(linesUnder('Evidence', { rootCauses: [cause as never] }), [
      'item one',
      `item three (secrets, ${AT}: kubectl get)`,
      `item two (pods, ${AT}: kubectl get)`,
    ]);
  });
});
