import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mint, mintCrl, mintKey, mintRequest } from '../../../src/io/demo/mint.ts';

const now = Date.parse('2026-01-01T00:00:00.123Z');
const validity = { notBefore: now, notAfter: Date.parse('2060-01-01T00:00:00.999Z') };

describe('the certificate factory', () => {
  it('makes a chain that verifies, link by link', async () => {
    const root = await mint({ subject: 'CN=root', isCA: true, ...validity });
    const middle = await mint({
      subject: 'CN=middle',
      isCA: true,
      pathLen: 0,
      issuer: root,
      key: 'RSA-2048',
      ...validity,
    });
    const leaf = await mint({ subject: 'CN=leaf', issuer: middle, key: 'Ed25519', ...validity });
    const [r, m, l] = [root, middle, leaf].map(({ certificate }) => new X509Certificate(certificate.der));
    assert.ok(r!.verify(r!.publicKey) && m!.verify(r!.publicKey) && l!.verify(m!.publicKey));
    assert.ok(m!.checkIssued(r!) && l!.checkIssued(m!));
    assert.equal(leaf.certificate.authorityKeyId, middle.certificate.subjectKeyId);
  });

  it('cuts times to seconds, in both forms of encoding', async () => {
    const { certificate } = await mint({ subject: 'CN=x', ...validity });
    assert.equal(certificate.notBefore, Date.parse('2026-01-01T00:00:00Z'));
    assert.equal(certificate.notAfter, Date.parse('2060-01-01T00:00:00Z'));
    assert.deepEqual(certificate.defects, []);
  });

  it('takes an existing key, a given serial number and names in both forms', async () => {
    const key = mintKey('ECDSA-P384');
    const one = await mint({ subject: 'CN=a,O=b', key, serialNumber: '0123', ...validity });
    const two = await mint({
      subject: [
        ['O', 'b'],
        ['CN', 'a'],
      ],
      key,
      ...validity,
    });
    assert.equal(one.certificate.serialNumber, '0123');
    assert.equal(one.certificate.spki, two.certificate.spki);
    assert.deepEqual(Buffer.from(one.certificate.subjectRaw), Buffer.from(two.certificate.subjectRaw));
    assert.equal(createPrivateKey(one.keyPem).asymmetricKeyType, 'ec');
  });

  it('signs with weak hashes when asked to', async () => {
    const issuer = await mint({ subject: 'CN=x', key: 'RSA-1024', signatureHash: 'SHA-1', ...validity });
    assert.equal(issuer.certificate.signatureAlgorithm.name, 'SHA1-RSA');
    const ecdsa = await mint({ subject: 'CN=x', signatureHash: 'SHA-1', ...validity });
    assert.equal(ecdsa.certificate.signatureAlgorithm.name, 'ECDSA-SHA1');
  });

  it('leaves out key identifiers when asked to, and that of an issuer without one', async () => {
    const root = await mint({
      subject: 'CN=x',
      isCA: true,
      omitSubjectKeyId: true,
      omitAuthorityKeyId: true,
      ...validity,
    });
    const leaf = await mint({ subject: 'CN=y', issuer: root, ...validity });
    assert.deepEqual(
      [root.certificate.subjectKeyId, root.certificate.authorityKeyId, leaf.certificate.authorityKeyId],
      [undefined, undefined, undefined],
    );
  });

  it('marks alternative names critical exactly when the subject is empty', async () => {
    const criticals = await Promise.all(
      ['', 'CN=x'].map(async (subject) => {
        const { certificate } = await mint({ subject, dnsNames: ['a.example'], ...validity });
        return certificate.extensions.find(({ oid }) => oid === '2.5.29.17')?.critical;
      }),
    );
    assert.deepEqual(criticals, [true, false]);
  });

  it('adds extensions as they are given, twice if need be', async () => {
    const extension = { oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0) };
    const { certificate } = await mint({ subject: 'CN=x', extensions: [extension, extension], ...validity });
    assert.deepEqual(
      certificate.defects.map(({ code }) => code),
      ['duplicate-extension'],
    );
  });

  const wrong: [string, object, RegExp][] = [
    ['an attribute that does not exist', { subject: 'XX=a' }, /unknown attribute XX/],
    ['a name without attributes', { subject: 'nonsense' }, /TYPE=VALUE expected/],
    ['an address that is none', { subject: 'CN=x', ipAddresses: ['1.2.3'] }, /"1\.2\.3" is no IP address/],
    ['a usage that does not exist', { subject: 'CN=x', keyUsages: ['fly'] }, /"fly" is no key usage/],
  ];
  for (const [what, spec, message] of wrong) {
    it(`refuses ${what}`, async () => assert.rejects(mint({ ...validity, ...(spec as { subject: string }) }), message));
  }

  it('makes requests and revocation lists for each kind of key', async () => {
    for (const key of ['ECDSA-P256', 'ECDSA-P521', 'RSA-2048', 'Ed25519'] as const) {
      const issuer = await mint({ subject: 'CN=ca', isCA: true, key, ...validity });
      const { request } = await mintRequest({ subject: 'CN=x', dnsNames: ['a'], key: issuer.key });
      assert.equal(request.spki, issuer.certificate.spki);
      const { crl } = await mintCrl({ issuer, thisUpdate: now, revoked: [{ serialNumber: '01', at: now }] });
      assert.ok(crl.revoked.has('01'));
    }
  });
});
