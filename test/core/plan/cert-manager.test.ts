import assert from 'node:assert/strict';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { certManager } from '../../../src/core/plan/cert-manager.ts';
import { makePlan } from '../../../src/core/plan/make-plan.ts';
import type { RenewalRequest } from '../../../src/core/plan/plan-maker.ts';
import type { Inventory } from '../../../src/core/snapshot/inventory.ts';
import { viewPlan } from '../../../src/core/view/plan.ts';
import { NOW } from '../../support/fake-ports.ts';
import { assertMatchesSchema } from '../../support/schema.ts';
import { certificateFact, DAY, inventoryOf, issuerFact, leafEnding } from './reissue-world.ts';

const requestOf = (inventory: Inventory, more: Partial<RenewalRequest> = {}): RenewalRequest => ({
  inventory,
  policy: DEFAULT_POLICY,
  now: NOW,
  all: true,
  names: [],
  refs: new Set(),
  pkiDir: '/etc/kubernetes',
  refresh: [],
  ...more,
});
const planOf = (inventory: Inventory, more: Partial<RenewalRequest> = {}) =>
  certManager.plan(requestOf(inventory, more));
const targetsOf = (inventory: Inventory, more: Partial<RenewalRequest> = {}) =>
  planOf(inventory, more).steps.map(({ target }) => target);

