import assert from 'node:assert/strict';
import { explainVerdict, suggestIssuers } from '../../../src/core/x509/explain.ts';
import { validate } from '../../../src/core/x509/validate.ts';
import { inputOf, type Made, makeChain, makeMiddle, NOW } from './support/scenarios.ts';

const explain = (made: Made, refsOf?: (sha256: string) => readonly string[]) => {
  const known = [made.leaf, ...made.intermediates, ...made.anchors].map(({ certificate }) => certificate);
  return explainVerdict({ verdict: validate(inputOf(made)), certificates: known, ...(refsOf ? { refsOf } : {}) });
};

describe('explaining a verdict', () => {
  it('shows the path and that everybody accepts it', async () => {
    assert.deepEqual(explain(await makeChain()), [
      'the path CN=leaf <- CN=Middle <- CN=Root satisfies RFC 5280',
      'OpenSSL as it comes: accepted',
      'OpenSSL with strict checks (Python from 3.13 on): accepted',
      'Go (Kubernetes itself): accepted',
      'browsers (Chromium, Firefox): accepted',
    ]);
  });

  it('names the certificate, what is wrong, what was expected and the source', async () => {
    const lines = explain(await makeChain({ middle: { notAfter: NOW - 1000 } }));
    assert.equal(lines[0], 'the path that comes closest is CN=leaf <- CN=Middle <- CN=Root');
    assert.equal(
      lines[1],
      'CN=Middle: expired at 2026-06-01T11:59:59Z, the time is 2026-06-01T12:00:00Z; expected a time not after notAfter (RFC 5280 section 4.1.2.5)',
    );
    assert.match(
      lines.at(-2) ?? '',
      /^Go \(Kubernetes itself\): refused, CN=Middle: expired at .* \(go crypto\/x509\/verify\.go isValid\)$/,
    );
  });

  it('names the missing intermediate and where it was seen', async () => {
    const chain = await makeChain();
    const verdict = validate({ ...inputOf(chain), intermediates: [] });
    const certificates = [chain.leaf, chain.middle, chain.root].map(({ certificate }) => certificate);
    const refsOf = (sha256: string) =>
      sha256 === chain.middle.certificate.sha256 ? ['secret/web/old#tls.crt[1]'] : [];
    const lines = explainVerdict({ verdict, certificates, refsOf });
    assert.equal(lines[0], 'the path that comes closest is CN=leaf <- (no further)');
    const key = chain.middle.certificate.subjectKeyId;
    assert.ok(
      lines.includes(
        `missing: the certificate of CN=Middle with key id ${key}; it was seen in secret/web/old#tls.crt[1]: append it to the chain that is served`,
      ),
    );
    assert.ok(
      explainVerdict({ verdict, certificates }).includes(`missing: the certificate of CN=Middle with key id ${key}`),
    );
  });

  it('says which rules a client passes over', async () => {
    const lines = explain(await makeChain({ leaf: { omitAuthorityKeyId: true } }));
    assert.ok(
      lines.includes(
        'Go (Kubernetes itself): accepted, passing over aki-missing (Go does not check it, go crypto/x509/verify.go)',
      ),
    );
  });

  it('says that a limit ended the search', async () => {
    const chain = await makeChain();
    const verdict = validate({ ...inputOf(chain), effort: { signatures: 0 } });
    assert.equal(
      explainVerdict({ verdict, certificates: [] })[0],
      'no path was found before the limit on signatures was reached',
    );
  });

  it('suggests only issuers whose key made the signature, the one that lasts longest first', async () => {
    const { leaf, middle, root } = await makeChain();
    const namesake = await makeMiddle(root);
    const longer = await makeMiddle(root, { key: middle.key, notAfter: middle.certificate.notAfter + 1000 });
    const candidates = [root, namesake, middle, longer].map(({ certificate }) => certificate);
    assert.deepEqual(
      suggestIssuers(leaf.certificate, candidates).map(({ sha256 }) => sha256),
      [longer.certificate.sha256, middle.certificate.sha256],
    );
  });
});
