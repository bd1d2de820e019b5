import assert from 'node:assert/strict';
import { clientCaOf } from '../../../../src/core/parse/kube/client-ca.ts';

describe('clientCaOf', () => {
  const of = (annotations: Record<string, string>) => clientCaOf({ namespace: 'shop', annotations });

  it("reads the Secret that an Ingress's annotation names, with its namespace or in its own", () => {
    assert.deepEqual(of({ 'nginx.ingress.kubernetes.io/auth-tls-secret': 'edge/ca' }), {
      namespace: 'edge',
      name: 'ca',
    });
    assert.deepEqual(of({ 'haproxy-ingress.github.io/auth-tls-secret': 'ca' }), { namespace: 'shop', name: 'ca' });
  });

  it('finds none where there is none', () => {
    assert.equal(of({ 'nginx.ingress.kubernetes.io/ssl-redirect': 'true' }), undefined);
    assert.equal(of({ 'haproxy.org/client-ca': '' }), undefined);
  });
});
