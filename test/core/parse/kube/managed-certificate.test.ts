import assert from 'node:assert/strict';
import { readManagedCertificate } from '../../../../src/core/parse/kube/managed-certificate.ts';
import { oddVariants } from './support/odd.ts';

const object = {
  metadata: { namespace: 'shop', name: 'web', creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { domains: ['a.example', 'b.example'] },
  status: {
    certificateStatus: 'Provisioning',
    expireTime: '2027-01-01T00:00:00.000-07:00',
    domainStatus: [
      { domain: 'a.example', status: 'Active' },
      { domain: 'b.example', status: 'FailedNotVisible' },
    ],
  },
};

describe("reading GKE's ManagedCertificate", () => {
  it('keeps its state, its end and the domains that are not in order', () => {
    assert.deepEqual(readManagedCertificate(object), {
      namespace: 'shop',
      name: 'web',
      created: '2026-11-01T00:00:00Z',
      domains: ['a.example', 'b.example'],
      state: 'Provisioning',
      notAfter: '2027-01-01T00:00:00.000-07:00',
      failing: [{ domain: 'b.example', state: 'FailedNotVisible' }],
    });
  });

  it('never fails', () => {
    for (const odd of oddVariants(object)) readManagedCertificate(odd);
  });
});
