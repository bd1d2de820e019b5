import assert from 'node:assert/strict';
import { rules } from '../../../src/core/x509/rules.ts';
import { validate } from '../../../src/core/x509/validate.ts';
import { inputOf, makeChain, makeLeaf, makeMiddle, makeRoot, NOW, scenarios } from './support/scenarios.ts';

describe('path validation', () => {
  for (const { title, make, breaks, accepted } of scenarios) {
    it(`${breaks.length === 0 ? 'accepts' : 'refuses'} a chain where ${title}`, async () => {
      const { conforms, reasons, acceptedBy } = validate(inputOf(await make()));
      assert.deepEqual([...new Set(reasons.map(({ rule }) => rule))].sort(), [...breaks].sort());
      assert.equal(conforms, breaks.length === 0);
      const { openssl, 'openssl-strict': strict, go, browser } = acceptedBy;
      assert.deepEqual(
        { openssl: openssl.accepted, strict: strict.accepted, go: go.accepted, browser: browser.accepted },
        accepted,
        JSON.stringify(acceptedBy),
      );
    });
  }

  it('names the certificate, the rule, what was expected and the source', async () => {
    const chain = await makeChain({ middle: { notAfter: NOW - 1000 } });
    const [reason] = validate(inputOf(chain)).reasons;
    assert.deepEqual(reason, {
      rule: 'expired',
      certificate: chain.middle.certificate.sha256,
      message: 'expired at 2026-06-01T11:59:59Z, the time is 2026-06-01T12:00:00Z',
      ...rules.expired,
    });
  });

  it('reports everything that is wrong at once', async () => {
    const chain = await makeChain({
      leaf: { dnsNames: ['x.example'], notAfter: NOW - 1000 },
      middle: { pathLen: 0, keyUsages: ['cRLSign'] },
    });
    const rulesBroken = validate(inputOf(chain)).reasons.map(({ rule }) => rule);
    assert.deepEqual(rulesBroken.sort(), ['expired', 'key-usage-cert-sign', 'name-mismatch']);
  });

  it('says which issuer is missing, by subject and key id, and where it could be had', async () => {
    const access = {
      oid: '1.3.6.1.5.5.7.1.1',
      critical: false,
      value: Buffer.from('301f301d06082b060105050730028611687474703a2f2f63612e6578616d706c65', 'hex'),
    };
    const chain = await makeChain({ leaf: { extensions: [access] } });
    const verdict = validate({ ...inputOf(chain), intermediates: [] });
    assert.equal(verdict.complete, false);
    assert.equal(verdict.missingIssuer?.subject, 'CN=Middle');
    assert.equal(verdict.missingIssuer?.keyId, chain.middle.certificate.subjectKeyId);
    assert.deepEqual(verdict.missingIssuer?.urls, ['http://ca.example']);
    assert.match(verdict.acceptedBy.browser.reasons[0]!.message, /would fetch it from http:\/\/ca\.example/);
    const fetched = validate({ ...inputOf(chain), intermediates: [], elsewhere: [chain.middle.certificate] });
    assert.deepEqual(
      [fetched.conforms, fetched.acceptedBy.browser.accepted, fetched.acceptedBy.go.accepted],
      [false, true, false],
    );
  });

  it('traces each acceptance that differs from the RFC to what the client leaves out', async () => {
    const { conforms, acceptedBy } = validate(inputOf(await makeChain({ leaf: { omitAuthorityKeyId: true } })));
    assert.equal(conforms, false);
    assert.deepEqual(acceptedBy.go.passesOver, [
      { rule: 'aki-missing', why: 'Go does not check it', source: 'go crypto/x509/verify.go' },
    ]);
    assert.deepEqual(acceptedBy.go.reasons, []);
    const loose = validate(inputOf(await makeChain({ leaf: { subject: 'CN=app.example.com', dnsNames: [] } })));
    assert.deepEqual(
      loose.acceptedBy.openssl.passesOver.map(({ rule }) => rule),
      ['name-mismatch'],
    );
    const byWildcard = await makeChain({
      root: { nameConstraints: { excluded: { dns: ['bar.example.com'] } } },
      leaf: { dnsNames: ['*.example.com'] },
    });
    assert.deepEqual(validate(inputOf(byWildcard)).acceptedBy.openssl.passesOver, [
      {
        rule: 'name-excluded',
        why: 'it reads that rule more loosely',
        source: 'openssl crypto/x509/v3_ncons.c NAME_CONSTRAINTS_check',
      },
    ]);
  });

  it('counts intermediates against the depth that the caller allows, self-issued ones not', async () => {
    const chain = await makeChain();
    assert.deepEqual(
      validate({ ...inputOf(chain), maxDepth: 0 }).reasons.map(({ rule }) => rule),
      ['path-too-long'],
    );
    assert.equal(validate({ ...inputOf(chain), maxDepth: 1 }).conforms, true);
    const root = await makeRoot();
    const first = await makeMiddle(root);
    const second = await makeMiddle(first);
    const leaf = await makeLeaf(second);
    const rollover = { ...inputOf({ leaf, intermediates: [first, second], anchors: [root] }), maxDepth: 1 };
    assert.equal(validate(rollover).conforms, true);
  });

  it('demands usages and purposes beyond the kind of peer where the certificate states any', async () => {
    const input = inputOf(await makeChain());
    assert.deepEqual(
      validate({ ...input, keyUsage: ['keyAgreement'] }).reasons.map(({ rule }) => rule),
      ['key-usage-demanded'],
    );
    assert.deepEqual(
      validate({ ...input, extKeyUsage: ['codeSigning'] }).reasons.map(({ rule }) => rule),
      ['extended-key-usage'],
    );
    assert.equal(validate({ ...input, keyUsage: ['digitalSignature'], extKeyUsage: ['serverAuth'] }).conforms, true);
    assert.equal(
      validate({ ...inputOf(await makeChain({ leaf: { keyUsages: [] } })), keyUsage: ['keyAgreement'] }).conforms,
      true,
    );
  });

  it('does not look at fractions of a second', async () => {
    const input = inputOf(await makeChain({ leaf: { notBefore: NOW, notAfter: NOW } }));
    assert.equal(validate({ ...input, now: NOW - 1 }).reasons[0]?.rule, 'not-yet-valid');
    assert.equal(validate({ ...input, now: NOW + 999 }).conforms, true);
    assert.equal(validate({ ...input, now: NOW + 1000 }).reasons[0]?.rule, 'expired');
  });
});
