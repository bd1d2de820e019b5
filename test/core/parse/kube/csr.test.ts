import assert from 'node:assert/strict';
import { readCsr } from '../../../../src/core/parse/kube/csr.ts';
import { mint, mintRequest } from '../../../../src/io/demo/mint.ts';
import { base64 } from './support/data.ts';
import { oddVariants } from './support/odd.ts';

describe('reading a CertificateSigningRequest', () => {
  let request: string;
  let issued: string;

  before(async () => {
    const asked = await mintRequest({
      subject: 'O=system:nodes,CN=system:node:n1',
      dnsNames: ['n1'],
      ipAddresses: ['10.0.0.1'],
    });
    request = base64(asked.pem);
    issued = base64((await mint({ subject: 'CN=system:node:n1', notBefore: 0, notAfter: 1e12 })).pem);
  });

  const csr = (status: object, spec: object = {}) => ({
    metadata: { name: 'csr-1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { request, signerName: 'kubernetes.io/kubelet-serving', username: 'system:node:n1', ...spec },
    status,
  });
  const condition = (type: string, reason = 'Because', message = 'of that') => ({
    type,
    status: 'True',
    reason,
    message,
  });

  it('decodes subject and names from the request', () => {
    assert.deepEqual(readCsr(csr({}))?.fact, {
      name: 'csr-1',
      signerName: 'kubernetes.io/kubelet-serving',
      username: 'system:node:n1',
      state: 'pending',
      created: '2026-01-01T00:00:00Z',
      subject: 'O=system:nodes,CN=system:node:n1',
      dnsNames: ['n1'],
      ipAddresses: ['10.0.0.1'],
    });
  });

  const states: [title: string, status: () => object, state: string, reason: string | undefined][] = [
    ['nothing decided', () => ({ conditions: [] }), 'pending', undefined],
    ['approval without a certificate', () => ({ conditions: [condition('Approved', 'Auto')] }), 'approved', 'Auto'],
    ['denial', () => ({ conditions: [condition('Denied', 'SANs')] }), 'denied', 'SANs'],
    ['a failed signer', () => ({ conditions: [condition('Approved'), condition('Failed', 'Sign')] }), 'failed', 'Sign'],
    ['a certificate', () => ({ conditions: [condition('Approved', 'Auto')], certificate: issued }), 'issued', 'Auto'],
  ];
  for (const [title, status, state, reason] of states) {
    it(`calls ${title} ${state}`, () => {
      const { fact, certificates } = readCsr(csr(status()))!;
      assert.deepEqual([fact.state, fact.reason], [state, reason]);
      assert.equal(certificates.length, state === 'issued' ? 1 : 0);
    });
  }

  const broken: [title: string, object: () => object, problem: RegExp][] = [
    ['no request', () => csr({}, { request: '' }), /^spec.request holds no request$/],
    ['a request that is not base64', () => csr({}, { request: '!' }), /^spec.request is not base64$/],
    ['a request that is cut off', () => csr({}, { request: request.slice(0, 80) }), /^spec.request, line 1: /],
    [
      'a certificate that is none',
      () => csr({ certificate: base64('x') }),
      /^status.certificate holds no certificate$/,
    ],
    ['a certificate that is cut off', () => csr({ certificate: issued.slice(0, 80) }), /^status.certificate, line 1: /],
    ['a certificate that is no text', () => csr({ certificate: {} }), /^status.certificate is no text but object$/],
  ];
  for (const [title, object, problem] of broken) {
    it(`says what is wrong with ${title}`, () => assert.match(readCsr(object())?.fact.problems?.[0] ?? '', problem));
  }

  it('reads odd requests as far as they make sense, and never throws', () => {
    for (const odd of oddVariants(csr({ conditions: [condition('Approved')], certificate: issued }))) readCsr(odd);
  });
});
