import assert from 'node:assert/strict';
import { verifySignature } from '../../../src/core/x509/verify-signature.ts';
import { type KeyAlgorithm, mint } from '../../../src/io/demo/mint.ts';

const validity = { notBefore: 0, notAfter: 1e12 };

describe('checking a signature', () => {
  const kinds: [KeyAlgorithm, boolean][] = [
    ['ECDSA-P256', false],
    ['ECDSA-P384', false],
    ['ECDSA-P521', false],
    ['RSA-1024', false],
    ['RSA-2048', true],
    ['Ed25519', false],
  ];
  for (const [key, pss] of kinds) {
    it(`knows right from wrong for ${key}${pss ? ' with PSS' : ''}`, async () => {
      const [one, other] = [
        await mint({ subject: 'CN=x', key, pss, ...validity }),
        await mint({ subject: 'CN=x', key, pss, ...validity }),
      ];
      assert.equal(verifySignature(one.certificate, one.certificate.spkiDer), 'valid');
      assert.equal(verifySignature(one.certificate, other.certificate.spkiDer), 'invalid');
      const tbs = Buffer.from(one.certificate.tbs);
      tbs[tbs.length - 1]! ^= 1;
      assert.equal(verifySignature({ ...one.certificate, tbs }, one.certificate.spkiDer), 'invalid');
    });
  }

  it('calls a key of another kind wrong', async () => {
    const [ec, rsa] = [
      await mint({ subject: 'CN=x', ...validity }),
      await mint({ subject: 'CN=x', key: 'RSA-1024', ...validity }),
    ];
    assert.equal(verifySignature(ec.certificate, rsa.certificate.spkiDer), 'invalid');
  });

  it('says that it does not know an algorithm or a key, rather than that the signature is wrong', async () => {
    const { certificate } = await mint({ subject: 'CN=x', key: 'RSA-1024', ...validity });
    const { signatureAlgorithm } = certificate;
    assert.equal(
      verifySignature(
        { ...certificate, signatureAlgorithm: { ...signatureAlgorithm, name: '1.2.3' } },
        certificate.spkiDer,
      ),
      'unsupported',
    );
    assert.equal(
      verifySignature(
        { ...certificate, signatureAlgorithm: { ...signatureAlgorithm, name: 'MD2-RSA', hash: 'md2' } },
        certificate.spkiDer,
      ),
      'unsupported',
    );
    assert.equal(verifySignature(certificate, Uint8Array.of(0x30, 0)), 'unsupported');
    const pss = { ...signatureAlgorithm, name: 'SHA256-RSAPSS', pss: { saltLength: 32, mgfHash: 'sha1' as const } };
    assert.equal(verifySignature({ ...certificate, signatureAlgorithm: pss }, certificate.spkiDer), 'unsupported');
  });
});
