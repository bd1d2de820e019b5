import assert from 'node:assert/strict';
import type { CauseDefinition, PlaybookStep } from '../../../src/core/diagnose/playbook.ts';
import { want } from '../../../src/core/diagnose/requests.ts';
import { NOW } from '../../support/fake-ports.ts';
import type { ReadingSpec } from '../../support/snapshot.ts';
import { playbookOf, said, secretsFor } from './engine.ts';

const EXPIRED = 'curl: (60) SSL certificate problem: certificate has expired';

const NO_BACKEND: CauseDefinition = {
  code: 'NO_BACKEND',
  severity: 'warning',
  layer: 'ingress',
  fault: false,
  title: 'nothing stands behind it',
  meaning: 'requests end in 503',
  prove: ['kubectl get endpointslices'],
  fix: ['start it'],
  source: 'test',
  since: '0.1.0',
};

/** A step that says what a test wants. */
function stepOf(parts: Partial<PlaybookStep>): PlaybookStep {
  return { id: 'step', question: 'Is it?', command: () => 'look', sources: [], judge: () => [], ...parts };
}

describe('diagnose', () => {
  it('keeps the hosts apart: whoever asked for one is not hindered by what is wrong with another', async () => {
    const readings = [await secretsFor({ 'a.example.com': -1, 'b.example.com': -2 })];
    const { diagnosis } = said(readings, { text: `${EXPIRED} (https://b.example.com)` });
    assert.equal(diagnosis.verdict, 'root-cause-found');
    assert.deepEqual(
      diagnosis.rootCauses.map(({ object, confidence }) => [object, confidence]),
      [['secret/web/b-example-com#tls.crt', 'high']],
    );
    assert.deepEqual(
      diagnosis.redHerrings.filter(({ code }) => code === 'CERT_EXPIRED').map(({ object }) => object),
      ['secret/web/a-example-com#tls.crt'],
    );
  });

  it('calls no cause what is true and breaks nothing today', async () => {
    const { diagnosis } = said([await secretsFor({ 'a.example.com': 3 })], {
      text: 'the page is slow',
    });
    assert.equal(diagnosis.verdict, 'no-fault');
    assert.deepEqual(diagnosis.rootCauses, []);
    assert.ok(diagnosis.redHerrings.some(({ code }) => code === 'CERT_EXPIRING'));
  });

  it('does not blame what would show as another error', async () => {
    const { diagnosis } = said([await secretsFor({ 'a.example.com': -1 })], {
      text: 'x509: certificate is valid for x.example.org, not y.example.org',
    });
    assert.equal(diagnosis.verdict, 'undecided');
    assert.deepEqual(diagnosis.rootCauses, []);
    assert.ok(diagnosis.redHerrings.some(({ code }) => code === 'CERT_EXPIRED'));
  });

  it('is undecided while something that matters could not be read', async () => {
    const denied = {
      source: 'nodes',
      layer: 'cluster',
      fill: (reading: { end(state: 'denied', reason: string): void }) => reading.end('denied', 'nodes is forbidden'),
    } as const;
    const { diagnosis } = said([await secretsFor({ 'a.example.com': 60 }), denied]);
    assert.equal(diagnosis.verdict, 'undecided');
    assert.match(diagnosis.headline, /nodes is forbidden/);
  });

  it('says plainly that nothing is wrong, what it looked at and where to look next', async () => {
    const { diagnosis } = said([await secretsFor({ 'a.example.com': 60 })]);
    assert.equal(diagnosis.verdict, 'no-fault');
    assert.ok(diagnosis.checked.some(({ outcome }) => outcome === 'pass'));
    assert.ok(diagnosis.next.length > 0);
  });

  it('takes everything critical for a cause where no symptom is given', async () => {
    const { diagnosis } = said([await secretsFor({ 'a.example.com': -1, 'b.example.com': 3 })]);
    assert.deepEqual(
      diagnosis.rootCauses.map(({ object }) => object),
      ['secret/web/a-example-com#tls.crt'],
    );
  });

  it('takes a warning of what is refused today for a cause where nothing worse is found, and is not sure of it', () => {
    const pending: ReadingSpec = {
      source: 'csrs',
      layer: 'cluster',
      fill: (reading) =>
        reading.fact('csr', {
          name: 'csr-1',
          state: 'pending',
          signerName: 'kubernetes.io/kubelet-serving',
          username: 'system:node:a',
          created: new Date(NOW - 3 * 3_600_000).toISOString(),
          usages: ['server auth'],
          dnsNames: ['a'],
          ipAddresses: [],
        } as never),
    };
    const { diagnosis } = said([pending]);
    assert.deepEqual(
      diagnosis.rootCauses.map(({ code, confidence }) => [code, confidence]),
      [['CSR_PENDING', 'medium']],
    );
    const elsewhere = said([pending], { text: 'dial tcp 10.0.0.1:443: i/o timeout' });
    assert.deepEqual(elsewhere.diagnosis.rootCauses, []);
    const opaque = said([pending], { text: 'the page is slow' }).diagnosis;
    assert.deepEqual([opaque.verdict, opaque.rootCauses[0]?.confidence], ['undecided', 'low']);
  });

  it('says of a text that nothing points to that it was not understood, and what was checked anyway', async () => {
    const healthy = said([await secretsFor({ 'a.example.com': 60 })], { text: 'the lamp hums' }).diagnosis;
    assert.equal(healthy.verdict, 'no-fault');
    assert.match(
      healthy.headline,
      /^no certificate fault found by \d+ checks of every layer; the text was not understood/,
    );
    const broken = said([await secretsFor({ 'a.example.com': -1 })], { text: 'the lamp hums' }).diagnosis;
    assert.deepEqual(
      broken.rootCauses.map(({ code, confidence }) => [code, confidence]),
      [['CERT_EXPIRED', 'medium']],
    );
    assert.match(broken.headline, /was not understood/);
    const named = said([await secretsFor({ 'a.example.com': 60 })], { text: 'a.example.com hums' }).diagnosis;
    assert.equal(named.headline, 'no certificate fault found that shows as this');
  });

  it('understands a target as well as a text', async () => {
    const targets = [
      { kind: 'object', text: 'ingress/b-example-com', objectKind: 'ingress', name: 'b-example-com', namespace: 'web' },
    ] as const;
    const { diagnosis } = said([await secretsFor({ 'a.example.com': -1, 'b.example.com': -1 })], { targets });
    assert.equal(diagnosis.rootCauses[0]?.object, 'secret/web/b-example-com#tls.crt');
  });

  it('lets another explanation end the search for a certificate, and names it', async () => {
    const step = stepOf({
      judge: ({ inventory }) => [
        {
          is: 'supports',
          code: NO_BACKEND.code,
          object: 'service/web/a',
          message: 'nothing stands behind service web/a',
          evidence: [inventory.evidence(0, 'no endpoint')],
        },
      ],
    });
    const playbook = playbookOf({ id: 'unavailable', patterns: [/503/], causes: [NO_BACKEND], steps: [step] });
    const { diagnosis } = said([await secretsFor({ 'a.example.com': 3 })], { text: '503 Service Unavailable' }, [
      playbook,
    ]);
    assert.equal(diagnosis.verdict, 'no-fault');
    assert.deepEqual(
      diagnosis.otherCauses.map(({ code, object }) => [code, object]),
      [['NO_BACKEND', 'service/web/a']],
    );
    assert.match(diagnosis.headline, /nothing stands behind/);
  });

  it('makes an effect of what a cause explains, and shows the chain', async () => {
    const cause: CauseDefinition = { ...NO_BACKEND, code: 'NOBODY_RENEWS', severity: 'critical' };
    const { fault: _, ...fault } = cause;
    const step = stepOf({
      judge: ({ findings, inventory }) =>
        findings
          .filter(({ code }) => code === 'CERT_EXPIRED')
          .map(({ code, placement }) => ({
            is: 'supports',
            code: fault.code,
            object: 'deployment/web/renewer',
            message: 'the renewer is gone',
            evidence: [inventory.evidence(0, 'gone')],
            explains: [{ code, placement }],
          })),
    });
    const playbook = playbookOf({ id: 'expired', patterns: [/expired/], causes: [fault], steps: [step] });
    const { diagnosis } = said([await secretsFor({ 'a.example.com': -1 })], { text: EXPIRED }, [playbook]);
    const [first] = diagnosis.rootCauses;
    assert.deepEqual(
      [first?.code, first?.chain.map(({ code }) => code), diagnosis.rootCauses.length],
      ['NOBODY_RENEWS', ['CERT_EXPIRED'], 1],
    );
  });

  it('follows the edges that say which cause hides which', async () => {
    const readings = [await secretsFor({ 'a.example.com': -1 })];
    const both = stepOf({
      judge: ({ inventory }) =>
        ['FIRST_CAUSE', 'SECOND_CAUSE'].map((code) => ({
          is: 'supports',
          code,
          object: 'pod/web/a',
          message: code,
          evidence: [inventory.evidence(0, code)],
        })),
    });
    const causes = ['FIRST_CAUSE', 'SECOND_CAUSE']
      .map((code): CauseDefinition => ({ ...NO_BACKEND, code, severity: 'critical', layer: 'ingress' }))
      .map(({ fault: _, ...one }) => one);
    const playbook = playbookOf({
      id: 'both',
      patterns: [/broken/],
      causes,
      steps: [both],
      hides: [{ cause: 'SECOND_CAUSE', hidden: 'FIRST_CAUSE' }],
    });
    const { diagnosis } = said(readings, { text: 'it is broken' }, [playbook]);
    assert.deepEqual(diagnosis.rootCauses.map(({ code }) => code).slice(0, 1), ['SECOND_CAUSE']);
    assert.ok(!diagnosis.rootCauses.some(({ code }) => code === 'FIRST_CAUSE'));
  });

  it('is less sure where the evidence fits other causes too', async () => {
    const { fault: _, ...cause } = { ...NO_BACKEND, code: 'A_HINT', severity: 'critical' as const };
    const step = stepOf({
      judge: ({ inventory }) => [
        {
          is: 'supports',
          code: cause.code,
          object: 'pod/web/a',
          message: 'perhaps',
          evidence: [inventory.evidence(0, 'a hint')],
          decisive: false,
        },
      ],
    });
    const playbook = playbookOf({ id: 'hint', patterns: [/odd/], causes: [cause], steps: [step] });
    const { diagnosis } = said([await secretsFor({ 'a.example.com': 60 })], { text: 'something odd' }, [playbook]);
    assert.equal(diagnosis.rootCauses[0]?.confidence, 'medium');
  });

  it('wants what its steps want until it was asked, and only where the symptom points to them', async () => {
    const request = want.podLog({ namespace: 'web', pod: 'a' }, 'what it says');
    const playbook = playbookOf({ id: 'asks', patterns: [/odd/], steps: [stepOf({ wants: () => [request] })] });
    const readings = [await secretsFor({ 'a.example.com': 60 })];
    assert.deepEqual(said(readings, { text: 'something odd' }, [playbook]).wanted, [request]);
    assert.deepEqual(said(readings, { text: 'something else' }, [playbook]).wanted, []);
    const asked = { source: 'pod-logs', command: 'kubectl logs -n web a --tail=200' };
    assert.deepEqual(said([...readings, asked], { text: 'something odd' }, [playbook]).wanted, []);
  });

  it('says of a step whose source is denied that its answer is unknown, and leaves its causes open', async () => {
    const step = stepOf({ sources: ['pods'], causes: [NO_BACKEND.code] });
    const playbook = playbookOf({ id: 'denied', patterns: [/odd/], causes: [NO_BACKEND], steps: [step] });
    const denied = {
      source: 'pods',
      fill: (reading: { end(state: 'denied', reason: string): void }) => reading.end('denied', 'pods is forbidden'),
    };
    const { diagnosis } = said([denied], { text: 'something odd' }, [playbook]);
    assert.equal(diagnosis.verdict, 'undecided');
    assert.equal(diagnosis.checked[0]?.outcome, 'unknown');
    assert.deepEqual(
      diagnosis.open.map(({ code }) => code),
      [NO_BACKEND.code],
    );
  });

  it('gives the same answer whatever the order of the readings', async () => {
    const readings = [await secretsFor({ 'a.example.com': -1 }), await secretsFor({ 'b.example.com': -2 })];
    const causes = (list: typeof readings) =>
      said(list, { text: EXPIRED }).diagnosis.rootCauses.map(({ object }) => object);
    assert.deepEqual(causes(readings), causes(readings.toReversed()));
  });
});
