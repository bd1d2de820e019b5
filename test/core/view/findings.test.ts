import assert from 'node:assert/strict';
import type { Finding } from '../../../src/core/model/finding.ts';
import { manualStep } from '../../../src/core/model/step.ts';
import { arrangeFindings, viewFindings } from '../../../src/core/view/findings.ts';
import { NOW } from '../../support/fake-ports.ts';
import { assertMatchesSchema } from '../../support/schema.ts';

const at = new Date(NOW).toISOString();

function finding(code: string, placement: string, explainedBy?: Finding['explainedBy']): Finding {
  return {
    code,
    severity: 'critical',
    layer: 'ingress',
    placement,
    message: `${code} in ${placement} is wrong`,
    evidence: [{ fact: 'it ended', source: 'secrets', at, command: 'kubectl get secret' }],
    impact: 'users see it',
    fix: [manualStep('renew', 'renew it', ['cmctl', 'renew', 'app'])],
    ...(explainedBy && { explainedBy }),
  };
}

describe('the view of findings', () => {
  const cause = finding('CERT_EXPIRED', 'secret/a#tls.crt');
  const effect = finding('CHAIN_UNTRUSTED', 'tls://a:443', { code: 'CERT_EXPIRED', placement: 'secret/a#tls.crt' });
  const orphan = finding('KEY_MISMATCH', 'secret/b#tls.crt', { code: 'GONE', placement: 'nowhere' });

  it('puts what a finding explains under it', () => {
    const order = arrangeFindings([effect, orphan, cause]).map(({ finding: { code }, depth }) => [code, depth]);
    assert.deepEqual(order, [
      ['KEY_MISMATCH', 0],
      ['CERT_EXPIRED', 0],
      ['CHAIN_UNTRUSTED', 1],
    ]);
  });

  const options = { now: NOW, takenAt: at, coverage: [], acceptances: [], certificates: 3 };
  const result = {
    status: 'critical',
    summary: { critical: 3, warning: 0, info: 0, unknown: 0 },
    findings: [cause, effect, orphan],
  } as const;

  it('ends with the verdict in one line', () => {
    assert.match(
      viewFindings(result, options).notes.at(-1)?.text ?? '',
      /^critical: 3 critical in 3 certificates; sources: /,
    );
    const nothing = { status: 'ok', summary: { critical: 0, warning: 0, info: 0, unknown: 0 }, findings: [] } as const;
    assert.match(viewFindings(nothing, options).notes.at(-1)?.text ?? '', /^ok: nothing found in 3 certificates/);
  });

  it('does not say the place twice in a row', () => {
    const [row] = viewFindings(result, options).sections[0].rows;
    assert.deepEqual(row?.cells.slice(1, 4), ['CERT_EXPIRED', 'secret/a#tls.crt', 'CERT_EXPIRED is wrong']);
  });

  it('shows the commands of the fix in the wide columns', () => {
    assert.equal(viewFindings(result, options).sections[0].rows[0]?.cells[6], 'renew it: cmctl renew app');
  });

  it('makes a document that the shipped schema describes', () =>
    assertMatchesSchema(viewFindings(result, options).document));
});
