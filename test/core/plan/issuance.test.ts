import assert from 'node:assert/strict';
import type { IssuanceKind, IssuanceObject } from '../../../src/core/parse/kube/issuance.ts';
import { type IssuanceObjects, type IssuanceStart, judgeIssuance } from '../../../src/core/plan/issuance.ts';

const condition = (status: string, reason = '', message = '') => ({ status, reason, message });
const object = (uid: string, parts: Partial<IssuanceObject> = {}): IssuanceObject => ({
  uid,
  name: uid,
  owners: [],
  generation: 1,
  conditions: {},
  ...parts,
});
const objects = (parts: Partial<Record<IssuanceKind, IssuanceObject[]>> = {}): IssuanceObjects => {
  const byUid = (kind: IssuanceKind) => new Map((parts[kind] ?? []).map((each) => [each.uid, each]));
  return {
    certificate: byUid('certificate'),
    request: byUid('request'),
    order: byUid('order'),
    challenge: byUid('challenge'),
  };
};

const START: IssuanceStart = { revision: 1 };
const ISSUING = object('cert', { revision: 1, conditions: { Issuing: condition('True') } });
/** What a run that waits is told. */
const message = (all: Partial<Record<IssuanceKind, IssuanceObject[]>>) => {
  const state = judgeIssuance(ISSUING, START, objects(all));
  assert.equal(state.is, 'running');
  return state.is === 'running' ? state.message : '';
};

describe('how far an issuance is', () => {
  const cases: readonly [string, IssuanceObject | undefined, IssuanceStart, string][] = [
    ['is nowhere while nothing has begun', object('cert', { revision: 1 }), START, 'idle'],
    ['is gone with its Certificate', undefined, START, 'gone'],
    ['runs while the Certificate says so', ISSUING, START, 'running'],
    ['has ended well with a higher revision', object('cert', { revision: 2 }), START, 'issued'],
    ['is nowhere when the revision is that of the start', object('cert', { revision: 2 }), { revision: 2 }, 'idle'],
    [
      'has failed when that is said with a new time',
      object('cert', { revision: 1, lastFailureTime: 't2', conditions: { Issuing: condition('False', 'Failed') } }),
      { revision: 1, lastFailureTime: 't1' },
      'failed',
    ],
    [
      'has not failed anew by a failure of before',
      object('cert', { revision: 1, lastFailureTime: 't1', conditions: { Issuing: condition('False', 'Failed') } }),
      { revision: 1, lastFailureTime: 't1' },
      'idle',
    ],
    [
      'has ended well also where an earlier failure is on record',
      object('cert', { revision: 2, lastFailureTime: 't1' }),
      START,
      'issued',
    ],
  ];
  for (const [title, certificate, start, expected] of cases)
    it(title, () => assert.equal(judgeIssuance(certificate, start, objects()).is, expected));

  it('repeats why it failed, by the message or else the reason', () => {
    const failed = (text: string) =>
      judgeIssuance(
        object('cert', { lastFailureTime: 't', conditions: { Issuing: condition('False', 'Failed', text) } }),
        START,
        objects(),
      );
    assert.deepEqual(failed('the order is invalid'), { is: 'failed', message: 'the order is invalid' });
    assert.deepEqual(failed(''), { is: 'failed', message: 'Failed' });
  });

  describe('is told by the last link that has something to say:', () => {
    const request = (conditions: IssuanceObject['conditions'] = {}) =>
      object('req', { owners: ['cert'], revision: 2, conditions });
    const approved = condition('True', 'cert-manager.io');
    const order = (state?: string, reason?: string) =>
      object('ord', { owners: ['req'], ...(state && { state }), ...(reason && { reason }) });
    const challenge = (parts: Partial<IssuanceObject> = {}) =>
      object('cha', { owners: ['ord'], type: 'HTTP-01', dnsName: 'a.example', ...parts });
    const withOrder = (...more: [IssuanceObject, ...IssuanceObject[]]) => ({
      request: [request({ Approved: approved })],
      order: [more[0]],
      challenge: more.slice(1),
    });

    const links: readonly [string, Partial<Record<IssuanceKind, IssuanceObject[]>>, RegExp][] = [
      ['no request yet', {}, /^waiting for cert-manager to make a CertificateRequest/],
      [
        "another revision's request is none",
        { request: [object('old', { owners: ['cert'], revision: 1 })] },
        /^waiting for/,
      ],
      [
        "another Certificate's request is none",
        { request: [object('x', { owners: ['y'], revision: 2 })] },
        /^waiting for/,
      ],
      ['a request that waits for approval', { request: [request()] }, /req waits for approval$/],
      [
        'a request that was denied',
        { request: [request({ Denied: condition('True', 'policy', 'no wildcards') })] },
        /req was refused: policy: no wildcards$/,
      ],
      [
        'a request that is invalid',
        { request: [request({ Approved: approved, InvalidRequest: condition('True', 'Bad', 'no CSR') })] },
        /req was refused: Bad: no CSR$/,
      ],
      ['an approved one', { request: [request({ Approved: approved })] }, /req waits for its issuer$/],
      [
        'one whose issuer says what it waits for',
        { request: [request({ Approved: approved, Ready: condition('False', 'Pending', 'no issuer') })] },
        /req is Pending: no issuer$/,
      ],
      [
        'one that is signed',
        { request: [request({ Approved: approved, Ready: condition('True') })] },
        /req is signed: waiting for the Secret$/,
      ],
      ['an Order that has not begun', withOrder(order()), /^Order ord is not begun$/],
      ['an Order that is refused', withOrder(order('errored', '429 too many')), /^Order ord is errored: 429 too many$/],
      ['a valid Order leaves the word to its request', withOrder(order('valid')), /req waits for its issuer$/],
      [
        'a Challenge in the queue',
        withOrder(order('pending'), challenge()),
        /^HTTP-01 challenge for a\.example is queued/,
      ],
      [
        'a Challenge that has begun',
        withOrder(order('pending'), challenge({ processing: true })),
        /challenge for a\.example is begun$/,
      ],
      [
        'a Challenge with a reason',
        withOrder(order('pending'), challenge({ state: 'pending', processing: true, reason: 'wrong status code 404' })),
        /is pending: wrong status code 404$/,
      ],
      [
        'the first Challenge that is not valid',
        withOrder(
          order('pending'),
          challenge({ state: 'valid' }),
          object('two', { owners: ['ord'], state: 'pending' }),
        ),
        /^ACME challenge for an unknown name is pending$/,
      ],
    ];
    for (const [title, all, says] of links) it(title, () => assert.match(message(all), says));
  });
});
