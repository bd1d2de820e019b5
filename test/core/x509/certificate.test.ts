import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { MalformedCertificate, parseCertificate } from '../../../src/core/x509/certificate.ts';
import { der, oid, sequence, set, text } from '../../../src/io/demo/der-writer.ts';
import { type KeyAlgorithm, mint, mintKey } from '../../../src/io/demo/mint.ts';
import { extension, generalizedTime, handMade, utcTime } from './support/hand-made.ts';

const notBefore = Date.parse('2026-01-01T00:00:00Z');
const notAfter = Date.parse('2027-01-01T00:00:00Z');
const codes = (bytes: Uint8Array) => parseCertificate(bytes).defects.map(({ code }) => code);
const subjectOf = (value: string, tag: number) => sequence(set(sequence(oid('2.5.4.3'), text(value, tag))));

describe('reading a certificate', () => {
  const keys: [KeyAlgorithm, object, string][] = [
    ['ECDSA-P256', { algorithm: 'ECDSA', bits: 256, curve: 'P-256' }, 'ECDSA-SHA256'],
    ['ECDSA-P384', { algorithm: 'ECDSA', bits: 384, curve: 'P-384' }, 'ECDSA-SHA384'],
    ['ECDSA-P521', { algorithm: 'ECDSA', bits: 521, curve: 'P-521' }, 'ECDSA-SHA512'],
    ['RSA-1024', { algorithm: 'RSA', bits: 1024 }, 'SHA256-RSA'],
    ['RSA-2048', { algorithm: 'RSA', bits: 2048 }, 'SHA256-RSA'],
    ['Ed25519', { algorithm: 'Ed25519', bits: 256 }, 'Ed25519'],
  ];
  for (const [key, publicKey, signature] of keys) {
    it(`agrees with OpenSSL on a certificate with an ${key} key`, async () => {
      const { certificate } = await mint({
        subject: 'CN=x,O=y',
        notBefore,
        notAfter,
        key,
        dnsNames: ['a.example'],
        ipAddresses: ['10.0.0.1'],
      });
      const theirs = new X509Certificate(certificate.der);
      assert.equal(certificate.sha256, theirs.fingerprint256.replaceAll(':', '').toLowerCase());
      assert.equal(certificate.serialNumber, theirs.serialNumber.toLowerCase());
      assert.equal(certificate.notBefore, theirs.validFromDate.getTime());
      assert.equal(certificate.notAfter, theirs.validToDate.getTime());
      assert.deepEqual(Buffer.from(certificate.spkiDer), theirs.publicKey.export({ type: 'spki', format: 'der' }));
      assert.deepEqual(certificate.publicKey, publicKey);
      assert.equal(certificate.signatureAlgorithm.name, signature);
      assert.deepEqual([certificate.dnsNames, certificate.ipAddresses], [['a.example'], ['10.0.0.1']]);
      assert.deepEqual(certificate.defects, []);
    });
  }

  it('names usages, purposes and constraints as RFC 5280 does', async () => {
    const { certificate } = await mint({
      subject: 'CN=ca',
      notBefore,
      notAfter,
      isCA: true,
      pathLen: 2,
      keyUsages: ['digitalSignature', 'keyCertSign', 'decipherOnly'],
      extKeyUsages: ['serverAuth', 'clientAuth', '1.2.3.4'],
      nameConstraints: { permitted: { dns: ['example.com'], ip: ['10.0.0.0/8'] } },
      uris: ['spiffe://cluster.local/ns/a/sa/b'],
      emails: ['a@example.com'],
    });
    assert.deepEqual([certificate.isCA, certificate.pathLen, certificate.selfIssued], [true, 2, true]);
    assert.deepEqual(certificate.keyUsages, ['digitalSignature', 'keyCertSign', 'decipherOnly']);
    assert.deepEqual(certificate.extKeyUsages, ['serverAuth', 'clientAuth', '1.2.3.4']);
    assert.deepEqual([certificate.uris, certificate.emails], [['spiffe://cluster.local/ns/a/sa/b'], ['a@example.com']]);
    assert.deepEqual(
      certificate.nameConstraints?.permitted.map(({ kind, value }) => `${kind}:${value}`),
      ['dns:example.com', 'ip:10.0.0.0/8'],
    );
    assert.equal(certificate.subjectKeyId, certificate.authorityKeyId);
  });

  it('reads RSASSA-PSS with its hash and salt', async () => {
    const { certificate } = await mint({ subject: 'CN=x', notBefore, notAfter, key: 'RSA-2048', pss: true });
    assert.equal(certificate.signatureAlgorithm.name, 'SHA256-RSAPSS');
    assert.deepEqual(certificate.signatureAlgorithm.pss, { saltLength: 32, mgfHash: 'sha256' });
  });

  it('reads a version 1 certificate', () => {
    const certificate = parseCertificate(handMade({ version: 1 }));
    assert.deepEqual([certificate.version, certificate.isCA, certificate.keyUsages], [1, false, []]);
  });

  it('reads negative, zero and very long serial numbers', () => {
    const serials = [Buffer.from([0x80, 1]), Buffer.from([0]), Buffer.alloc(40, 0x55)];
    assert.deepEqual(
      serials.map((serial) => parseCertificate(handMade({ serial })).serialNumber),
      ['-7fff', '00', '55'.repeat(40)],
    );
  });

  it('reads old string types and an empty subject', () => {
    assert.equal(parseCertificate(handMade({ subject: subjectOf('Zürich', 0x14) })).subject, 'CN=Zürich');
    const bmp = sequence(set(sequence(oid('2.5.4.3'), der(0x1e, Buffer.from('005a00fc', 'hex')))));
    assert.equal(parseCertificate(handMade({ subject: bmp })).subject, 'CN=Zü');
    assert.equal(parseCertificate(handMade({ subject: sequence() })).subject, '');
  });

  it('reads times in the forms that RFC 5280 forbids and says so', () => {
    assert.deepEqual(codes(handMade({ notAfter: generalizedTime('20270101000000Z') })), ['time-form']);
    assert.deepEqual(codes(handMade({ notBefore: utcTime('2601010000Z') })), ['time-form']);
    assert.equal(
      parseCertificate(handMade({ notAfter: generalizedTime('99991231235959Z') })).notAfter,
      253402300799000,
    );
  });

  it('reads lengths in BER and says so', () => {
    const good = handMade();
    const body = good.subarray(4);
    const long = Buffer.concat([Buffer.from([0x30, 0x83, 0, body.length >> 8, body.length & 0xff]), body]);
    assert.deepEqual(codes(long), ['ber-length']);
  });

  it('keeps what it can of a certificate with defects, and names each', () => {
    const san = extension('2.5.29.17', false, sequence(text('a.example', 0x82)));
    const broken = extension('2.5.29.19', true, Buffer.from([0x30, 0x05, 0x01]));
    const certificate = parseCertificate(
      handMade({ extensions: [san, san, broken], innerAlgorithm: sequence(oid('1.2.3')) }),
    );
    assert.deepEqual(certificate.dnsNames, ['a.example']);
    assert.deepEqual(
      certificate.defects.map(({ code, oid: id }) => [code, id]),
      [
        ['duplicate-extension', '2.5.29.17'],
        ['extension-unreadable', '2.5.29.19'],
        ['signature-algorithm-differs', undefined],
      ],
    );
    assert.match(certificate.defects[1]!.message, /extension 2\.5\.29\.19 can't be read: .* at byte 0/);
  });

  it('reads a certificate whose key it does not know', () => {
    const spki = sequence(sequence(oid('1.2.3.4')), der(3, Buffer.from([0, 1])));
    assert.deepEqual(parseCertificate(handMade({ spki })).publicKey, { algorithm: '1.2.3.4', bits: 0 });
    const broken = sequence(sequence(oid('1.2.840.113549.1.1.1')), der(3, Buffer.from([0, 1])));
    assert.deepEqual(codes(handMade({ spki: broken })), ['key-unreadable']);
  });

  it('knows the curve of a key by its OID where it has no name', () => {
    const point = Buffer.concat([Buffer.from([0, 4]), Buffer.alloc(64)]);
    const spki = sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.3.6.1.4.1.1')), der(3, point));
    assert.deepEqual(parseCertificate(handMade({ spki })).publicKey, {
      algorithm: 'ECDSA',
      bits: 256,
      curve: '1.3.6.1.4.1.1',
    });
  });

  const broken: [what: string, bytes: Uint8Array, message: RegExp][] = [
    ['nothing', Buffer.alloc(0), /not a certificate: unexpected end of data at byte 0/],
    ['text', Buffer.from('hello'), /not a certificate: .* at byte 0/],
    ['a certificate that is cut off', handMade().subarray(0, 200), /reaches beyond its container at byte 0/],
    [
      'bytes after the certificate',
      Buffer.concat([handMade(), Buffer.from([0])]),
      /1 bytes follow the certificate at byte \d+/,
    ],
    ['a date that does not exist', handMade({ notAfter: utcTime('260231000000Z') }), /no such time "260231000000Z"/],
    [
      'a private key',
      mintKey('ECDSA-P256').privateKey.export({ type: 'pkcs8', format: 'der' }),
      /the signed part expected, tag 0x02 found at byte 3/,
    ],
  ];
  for (const [what, bytes, message] of broken) {
    it(`refuses ${what} and says at which byte`, () => {
      assert.throws(
        () => parseCertificate(bytes),
        (error) => error instanceof MalformedCertificate && message.test(error.message),
      );
    });
  }
});
