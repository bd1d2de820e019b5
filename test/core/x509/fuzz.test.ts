import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readPem } from '../../../src/core/parse/pem.ts';
import { certificatesIn } from '../../../src/core/parse/pem-contents.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../../../src/core/x509/certificate.ts';
import { parseCrl } from '../../../src/core/x509/crl.ts';
import { explainVerdict } from '../../../src/core/x509/explain.ts';
import { parseRequest } from '../../../src/core/x509/request.ts';
import { validate } from '../../../src/core/x509/validate.ts';
import { mint, mintCrl, mintRequest } from '../../../src/io/demo/mint.ts';
import { inputOf, makeChain, NOW } from './support/scenarios.ts';

/** One change to bytes: another value, bytes taken out, bytes put in, or the rest cut off. */
type Change = { readonly kind: 'set' | 'cut' | 'insert' | 'end'; readonly at: number; readonly value: number };

const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'cut', 'insert', 'end'),
    at: fc.nat(4000),
    value: fc.nat(255),
  }) as fc.Arbitrary<Change>,
  { minLength: 1, maxLength: 6 },
);

function mutate(bytes: Uint8Array, list: readonly Change[]): Uint8Array {
  let result: Uint8Array = Buffer.from(bytes);
  for (const { kind, at, value } of list) {
    const place = at % Math.max(1, result.length);
    if (kind === 'set') result[place] = value;
    else if (kind === 'cut') result = Buffer.concat([result.subarray(0, place), result.subarray(place + (value % 8))]);
    else if (kind === 'insert')
      result = Buffer.concat([result.subarray(0, place), Buffer.alloc(1 + (value % 8), value), result.subarray(place)]);
    else result = result.subarray(0, place);
  }
  return result;
}

/** Reads, or refuses in the one way that callers know. */
function tryRead<T>(read: (der: Uint8Array) => T, der: Uint8Array): T | undefined {
  try {
    return read(der);
  } catch (error) {
    assert.ok(error instanceof MalformedCertificate, String(error));
    assert.match(error.message, /^not a (certificate|revocation list|certificate request): .* at byte \d+$/s);
    return undefined;
  }
}

const runs = { numRuns: 1500 };

describe('mutated input', () => {
  const chainParts = async () =>
    makeChain({
      root: {
        nameConstraints: { permitted: { dns: ['example.com'], directory: ['CN=leaf'], email: ['.x'], uri: ['y'] } },
      },
      middle: { pathLen: 0, key: 'RSA-1024' },
      leaf: { uris: ['spiffe://td/x'], emails: ['a@b'], ipAddresses: ['10.0.0.1', '::1'] },
    });

  it('of certificates is read or refused, never a crash', async () => {
    const { leaf, middle, root } = await chainParts();
    const originals = [leaf, middle, root].map(({ certificate }) => certificate.der);
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        changes,
        (der, list) => void tryRead(parseCertificate, mutate(der, list)),
      ),
      runs,
    );
  }).timeout(30_000);

  it('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        assert.equal(tryRead(parseCertificate, bytes), undefined),
      ),
      runs,
    );
  });

  it('of revocation lists and requests is read or refused', async () => {
    const issuer = await mint({ subject: 'CN=x', isCA: true, notBefore: NOW, notAfter: NOW + 1e9 });
    const { crl } = await mintCrl({
      issuer,
      thisUpdate: NOW,
      nextUpdate: NOW + 1e9,
      revoked: [{ serialNumber: '01', at: NOW, reason: 1 }],
    });
    const { request } = await mintRequest({ subject: 'CN=x', dnsNames: ['a'], extKeyUsages: ['serverAuth'] });
    fc.assert(
      fc.property(changes, (list) => void tryRead(parseCrl, mutate(crl.der, list))),
      runs,
    );
    fc.assert(
      fc.property(changes, (list) => void tryRead(parseRequest, mutate(request.der, list))),
      runs,
    );
  }).timeout(30_000);

  it('of PEM becomes blocks and problems', async () => {
    const { pem, keyPem } = await mint({ subject: 'CN=x', notBefore: NOW, notAfter: NOW + 1e9 });
    const text = Buffer.from(`${pem}${keyPem}${pem}`);
    fc.assert(
      fc.property(changes, (list) => {
        const { blocks, problems } = readPem(mutate(text, list));
        assert.ok(blocks.length <= 3 && problems.every(({ line, reason }) => line > 0 && reason.length > 0));
        const contents = certificatesIn(mutate(text, list));
        assert.ok(contents.certificates.length + contents.keys.length <= 3);
      }),
      runs,
    );
  }).timeout(30_000);

  it('of a chain is judged and explained, and never conforms with a changed certificate that is used', async () => {
    const chain = await chainParts();
    const input = inputOf(chain);
    assert.equal(validate(input).conforms, false);
    const plain = inputOf(await makeChain());
    fc.assert(
      fc.property(fc.constantFrom('leaf', 'middle', 'root'), changes, (which, list) => {
        const change = (certificate: Certificate, role: string) =>
          role === which ? tryRead(parseCertificate, mutate(certificate.der, list)) : certificate;
        const [leaf, middle, root] = [
          change(plain.leaf, 'leaf'),
          change(plain.intermediates[0]!, 'middle'),
          change(plain.anchors[0]!, 'root'),
        ];
        if (!leaf || !middle || !root) return;
        const verdict = validate({ ...plain, leaf, intermediates: [middle], anchors: [root] });
        const same = [leaf, middle].every(({ sha256 }) =>
          [plain.leaf, plain.intermediates[0]].some((original) => original?.sha256 === sha256),
        );
        assert.ok(same || !verdict.conforms);
        assert.ok(explainVerdict({ verdict, certificates: [leaf, middle, root] }).length >= 5);
      }),
      { numRuns: 800 },
    );
  }).timeout(60_000);
});