describe('the plan for what cert-manager keeps', () => {
  it('re-issues a Certificate as cmctl renew does and demands a new leaf with its own key', async () => {
    const inventory = await inventoryOf([{ certificate: certificateFact('web'), ends: 9 }]);
    const { certificate } = await leafEnding(9);
    const [step] = planOf(inventory).steps;
    assert.deepEqual(step?.command, ['cmctl', 'renew', 'web', '-n', 'shop']);
    assert.match(
      step.title,
      /^re-issue Certificate web in shop by Issuer acme, which expires in 9d \(2026-12-03T12:00:00Z\)$/,
    );
    assert.deepEqual([step.risk, step.rollback, step.target], ['none', null, 'certificate/shop/web']);
    assert.deepEqual(step.params, {
      namespace: 'shop',
      name: 'web',
      secretName: 'web',
      revision: '3',
      uid: 'uid-web',
      before: certificate.sha256,
    });
    const ref = 'secret/shop/web#tls.crt';
    assert.deepEqual(step.precheck?.expect, [{ is: 'leaf', ref, sha256: certificate.sha256 }]);
    assert.deepEqual(step.verify?.expect, [
      { is: 'new-leaf', ref, before: certificate.sha256 },
      { is: 'key-match', ref },
      { is: 'ends-after', ref, at: NOW },
    ]);
    assert.deepEqual(
      step.verify?.requests.map(({ source, params }) => [source, params]),
      [['secrets', { namespace: 'shop' }]],
    );
  });

  it('is a plan that the schema knows, and leaves nobody else anything to say of those Secrets', async () => {
    const inventory = await inventoryOf([
      { certificate: certificateFact('web'), ends: 9 },
      {
        certificate: certificateFact('busy', { issuing: { status: 'True', reason: 'Renewing', message: '' } }),
        ends: 8,
      },
    ]);
    const plan = makePlan(requestOf(inventory, { within: 30 * DAY }), 'run-1');
    assert.deepEqual(
      [plan.steps.map(({ target }) => target), plan.skipped.map(({ target }) => target)],
      [['certificate/shop/web'], ['certificate/shop/busy']],
    );
    assertMatchesSchema(viewPlan(plan).document);
  });

  describe('chooses', () => {
    const three = () =>
      inventoryOf(
        [
          { certificate: certificateFact('a'), ends: 9 },
          { certificate: certificateFact('b'), ends: 40 },
          {
            certificate: certificateFact('c', {
              namespace: 'other',
              issuer: { name: 'pub', kind: 'ClusterIssuer', group: 'cert-manager.io' },
            }),
            ends: 10,
          },
        ],
        [issuerFact('acme'), issuerFact('pub', { kind: 'ClusterIssuer' })],
      );

    const choices: readonly (readonly [what: string, request: Partial<RenewalRequest>, targets: string[]])[] = [
      ['all', {}, ['certificate/other/c', 'certificate/shop/a', 'certificate/shop/b']],
      ['what ends within a time', { within: 30 * DAY }, ['certificate/other/c', 'certificate/shop/a']],
      ['what is named by its Secret', { all: false, refs: new Set(['secret/shop/b#tls.crt']) }, ['certificate/shop/b']],
      [
        'what is named itself',
        { all: false, objects: [{ kind: 'certificate', name: 'a', namespace: 'shop' }] },
        ['certificate/shop/a'],
      ],
      [
        'what is named in any namespace',
        { all: false, objects: [{ kind: 'certificate', name: 'c' }] },
        ['certificate/other/c'],
      ],
      ['nothing of another kind by that name', { all: false, objects: [{ kind: 'ingress', name: 'a' }] }, []],
      ['nothing that was not asked for', { all: false }, []],
    ];
    for (const [what, request, targets] of choices) {
      it(what, async () => assert.deepEqual(targetsOf(await three(), request), targets));
    }

    it('of Certificates that share a Secret only the one that is named', async () => {
      const inventory = await inventoryOf([
        { certificate: certificateFact('owner', { secretName: 'shared' }), ends: 9 },
        { certificate: certificateFact('second', { secretName: 'shared' }) },
      ]);
      const refs = new Set(['secret/shop/shared#tls.crt']);
      const named = (name: string) => planOf(inventory, { all: false, refs, objects: [{ kind: 'certificate', name }] });
      assert.deepEqual(
        named('owner').steps.map(({ target }) => target),
        ['certificate/shop/owner'],
      );
      assert.deepEqual(named('second').steps, []);
      assert.deepEqual(
        named('second').skipped.map(({ target }) => target),
        ['certificate/shop/second'],
      );
    });
  });

  describe('orders', () => {
    const signedBy = (name: string) => ({ issuer: { name, kind: 'Issuer', group: 'cert-manager.io' } });
    const ca = (name: string, secretName: string, more = {}) =>
      issuerFact(name, { type: 'ca', caSecretName: secretName, ...more });

    it('roots before intermediates before leaves, whatever their names', async () => {
      const inventory = await inventoryOf(
        [
          { certificate: certificateFact('a-leaf', signedBy('int')), ends: 9 },
          {
            certificate: certificateFact('b-int', { isCA: true, secretName: 'int-pair', ...signedBy('root') }),
            ends: 10,
          },
          {
            certificate: certificateFact('c-root', { isCA: true, secretName: 'root-pair', ...signedBy('self') }),
            ends: 11,
          },
        ],
        [ca('int', 'int-pair'), ca('root', 'root-pair'), issuerFact('self', { type: 'selfSigned' })],
      );
      const { steps } = planOf(inventory);
      assert.deepEqual(
        steps.map(({ id, after, risk }) => [id, after, risk]),
        [
          ['reissue-shop-c-root', [], 'outage'],
          ['reissue-shop-b-int', ['reissue-shop-c-root'], 'outage'],
          ['reissue-shop-a-leaf', ['reissue-shop-b-int'], 'none'],
        ],
      );
      assert.match(steps[0]?.title ?? '', /what it signed needs re-issuing after it$/);
    });

    it('the CA of a ClusterIssuer by the name of its Secret, wherever it lies', async () => {
      const inventory = await inventoryOf(
        [
          {
            certificate: certificateFact('a', {
              issuer: { name: 'corp', kind: 'ClusterIssuer', group: 'cert-manager.io' },
            }),
            ends: 9,
          },
          {
            certificate: certificateFact('z', {
              namespace: 'zz',
              isCA: true,
              secretName: 'corp-pair',
              issuer: { name: 'self', kind: 'ClusterIssuer', group: 'cert-manager.io' },
            }),
            ends: 10,
          },
        ],
        [
          ca('corp', 'corp-pair', { kind: 'ClusterIssuer' }),
          issuerFact('self', { type: 'selfSigned', kind: 'ClusterIssuer' }),
        ],
      );
      assert.deepEqual(targetsOf(inventory), ['certificate/zz/z', 'certificate/shop/a']);
    });

    it('ends where a CA is said to sign itself', async () => {
      const inventory = await inventoryOf(
        [
          { certificate: certificateFact('a', { isCA: true, secretName: 'pair-a', ...signedBy('b') }), ends: 9 },
          { certificate: certificateFact('b', { isCA: true, secretName: 'pair-b', ...signedBy('a') }), ends: 10 },
        ],
        [ca('a', 'pair-a'), ca('b', 'pair-b')],
      );
      assert.equal(targetsOf(inventory).length, 2);
    });
  });

  it('leaves alone what could not be verified, with the reason', async () => {
    const inventory = await inventoryOf([{ certificate: certificateFact('web') }], undefined, (reading) =>
      reading.end('denied', 'secrets is forbidden'),
    );
    const [skipped] = planOf(inventory).skipped;
    assert.equal(
      skipped?.reason,
      'its Secret web could not be read (secrets is forbidden), so that a new certificate could not be verified',
    );
    assert.deepEqual(skipped.instead[0]?.command, ['cmctl', 'renew', 'web', '-n', 'shop']);
  });
});
