import assert from 'node:assert/strict';
import { MalformedCertificate } from '../../../src/core/x509/certificate.ts';
import { parseCrl } from '../../../src/core/x509/crl.ts';
import { parseRequest } from '../../../src/core/x509/request.ts';
import { mint, mintCrl, mintRequest } from '../../../src/io/demo/mint.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const issuerSpec = { subject: 'CN=ca', isCA: true, notBefore: now, notAfter: now + 1e10 };

describe('reading a revocation list', () => {
  it('reads issuer, times, key id and entries', async () => {
    const issuer = await mint(issuerSpec);
    const revoked = [
      { serialNumber: '0fab', at: now, reason: 1 },
      { serialNumber: '05', at: now + 5000 },
    ];
    const { crl } = await mintCrl({ issuer, thisUpdate: now, nextUpdate: now + 86_400_000, revoked });
    assert.deepEqual([crl.issuer, crl.thisUpdate, crl.nextUpdate], ['CN=ca', now, now + 86_400_000]);
    assert.deepEqual([...crl.revoked.keys()], ['0fab', '05']);
    assert.deepEqual([crl.revoked.get('0fab')?.reason, crl.revoked.get('05')?.reason], [1, undefined]);
    assert.equal(crl.revoked.get('05')?.at, now + 5000);
  });

  it('reads a list without entries and without an end', async () => {
    const { crl } = await mintCrl({ issuer: await mint(issuerSpec), thisUpdate: now });
    assert.deepEqual([crl.revoked.size, crl.nextUpdate], [0, undefined]);
  });

  it('refuses a certificate in its place', async () => {
    const { certificate } = await mint(issuerSpec);
    assert.throws(() => parseCrl(certificate.der), /not a revocation list: /);
    assert.throws(() => parseCrl(Buffer.from('0')), MalformedCertificate);
  });
});

describe('reading a certificate request', () => {
  it('reads what is asked for', async () => {
    const { request } = await mintRequest({
      subject: 'CN=system:node:a,O=system:nodes',
      dnsNames: ['a'],
      ipAddresses: ['10.0.0.1'],
      keyUsages: ['digitalSignature'],
      extKeyUsages: ['serverAuth'],
      key: 'RSA-2048',
    });
    assert.equal(request.subject, 'CN=system:node:a,O=system:nodes');
    assert.deepEqual([request.dnsNames, request.ipAddresses], [['a'], ['10.0.0.1']]);
    assert.deepEqual([request.keyUsages, request.extKeyUsages], [['digitalSignature'], ['serverAuth']]);
    assert.deepEqual(request.publicKey, { algorithm: 'RSA', bits: 2048 });
    assert.match(request.spki, /^[0-9a-f]{64}$/);
  });

  it('reads a request that asks for nothing beyond its subject', async () => {
    const { request } = await mintRequest({ subject: 'CN=x' });
    assert.deepEqual([request.dnsNames, request.extKeyUsages], [[], undefined]);
  });

  it('refuses a certificate in its place', async () => {
    const { certificate } = await mint(issuerSpec);
    assert.throws(() => parseRequest(certificate.der), /not a certificate request: /);
  });
});
