import assert from 'node:assert/strict';
import { readChallenge, readOrder } from '../../../../src/core/parse/kube/acme.ts';
import { oddVariants } from './support/odd.ts';

const owned = (name: string, uid: string) => ({
  namespace: 'shop',
  name,
  uid: `${name}-uid`,
  ownerReferences: [{ kind: 'x', name: 'x', uid, controller: true }],
});
const issuerRef = { name: 'letsencrypt', kind: 'ClusterIssuer' };
const order = {
  metadata: owned('web-1-1', 'web-1-uid'),
  spec: { dnsNames: ['a.example', '*.a.example'], issuerRef },
  status: {
    state: 'errored',
    reason: 'Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: too many',
    url: 'https://acme.example/order/1',
    failureTime: '2026-11-01T00:00:00Z',
    authorizations: [
      { url: 'u', identifier: 'a.example', wildcard: true, initialState: 'pending', challenges: [{ type: 'dns-01' }] },
    ],
  },
};
const challenge = {
  metadata: { ...owned('web-1-1-1', 'web-1-1-uid'), deletionTimestamp: '2026-11-01T00:00:00Z' },
  spec: {
    type: 'DNS-01',
    dnsName: 'a.example',
    wildcard: true,
    token: 'tok',
    key: 'tok.thumbprint',
    issuerRef,
    solver: { dns01: { cloudflare: { apiTokenSecretRef: { name: 't', key: 'k' } } } },
  },
  status: { state: 'pending', processing: true, presented: false, reason: 'no' },
};

describe('reading an Order', () => {
  it('keeps its state, its owner and what the CA offers for each name', () => {
    assert.deepEqual(readOrder(order), {
      namespace: 'shop',
      name: 'web-1-1',
      uid: 'web-1-1-uid',
      owner: 'web-1-uid',
      issuer: { ...issuerRef, group: 'cert-manager.io' },
      dnsNames: ['a.example', '*.a.example'],
      state: 'errored',
      reason: order.status.reason,
      url: 'https://acme.example/order/1',
      failureTime: '2026-11-01T00:00:00Z',
      authorizations: [
        { url: 'u', identifier: 'a.example', wildcard: true, initialState: 'pending', offers: ['dns-01'] },
      ],
    });
  });
});

describe('reading a Challenge', () => {
  it('keeps its state and solver, and nothing of its key authorization', () => {
    const fact = readChallenge(challenge);
    assert.deepEqual(fact, {
      namespace: 'shop',
      name: 'web-1-1-1',
      uid: 'web-1-1-1-uid',
      owner: 'web-1-1-uid',
      issuer: { ...issuerRef, group: 'cert-manager.io' },
      type: 'DNS-01',
      dnsName: 'a.example',
      wildcard: true,
      challengeToken: 'tok',
      state: 'pending',
      reason: 'no',
      presented: false,
      processing: true,
      deleting: true,
      solver: { type: 'dns01', provider: 'cloudflare', dnsNames: [], dnsZones: [] },
    });
    assert.ok(!JSON.stringify(fact).includes('thumbprint'));
  });

  it('reads odd objects as far as they make sense', () => {
    for (const odd of oddVariants(challenge)) readChallenge(odd);
    for (const odd of oddVariants(order)) readOrder(odd);
  });
});
