import assert from 'node:assert/strict';
import type { Certificate } from '../../../src/core/x509/certificate.ts';
import { validate } from '../../../src/core/x509/validate.ts';
import { type Minted, mintKey } from '../../../src/io/demo/mint.ts';
import { inputOf, makeChain, makeLeaf, makeMiddle, makeRoot, NOW } from './support/scenarios.ts';

const certificates = (...minted: Minted[]) => minted.map(({ certificate }) => certificate);
const subjects = (path: readonly string[], known: readonly Certificate[]) =>
  path.map((sha256) => known.find((certificate) => certificate.sha256 === sha256)?.subject);

describe('building paths', () => {
  it('comes back from an expired cross-sign to the one that is valid', async () => {
    const root = await makeRoot();
    const expired = await makeMiddle(root, { notAfter: NOW - 1000 });
    const valid = await makeMiddle(root, { key: expired.key });
    const leaf = await makeLeaf(valid);
    const verdict = validate(inputOf({ leaf, intermediates: [expired, valid], anchors: [root] }));
    assert.deepEqual(
      verdict.path,
      [leaf, valid, root].map(({ certificate }) => certificate.sha256),
    );
  });

  it('goes around an untrusted root of the same name to the trusted one behind a cross-sign', async () => {
    const [trusted, untrusted] = [await makeRoot({ subject: 'CN=A' }), await makeRoot({ subject: 'CN=B' })];
    const first = await makeMiddle(untrusted);
    const second = await makeMiddle(trusted, { key: first.key });
    const leaf = await makeLeaf(first);
    const intermediates = [first, second, untrusted];
    assert.equal(validate(inputOf({ leaf, intermediates, anchors: [trusted] })).conforms, true);
  });

  it('finds the way through a constraint that one of two CAs of a name has', async () => {
    const root = await makeRoot();
    const narrow = await makeMiddle(root, { nameConstraints: { permitted: { dns: ['other.example'] } } });
    const wide = await makeMiddle(root, { key: narrow.key, notAfter: NOW + 1000 });
    const leaf = await makeLeaf(narrow);
    assert.equal(validate(inputOf({ leaf, intermediates: [narrow, wide], anchors: [root] })).conforms, true);
    assert.equal(
      validate(inputOf({ leaf, intermediates: [narrow], anchors: [root] })).reasons[0]?.rule,
      'name-not-permitted',
    );
  });

  it('does not go in circles between CAs that signed each other', async () => {
    const keys = [mintKey('ECDSA-P256'), mintKey('ECDSA-P256')] as const;
    const [a, b] = [
      await makeRoot({ subject: 'CN=A', key: keys[0] }),
      await makeRoot({ subject: 'CN=B', key: keys[1] }),
    ];
    const aByB = await makeMiddle(b, { subject: 'CN=A', key: keys[0] });
    const bByA = await makeMiddle(a, { subject: 'CN=B', key: keys[1] });
    const leaf = await makeLeaf(a);
    const other = await makeRoot({ subject: 'CN=Other' });
    const verdict = validate(inputOf({ leaf, intermediates: [aByB, bByA], anchors: [other] }));
    assert.deepEqual([verdict.conforms, verdict.exhausted], [false, undefined]);
  });

  it('ends a path at the first anchor, self-signed or not', async () => {
    const chain = await makeChain();
    const input = { ...inputOf(chain), anchors: certificates(chain.middle, chain.root) };
    assert.deepEqual(validate(input).path, [chain.leaf.certificate.sha256, chain.middle.certificate.sha256]);
  });

  it('shows the path that reached an anchor rather than one that did not', async () => {
    const chain = await makeChain({ root: { notAfter: NOW - 1000 } });
    const stranger = await makeRoot({ subject: 'CN=Stranger' });
    const elsewhere = await makeMiddle(stranger, { key: chain.middle.key });
    const verdict = validate({ ...inputOf(chain), intermediates: certificates(chain.middle, elsewhere) });
    assert.deepEqual(subjects(verdict.path, certificates(chain.leaf, chain.middle, chain.root, elsewhere)), [
      'CN=leaf',
      'CN=Middle',
      'CN=Root',
    ]);
    assert.deepEqual(
      verdict.reasons.map(({ rule }) => rule),
      ['expired'],
    );
  });

  it('names a signature that no key at hand made', async () => {
    const root = await makeRoot({ omitSubjectKeyId: true });
    const leaf = await makeLeaf(await makeRoot({ omitSubjectKeyId: true }));
    const [reason] = validate(inputOf({ leaf, intermediates: [], anchors: [root] })).reasons;
    assert.deepEqual(
      [reason?.rule, reason?.message],
      ['signature-invalid', 'no certificate at hand with the name of its issuer, CN=Root, has the key that signed it'],
    );
  });

  it('gives an answer of its own when the effort is spent', async () => {
    const root = await makeRoot();
    const namesakes = await Promise.all(Array.from({ length: 12 }, () => makeRoot({ omitSubjectKeyId: true })));
    const leaf = await makeLeaf(root, { omitAuthorityKeyId: true });
    const input = inputOf({ leaf, intermediates: namesakes, anchors: [await makeRoot({ subject: 'CN=X' })] });
    const verdict = validate({ ...input, effort: { signatures: 5 } });
    assert.deepEqual(
      [verdict.conforms, verdict.exhausted, verdict.reasons.map(({ rule }) => rule)],
      [false, 'signatures', ['budget-exhausted']],
    );
    assert.equal(verdict.acceptedBy.go.accepted, false);
    assert.equal(validate(input).exhausted, undefined);
  });

  it('bounds thousands of names under thousands of constraints', async () => {
    const hosts = (prefix: string) => Array.from({ length: 1100 }, (_, index) => `${prefix}${index}.example`);
    const root = await makeRoot({ nameConstraints: { permitted: { dns: hosts('p') }, excluded: { dns: hosts('x') } } });
    const leaf = await makeLeaf(root, { dnsNames: hosts('p') });
    const verdict = validate({
      ...inputOf({ leaf, intermediates: [], anchors: [root] }),
      name: { kind: 'dns', value: 'p0.example' },
    });
    assert.equal(verdict.exhausted, 'comparisons');
  });

  it('bounds forty CAs of one name that all signed each other', async () => {
    const keys = Array.from({ length: 40 }, () => mintKey('ECDSA-P256'));
    const roots = await Promise.all(
      keys.map((key) => makeRoot({ key, omitSubjectKeyId: true, omitAuthorityKeyId: true })),
    );
    const crossed = await Promise.all(
      roots.map((issuer, index) =>
        makeMiddle(issuer, { subject: 'CN=Root', key: keys[(index + 1) % 40]!, omitAuthorityKeyId: true }),
      ),
    );
    const leaf = await makeLeaf(roots[0]!, { omitAuthorityKeyId: true });
    const verdict = validate(
      inputOf({ leaf, intermediates: [...roots, ...crossed], anchors: [await makeRoot({ subject: 'CN=X' })] }),
    );
    assert.equal(verdict.conforms, false);
  });
});
