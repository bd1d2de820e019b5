import assert from 'node:assert/strict';
import type { Diagnosis, RootCause } from '../../../../src/core/model/diagnosis.ts';
import { manualStep } from '../../../../src/core/model/step.ts';
import { DIAGNOSIS_FORMS } from '../../../../src/core/report/diagnosis/forms.ts';
import { viewDiagnosis } from '../../../../src/core/view/diagnosis.ts';
import { assertMatchesSchema } from '../../../support/schema.ts';

const AT = '2026-11-22T09:00:00Z';
const EVIL = '<script>alert(1)</script> ![x](http://evil) \u001b[31mred\u001b[0m `tick`';

const CAUSE: RootCause = {
  code: 'CERT_EXPIRED',
  title: 'a certificate has expired',
  confidence: 'high',
  why: 'the symptom names it',
  layer: 'ingress',
  object: 'secret/web/a#tls.crt',
  also: ['tls://192.0.2.1:443#a.example'],
  message: `certificate a.example expired; ${EVIL}`,
  evidence: [{ fact: 'it ends yesterday', source: 'secrets', at: AT, command: 'kubectl get secrets -A' }],
  against: [],
  chain: [{ code: 'SERVED_DIFFERS_FROM_STORED', object: 'tls://192.0.2.1:443', message: 'the old one is served' }],
  impact: 'every visitor is refused',
  fix: [manualStep('renew', 'renew it', ['cmctl', 'renew', 'a', '-n', 'web'], 'restart')],
  verify: [manualStep('see', 'look again', ['kubectl', 'certs', 'check', 'secret/web/a'])],
  prevent: ['let a manager renew it'],
};

const DIAGNOSIS: Diagnosis = {
  symptom: { text: `x509: ${EVIL}`, playbooks: [{ id: 'host', title: 'a host is refused' }], names: ['a.example'] },
  verdict: 'root-cause-found',
  headline: CAUSE.message,
  rootCauses: [CAUSE],
  otherCauses: [],
  ruledOut: [{ code: 'CLOCK_SKEW', title: 'a clock is wrong', why: 'all clocks agree', evidence: [] }],
  open: [
    { code: 'KEY_MISMATCH', title: 'a key does not match', missing: 'the key could not be read', command: 'ls -l' },
  ],
  redHerrings: [
    {
      code: 'CERT_EXPIRING',
      object: 'secret/web/b#tls.crt',
      message: 'b ends in 20 days',
      why: 'nothing fails because of it today',
    },
  ],
  checked: [
    {
      id: 'host/served',
      playbook: 'host',
      question: 'Is it served?',
      command: 'openssl s_client',
      outcome: 'failed',
      answer: 'no',
    },
  ],
  next: [{ title: 'look at the network', command: 'ping a.example' }],
  coverage: [
    {
      source: 'nodes',
      layer: 'cluster',
      state: 'denied',
      reason: 'nodes is forbidden',
      unknown: 'nodes',
      at: AT,
      command: 'kubectl get nodes',
    },
  ],
};

const print = (id: string, diagnosis: Diagnosis = DIAGNOSIS) =>
  DIAGNOSIS_FORMS.find((form) => form.id === id)!.print(viewDiagnosis(diagnosis, { takenAt: AT, evaluatedAt: AT }), {
    color: false,
    columns: 80,
  });

describe('a diagnosis in every form', () => {
  it('is a document of the shipped schema', () => assertMatchesSchema(JSON.parse(print('json'))));

  for (const id of ['text', 'md', 'html', 'yaml']) {
    it(`tells as ${id} the cause, its evidence and source, the fix with its risk, and what it is not`, () => {
      const text = print(id).replace(/\\/g, '').replace(/\s+/g, ' ');
      for (const part of [
        'CERT_EXPIRED',
        'it ends yesterday',
        'kubectl get secrets -A',
        'restart',
        'every visitor is refused',
        'b ends in 20 days',
        'all clocks agree',
        'nodes is forbidden',
      ]) {
        assert.ok(text.includes(part), `${part} is not in ${text}`);
      }
    });

    it(`lets nothing act that others wrote, as ${id}`, () => {
      assert.doesNotMatch(print(id), /\u001b/);
    });
  }

  it('is a page that needs nothing else and runs nothing', () => {
    const page = print('html');
    assert.doesNotMatch(page, /<script|<img|<link|src=|href=|url\(/i);
    assert.match(page, /&lt;script&gt;/);
  });

  it('is no markup in Markdown', () => assert.doesNotMatch(print('md'), /(?<!\\)!\[x\]|(?<!\\)<script/));

  it('keeps commands whole in text, whatever the width', () => {
    assert.match(print('text'), /^ +\$ cmctl renew a -n web$/m);
  });

  it('says where to look next where no certificate is at fault', () => {
    const healthy: Diagnosis = {
      ...DIAGNOSIS,
      verdict: 'no-fault',
      headline: 'no certificate fault found',
      rootCauses: [],
    };
    assert.match(print('text', healthy), /look at the network/);
    assert.doesNotMatch(print('text'), /look at the network/);
  });
});
