import assert from 'node:assert/strict';
import { readCertificateObject } from '../../../../src/core/parse/kube/cert-manager.ts';
import { readCertificateRequest } from '../../../../src/core/parse/kube/certificate-request.ts';
import { readIssuer } from '../../../../src/core/parse/kube/issuer.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import { oddVariants } from './support/odd.ts';

const certificate = {
  metadata: { namespace: 'shop', name: 'web' },
  spec: {
    secretName: 'web-tls',
    dnsNames: ['a.example'],
    issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' },
    renewal: { policy: 'Disabled' },
  },
  status: {
    notAfter: '2026-12-01T00:00:00Z',
    renewalTime: '2026-11-01T00:00:00Z',
    lastFailureTime: '2026-11-02T00:00:00Z',
    failedIssuanceAttempts: 3,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Ready', message: 'fine' },
      { type: 'Issuing', status: 'False', reason: 'Failed' },
    ],
  },
};

describe("reading cert-manager's Certificate", () => {
  it('keeps where the passwords of its keystores lie, and passes over one that stands in the spec', () => {
    const passwordSecretRef = { name: 'pass', key: 'p' };
    const keystores = { pkcs12: { create: true, passwordSecretRef }, jks: { create: true, password: 'secret' } };
    const read = (spec: object) => readCertificateObject({ ...certificate, spec: { ...certificate.spec, ...spec } });
    assert.deepEqual(read({ keystores })?.keystores, [
      { kind: 'pkcs12', key: 'keystore.p12', passwordSecret: { name: 'pass', key: 'p' } },
    ]);
    assert.equal(read({ keystores: { jks: { create: false, passwordSecretRef } } })?.keystores, undefined);
  });

  it('keeps what renewal and ownership need', () => {
    assert.deepEqual(readCertificateObject(certificate), {
      namespace: 'shop',
      name: 'web',
      secretName: 'web-tls',
      dnsNames: ['a.example'],
      issuer: { name: 'letsencrypt', kind: 'ClusterIssuer', group: 'cert-manager.io' },
      isCA: false,
      notAfter: '2026-12-01T00:00:00Z',
      renewalTime: '2026-11-01T00:00:00Z',
      ready: { status: 'True', reason: 'Ready', message: 'fine' },
      issuing: { status: 'False', reason: 'Failed', message: '' },
      lastFailureTime: '2026-11-02T00:00:00Z',
      failedIssuanceAttempts: 3,
      renewalDisabled: true,
    });
  });

  it('keeps its renewal windows, and what the CA advises', () => {
    const windows = [{ cron: '0 2 * * sun', windowDuration: '4h0m0s', timezone: 'Europe/Berlin' }, { cron: 7 }];
    const ari = {
      suggestedWindow: { start: '2026-11-01T00:00:00Z', end: '2026-11-02T00:00:00Z' },
      explanationURL: 'https://ca.example/why',
      lastError: 'no',
    };
    const read = readCertificateObject({
      ...certificate,
      spec: { ...certificate.spec, renewal: { policy: 'RenewBefore', windows } },
      status: { acme: { ari } },
    });
    assert.deepEqual(read?.renewalWindows, [
      { cron: '0 2 * * sun', duration: '4h0m0s', timezone: 'Europe/Berlin' },
      { cron: '', duration: '' },
    ]);
    assert.deepEqual(read?.ari, {
      start: '2026-11-01T00:00:00Z',
      end: '2026-11-02T00:00:00Z',
      error: 'no',
      explanation: 'https://ca.example/why',
    });
    assert.equal(read?.renewalDisabled, undefined);
  });

  it('has an Issuer of its own namespace where no kind is named', () => {
    const { issuer } = readCertificateObject({ metadata: { name: 'x' }, spec: { issuerRef: { name: 'ca' } } })!;
    assert.deepEqual(issuer, { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' });
  });
});

describe('reading an issuer', () => {
  const types: [spec: object, type: string][] = [
    [{ acme: {} }, 'acme'],
    [{ ca: { secretName: 's' } }, 'ca'],
    [{ selfSigned: {} }, 'selfSigned'],
    [{ vault: {} }, 'vault'],
    [{ venafi: {} }, 'venafi'],
    [{ other: {} }, 'unknown'],
  ];
  for (const [spec, type] of types) {
    it(`knows the type ${type}`, () => {
      assert.equal(readIssuer({ metadata: { name: 'i' }, spec }, 'Issuer')?.type, type);
    });
  }

  it('keeps the Secret of a CA, the namespace of an Issuer and whether it is ready', () => {
    const status = { conditions: [{ type: 'Ready', status: 'False', reason: 'ErrGetKeyPair', message: 'no' }] };
    const object = { metadata: { namespace: 'shop', name: 'ca' }, spec: { ca: { secretName: 'root' } }, status };
    assert.deepEqual(readIssuer(object, 'Issuer'), {
      kind: 'Issuer',
      namespace: 'shop',
      name: 'ca',
      type: 'ca',
      caSecretName: 'root',
      ready: { status: 'False', reason: 'ErrGetKeyPair', message: 'no' },
    });
  });
});

describe('reading a CertificateRequest', () => {
  it('takes the issued chain, and nothing while there is none', async () => {
    const leaf = await mint({ subject: 'CN=x', notBefore: 0, notAfter: 1e12 });
    const object = (pem: string) => ({
      metadata: { namespace: 'shop', name: 'web-1' },
      status: { certificate: Buffer.from(pem).toString('base64') },
    });
    const issued = readCertificateRequest(object(leaf.pem));
    assert.deepEqual(
      [issued?.fact.namespace, issued?.fact.name, issued?.certificates.map(({ sha256 }) => sha256)],
      ['shop', 'web-1', [leaf.certificate.sha256]],
    );
    assert.deepEqual(readCertificateRequest(object(''))?.certificates, []);
    assert.deepEqual(readCertificateRequest(object(leaf.pem.replace(/M/g, '!')))?.certificates, []);
    for (const odd of oddVariants(object(leaf.pem))) readCertificateRequest(odd);
  });
});

describe("odd objects of cert-manager's kinds", () => {
  it('are read as far as they make sense, and never throw', () => {
    for (const odd of oddVariants(certificate)) {
      const fact = readCertificateObject(odd);
      assert.equal(typeof (fact?.secretName ?? ''), 'string');
      readIssuer(odd, 'ClusterIssuer');
    }
  });
});
