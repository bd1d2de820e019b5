import assert from 'node:assert/strict';
import type { CertificateFact, IssuerFact } from '../../../src/core/model/facts.ts';
import { whyNotNow } from '../../../src/core/plan/reissue-refusal.ts';
import { nextTry } from '../../../src/core/snapshot/cert-manager/backoff.ts';
import { NOW } from '../../support/fake-ports.ts';
import { certificateFact, HOUR, inventoryOf, iso, issuerFact, type Kept } from './reissue-world.ts';

const failed = (attempts: number, ago: number): Partial<CertificateFact> => ({
  issuing: { status: 'False', reason: 'Failed', message: 'The certificate request has failed' },
  lastFailureTime: iso(NOW - ago),
  failedIssuanceAttempts: attempts,
});

async function refusalOf(certificate: CertificateFact, issuers?: readonly IssuerFact[], others: readonly Kept[] = []) {
  const inventory = await inventoryOf([{ certificate, ends: 9 }, ...others], issuers);
  return whyNotNow({ certificate, inventory, now: NOW });
}

describe('a re-issue is refused', () => {
  const cases: readonly (readonly [when: string, more: Partial<CertificateFact>, issuers: IssuerFact[], RegExp])[] = [
    [
      'while an issuance runs',
      {
        issuing: { status: 'True', reason: 'Renewing', message: 'Renewing certificate' },
        issuingSince: iso(NOW - HOUR / 2),
      },
      [issuerFact('acme')],
      /^cert-manager is issuing it since 2026-11-24T11:30:00Z \(30m ago\): Renewing$/,
    ],
    [
      'while back-off lasts, with the moment of the next try',
      failed(3, HOUR),
      [issuerFact('acme')],
      /^its last 3 issuances failed, the last one 60m ago: The certificate request has failed; cert-manager tries again in 3h \(2026-11-24T15:00:00Z\)$/,
    ],
    ['while its issuer is missing', {}, [], /^Issuer acme does not exist$/],
    [
      'while its issuer is in another namespace only',
      {},
      [issuerFact('acme', { namespace: 'other' })],
      /^Issuer acme does not exist$/,
    ],
    [
      'while its issuer is not ready',
      {},
      [issuerFact('acme', { ready: { status: 'False', reason: 'ErrRegisterACMEAccount', message: 'no such host' } })],
      /^Issuer acme is not ready: ErrRegisterACMEAccount: no such host$/,
    ],
    [
      'while its issuer says nothing',
      {},
      [{ kind: 'Issuer', namespace: 'shop', name: 'acme', type: 'acme' }],
      /^Issuer acme has not said yet whether it is ready/,
    ],
    [
      'while a ClusterIssuer of that name is another kind',
      { issuer: { name: 'acme', kind: 'ClusterIssuer', group: 'cert-manager.io' } },
      [issuerFact('acme')],
      /^ClusterIssuer acme does not exist$/,
    ],
  ];
  for (const [when, more, issuers, reason] of cases) {
    it(when, async () => {
      const refusal = await refusalOf(certificateFact('web', more), issuers);
      assert.match(refusal?.reason ?? 'not refused', reason);
      assert.ok(refusal?.instead.every(({ title, command }) => title !== '' && command.length > 0));
    });
  }

  it('while issuers could not be read, saying why', async () => {
    const certificate = certificateFact('web');
    const inventory = await inventoryOf([{ certificate, ends: 9 }], []);
    const { snapshot } = inventory;
    const coverage = [{ ...snapshot.coverage[0]!, source: 'issuers', state: 'denied' as const, reason: 'forbidden' }];
    const refusal = whyNotNow({
      certificate,
      inventory: { ...inventory, snapshot: { ...snapshot, coverage } },
      now: NOW,
    });
    assert.equal(refusal?.reason, 'Issuer acme could not be read: forbidden');
  });

  describe('of a shared Secret', () => {
    const shared = (name: string, created: number, more: Partial<CertificateFact> = {}) =>
      certificateFact(name, { secretName: 'shared', created: iso(created), ...more });
    const owners: readonly (readonly [what: string, written: string | undefined, owner: string])[] = [
      ['to whom its annotation names', 'young', 'young'],
      ['to the oldest where the annotation names nobody', undefined, 'old'],
      ['to the oldest where the annotation names one that has gone', 'gone', 'old'],
    ];
    for (const [what, written, owner] of owners) {
      it(`unless it belongs to it: ${what}`, async () => {
        const all = [shared('young', NOW - HOUR), shared('old', NOW - 9 * HOUR)];
        const inventory = await inventoryOf([
          { certificate: all[0]!, ends: 9, secret: { certificateName: written as string } },
          { certificate: all[1]! },
        ]);
        for (const certificate of all) {
          const refusal = whyNotNow({ certificate, inventory, now: NOW });
          if (certificate.name === owner) assert.equal(refusal, undefined);
          else assert.match(refusal?.reason ?? '', new RegExp(`^Secret shared belongs to Certificate ${owner}, `));
        }
      });
    }

    it('and not for one of that name elsewhere', async () => {
      const other = { certificate: shared('aa', NOW - 99 * HOUR, { namespace: 'other' }), ends: 9 };
      assert.equal(await refusalOf(shared('web', NOW), undefined, [other]), undefined);
    });
  });
});

describe('a re-issue is not refused', () => {
  const cases: readonly (readonly [when: string, more: Partial<CertificateFact>])[] = [
    ['when all is well', {}],
    ['when the delay after a failure is over', failed(1, HOUR)],
    ['when renewal by itself is off', { renewalDisabled: true }],
    ['when an issuance was finished and said so', { issuing: { status: 'False', reason: 'Issued', message: '' } }],
    ['by an issuer of another group, which is not read', { issuer: { name: 'x', kind: 'Step', group: 'step.sm' } }],
  ];
  for (const [when, more] of cases) {
    it(when, async () => assert.equal(await refusalOf(certificateFact('web', more)), undefined));
  }
});

describe('the next try after failures', () => {
  const delays: readonly (readonly [attempts: number, hours: number])[] = [
    [1, 1],
    [2, 2],
    [3, 4],
    [5, 16],
    [6, 32],
    [7, 32],
    [60, 32],
  ];
  for (const [attempts, hours] of delays) {
    it(`comes ${hours} hours after number ${attempts}`, () => {
      assert.equal(nextTry(certificateFact('web', failed(attempts, 0))), NOW + hours * HOUR);
    });
  }

  it('comes never where nothing has failed', () => assert.equal(nextTry(certificateFact('web')), undefined));
});
