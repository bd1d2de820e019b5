import assert from 'node:assert/strict';
import { backoffOf, nextTry, triesBefore } from '../../../../src/core/snapshot/cert-manager/backoff.ts';
import { renewalTime } from '../../../../src/core/snapshot/cert-manager/renewal-time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const life = (lifetime: number) => ({ notBefore: 0, notAfter: lifetime });

describe('the renewal time', () => {
  const cases: [what: string, spec: object, lifetime: number, at: number, by: string, ignored?: true][] = [
    ['two thirds of the lifetime where nothing is said', {}, 90 * DAY, 60 * DAY, 'two thirds of its lifetime'],
    ['renewBefore', { renewBefore: '240h0m0s' }, 30 * DAY, 20 * DAY, 'renewBefore'],
    [
      'two thirds where renewBefore is the whole lifetime',
      { renewBefore: '720h' },
      30 * DAY,
      20 * DAY,
      'two thirds of its lifetime',
      true,
    ],
    ['renewBefore where it is a second shorter', { renewBefore: '719h59m59s' }, 30 * DAY, 1000, 'renewBefore'],
    ['the percentage that is left', { renewBeforePercentage: 25 }, 100 * DAY, 75 * DAY, 'renewBeforePercentage'],
    [
      'the percentage where renewBefore is too long',
      { renewBefore: '2400h', renewBeforePercentage: 50 },
      100 * DAY,
      50 * DAY,
      'renewBeforePercentage',
      true,
    ],
    [
      'two thirds for a percentage that is none',
      { renewBeforePercentage: 100 },
      90 * DAY,
      60 * DAY,
      'two thirds of its lifetime',
    ],
    [
      'renewBefore alone where both are said',
      { renewBefore: '24h', renewBeforePercentage: 50 },
      90 * DAY,
      89 * DAY,
      'renewBefore',
    ],
  ];
  for (const [what, spec, lifetime, at, by, ignored] of cases) {
    it(`is ${what}`, () => {
      const found = renewalTime(spec, life(lifetime));
      assert.deepEqual([found.at, found.by, found.ignored !== undefined], [at, by, ignored ?? false]);
    });
  }

  it('is a whole second', () => {
    assert.equal(renewalTime({}, { notBefore: 0, notAfter: 10_000 }).at, 6000);
  });
});

describe('the back-off', () => {
  const failed = (failedIssuanceAttempts: number) => ({
    lastFailureTime: new Date(0).toISOString(),
    failedIssuanceAttempts,
    issuing: { status: 'False', reason: 'Failed', message: '' },
  });
  const next = (attempts: number, controllers: Parameters<typeof backoffOf>[0] = []) =>
    nextTry(failed(attempts) as never, backoffOf(controllers));

  it('doubles from an hour to 32', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 20].map((attempts) => next(attempts)),
      [1, 2, 4, 8, 16, 32, 32, 32].map((hours) => hours * HOUR),
    );
  });

  it("is the controller's where its flags say otherwise", () => {
    const flags = {
      'certificate-request-minimum-backoff-duration': '10m',
      'certificate-request-maximum-backoff-duration': '1h',
    };
    const controller = {
      kind: 'Deployment',
      namespace: 'c',
      name: 'c',
      product: 'cert-manager',
      replicas: 1,
      ready: 1,
      flags,
    } as const;
    assert.deepEqual(
      [1, 2, 6].map((attempts) => next(attempts, [controller])),
      [HOUR / 6, HOUR / 3, HOUR],
    );
  });

  it('holds nothing back while an issuance runs, or where none has failed', () => {
    assert.equal(nextTry({ ...failed(1), issuing: { status: 'True', reason: 'x', message: '' } } as never), undefined);
    assert.equal(nextTry({} as never), undefined);
  });

  it('leaves a certificate of 160 hours five more tries after the first failure at two thirds', () => {
    const first = (160 * HOUR * 2) / 3;
    assert.equal(triesBefore(160 * HOUR, { next: first + HOUR, attempts: 1 }), 5);
    assert.equal(triesBefore(first, { next: first + HOUR, attempts: 1 }), 0);
  });
});
