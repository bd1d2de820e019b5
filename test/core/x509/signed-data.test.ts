import assert from 'node:assert/strict';
import { certificatesIn } from '../../../src/core/parse/pem-contents.ts';
import { certificatesOfSignedData } from '../../../src/core/x509/signed-data.ts';
import { der, oid, sequence, set } from '../../../src/io/demo/der-writer.ts';
import { type Minted, mint, toPem } from '../../../src/io/demo/mint.ts';

const integer = (value: number) => der(0x02, Uint8Array.of(value));
/** As `openssl crl2pkcs7 -nocrl` makes it: no signer and no content. */
const signedData = (certificates: readonly Uint8Array[], type = '1.2.840.113549.1.7.2') =>
  sequence(
    oid(type),
    der(
      0xa0,
      sequence(
        integer(1),
        set(),
        sequence(oid('1.2.840.113549.1.7.1')),
        ...(certificates.length > 0 ? [der(0xa0, ...certificates)] : []),
        set(),
      ),
    ),
  );

describe('certificates in a CMS SignedData', () => {
  let one: Minted;
  let other: Minted;
  before(async () => {
    [one, other] = (await Promise.all(
      ['one', 'other'].map((name) => mint({ subject: `CN=${name}`, notBefore: 0, notAfter: 1e12 })),
    )) as [Minted, Minted];
  });

  const ders = () => [one, other].map(({ certificate }) => certificate.der);
  const subjects = (bytes: Uint8Array) =>
    certificatesIn(bytes).certificates.map(({ certificate }) => certificate.subject);

  it('are taken in their order, other formats passed over', () => {
    const found = certificatesOfSignedData(signedData([...ders(), der(0xa1, sequence())]));
    assert.deepEqual(
      found.map((each) => Buffer.from(each).toString('hex')),
      ders().map((each) => Buffer.from(each).toString('hex')),
    );
    assert.deepEqual(certificatesOfSignedData(signedData([])), []);
  });

  for (const label of ['PKCS7', 'CMS'])
    it(`are read from a ${label} block, and from bare DER`, () => {
      const whole = signedData(ders());
      assert.deepEqual(subjects(Buffer.from(toPem(label, whole))), ['CN=one', 'CN=other']);
      assert.deepEqual(subjects(whole), ['CN=one', 'CN=other']);
    });

  it('are not taken from other content, nor from what is cut off, and say so', () => {
    const data = signedData(ders(), '1.2.840.113549.1.7.1');
    assert.throws(() => certificatesOfSignedData(data), /not a CMS SignedData/);
    const whole = signedData(ders());
    for (let length = 0; length < whole.length; length += 7)
      assert.throws(() => certificatesOfSignedData(whole.subarray(0, length)), /not a CMS SignedData/);
    const [problem] = certificatesIn(Buffer.from(toPem('PKCS7', data))).problems;
    assert.match(problem?.reason ?? '', /PKCS7 block is unreadable: not a CMS SignedData/);
  });
});
