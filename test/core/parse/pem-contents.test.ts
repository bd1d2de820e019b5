import assert from 'node:assert/strict';
import { certificatesIn } from '../../../src/core/parse/pem-contents.ts';
import { type KeyAlgorithm, mint, mintCrl, mintKey, mintRequest, toPem } from '../../../src/io/demo/mint.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const spec = { subject: 'CN=ca', isCA: true, notBefore: now, notAfter: now + 1e10 };
const read = (...parts: string[]) => certificatesIn(Buffer.from(parts.join('')));

describe('what a file of X.509 holds', () => {
  it('lists certificates, keys, lists and requests of one file', async () => {
    const ca = await mint(spec);
    const crl = await mintCrl({ issuer: ca, thisUpdate: now });
    const request = await mintRequest({ subject: 'CN=x' });
    const contents = read('# comment\n', ca.pem, ca.keyPem, crl.pem, request.pem);
    assert.deepEqual(
      contents.certificates.map(({ certificate, line }) => [certificate.sha256, line]),
      [[ca.certificate.sha256, 2]],
    );
    assert.deepEqual([contents.crls.length, contents.requests.length, contents.problems], [1, 1, []]);
    const [key] = contents.keys;
    assert.ok(key && !key.locked && key.private);
    assert.equal(key.spki, ca.certificate.spki);
  });

  const encodings: [algorithm: KeyAlgorithm, type: 'pkcs1' | 'sec1' | 'pkcs8', label: string][] = [
    ['RSA-2048', 'pkcs1', 'RSA PRIVATE KEY'],
    ['RSA-2048', 'pkcs8', 'PRIVATE KEY'],
    ['ECDSA-P256', 'sec1', 'EC PRIVATE KEY'],
    ['ECDSA-P384', 'pkcs8', 'PRIVATE KEY'],
    ['Ed25519', 'pkcs8', 'PRIVATE KEY'],
  ];
  for (const [algorithm, type, label] of encodings) {
    it(`knows the ${algorithm} key of a ${label} block by its public half`, () => {
      const { privateKey, publicKey } = mintKey(algorithm);
      const pem = privateKey.export({ type, format: 'pem' }).toString();
      assert.ok(pem.includes(`BEGIN ${label}`));
      const [one] = read(pem).keys;
      const [other] = read(publicKey.export({ type: 'spki', format: 'pem' }).toString()).keys;
      assert.ok(one && other && !one.locked && !other.locked);
      assert.equal(one.spki, other.spki);
      assert.deepEqual([one.private, other.private], [true, false]);
    });
  }

  it('keeps nothing of the private half', () => {
    const { privateKey } = mintKey('ECDSA-P256');
    const secret = privateKey.export({ format: 'jwk' }).d!;
    const printed = JSON.stringify(read(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()));
    assert.ok(!printed.includes(Buffer.from(secret, 'base64url').toString('base64')) && !printed.includes(secret));
    assert.deepEqual(Object.keys(JSON.parse(printed).keys[0]).sort(), [
      'algorithm',
      'bits',
      'curve',
      'line',
      'locked',
      'private',
      'spki',
    ]);
  });

  it('says that a key is there but locked', () => {
    const { privateKey } = mintKey('RSA-1024');
    const options = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      const contents = read(privateKey.export({ type, ...options }).toString());
      assert.deepEqual(contents.keys, [{ locked: true, private: true, line: 1 }]);
      assert.deepEqual(contents.problems, []);
    }
  });

  it('reads one bare DER value of each kind', async () => {
    const ca = await mint(spec);
    const { crl } = await mintCrl({ issuer: ca, thisUpdate: now });
    const { request } = await mintRequest({ subject: 'CN=x' });
    assert.equal(certificatesIn(ca.certificate.der).certificates[0]?.certificate.sha256, ca.certificate.sha256);
    assert.equal(certificatesIn(crl.der).crls.length, 1);
    assert.equal(certificatesIn(request.der).requests.length, 1);
    for (const type of ['pkcs8', 'sec1'] as const) {
      const der = ca.key.privateKey.export({ type, format: 'der' });
      const before = Buffer.from(der);
      const [key] = certificatesIn(der).keys;
      assert.equal(key && !key.locked && key.spki, ca.certificate.spki);
      assert.deepEqual(der, before);
    }
  });

  it('reads the trusted form of OpenSSL', async () => {
    const { certificate } = await mint(spec);
    const trusted = toPem('TRUSTED CERTIFICATE', Buffer.concat([certificate.der, Buffer.from('3000', 'hex')]));
    assert.equal(read(trusted).certificates[0]?.certificate.sha256, certificate.sha256);
  });

  it('reports what is unreadable and goes on', async () => {
    const ca = await mint(spec);
    const contents = read(
      toPem('CERTIFICATE', Buffer.from('hello')),
      toPem('PRIVATE KEY', Buffer.from('secret')),
      ca.pem,
    );
    assert.equal(contents.certificates.length, 1);
    assert.deepEqual(
      contents.problems.map(({ line, reason }) => `${line} ${reason}`),
      [
        '1 the CERTIFICATE block is unreadable: not a certificate: a value of 101 bytes reaches beyond its container at byte 0',
        '4 the PRIVATE KEY block is unreadable: not a key of the stated kind',
      ],
    );
  });

  it('says why bare bytes are not a certificate, and ignores unrelated blocks and files', () => {
    assert.match(
      certificatesIn(Buffer.from('3003020105', 'hex')).problems[0]!.reason,
      /^not a certificate: the signed part expected/,
    );
    assert.deepEqual(read(toPem('EC PARAMETERS', Buffer.from('x'))).problems, []);
    assert.deepEqual(read('nothing').problems, []);
  });
});
