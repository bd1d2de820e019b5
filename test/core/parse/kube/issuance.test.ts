import assert from 'node:assert/strict';
import { readIssuanceObject } from '../../../../src/core/parse/kube/issuance.ts';

const object = (parts: { metadata?: object; spec?: object; status?: object } = {}) => ({
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', ...parts.metadata },
  spec: parts.spec,
  status: parts.status,
});

describe('an object of an issuance', () => {
  it('is, of a Certificate, its conditions, its revision and its last failure', () => {
    const status = {
      revision: 3,
      lastFailureTime: '2026-11-24T10:00:00Z',
      conditions: [
        { type: 'Ready', status: 'True', reason: 'Ready', message: 'up to date' },
        { type: 'Issuing', status: 'True', lastTransitionTime: '2026-11-24T11:00:00Z' },
      ],
    };
    assert.deepEqual(readIssuanceObject(object({ metadata: { generation: 2 }, status })), {
      uid: 'u1',
      name: 'web',
      owners: [],
      generation: 2,
      conditions: {
        Ready: { status: 'True', reason: 'Ready', message: 'up to date' },
        Issuing: { status: 'True', reason: '', message: '' },
      },
      issuingSince: '2026-11-24T11:00:00Z',
      revision: 3,
      lastFailureTime: '2026-11-24T10:00:00Z',
    });
  });

  it('is, of a CertificateRequest, the revision that it is for, and whose it is', () => {
    const metadata = {
      annotations: { 'cert-manager.io/certificate-revision': '4' },
      ownerReferences: [{ kind: 'Certificate', uid: 'u0' }, { kind: 'Nameless' }],
    };
    const { revision, owners } = readIssuanceObject(object({ metadata }))!;
    assert.deepEqual([revision, owners], [4, ['u0']]);
  });

  it('is, of a Challenge, what is asked for and how far it is', () => {
    const spec = { type: 'HTTP-01', dnsName: 'shop.example.com' };
    const status = { state: 'pending', reason: 'Waiting for propagation', processing: true };
    const { type, dnsName, state, reason, processing } = readIssuanceObject(object({ spec, status }))!;
    assert.deepEqual({ type, dnsName, state, reason, processing }, { ...spec, ...status });
  });

  for (const [title, value] of [
    ['without a name', { metadata: { uid: 'u' } }],
    ['without a UID', { metadata: { name: 'web' } }],
    ['that is text', 'text'],
    ['that is nothing', null],
  ] as const)
    it(`is none ${title}`, () => assert.equal(readIssuanceObject(value), undefined));

  it('keeps what is odd out and the rest in', () => {
    const metadata = { annotations: { 'cert-manager.io/certificate-revision': 'first' }, generation: 'two' };
    const status = { conditions: 'none', revision: '3', state: 7, processing: 'yes' };
    assert.deepEqual(readIssuanceObject(object({ metadata, status })), {
      uid: 'u1',
      name: 'web',
      owners: [],
      generation: 0,
      conditions: {},
    });
  });
});
