import assert from 'node:assert/strict';
import type { ClientId } from '../../../../src/core/x509/clients/client.ts';
import { type ValidationInput, validate } from '../../../../src/core/x509/validate.ts';
import { der, sequence } from '../../../../src/io/demo/der-writer.ts';
import { type Minted, mintKey } from '../../../../src/io/demo/mint.ts';
import { generalName } from '../../../../src/io/demo/mint-names.ts';
import { inputOf, type Made, makeChain, makeLeaf, makeMiddle, makeRoot, NOW } from '../support/scenarios.ts';

const objections = (made: Made | ValidationInput, client: ClientId) => {
  const input = 'now' in made ? made : inputOf(made);
  return validate(input).acceptedBy[client].reasons.map(({ rule, source }) => `${rule} @ ${source}`);
};
const issuerNames = { oid: '2.5.29.18', critical: true, value: sequence(generalName.dns('ca.example')) };

describe('what Go has of its own', () => {
  it('wants issuer and subject in the same bytes', async () => {
    const root = await makeRoot({ subject: 'CN=Root' });
    const shouting = await makeRoot({ subject: 'CN=ROOT', key: root.key });
    const leaf = await makeLeaf(shouting);
    const made = { leaf, intermediates: [], anchors: [root] };
    assert.equal(validate(inputOf(made)).conforms, true);
    assert.deepEqual(objections(made, 'go'), [
      'issuer-encoded-differently @ go crypto/x509/verify.go findPotentialParents',
    ]);
  });

  it('counts self-issued intermediates against a path length', async () => {
    const root = await makeRoot();
    const first = await makeMiddle(root, { pathLen: 0 });
    const second = await makeMiddle(first, { key: mintKey('ECDSA-P256') });
    const made = { leaf: await makeLeaf(second), intermediates: [first, second], anchors: [root] };
    assert.equal(validate(inputOf(made)).conforms, true);
    assert.deepEqual(objections(made, 'go'), ['path-length @ go crypto/x509/verify.go isValid']);
    assert.deepEqual(objections(made, 'openssl'), []);
  });

  it('does not understand critical issuerAltName', async () => {
    const chain = await makeChain({ middle: { extensions: [issuerNames] } });
    assert.deepEqual(objections(chain, 'go'), ['unknown-critical-extension @ go crypto/x509/verify.go isValid']);
    assert.deepEqual(objections(chain, 'browser'), []);
  });

  it('refuses critical constraints on directory names even when they are kept', async () => {
    const chain = await makeChain({ middle: { nameConstraints: { permitted: { directory: ['CN=leaf'] } } } });
    assert.equal(validate(inputOf(chain)).conforms, true);
    assert.deepEqual(objections(chain, 'go'), ['name-constraint-unhandled @ go crypto/x509/verify.go isValid']);
  });

  it('takes a host in a constraint on e-mail addresses for a domain', async () => {
    const chain = await makeChain({
      middle: { nameConstraints: { permitted: { email: ['example.com'] } } },
      leaf: { emails: ['a@mail.example.com'] },
    });
    assert.deepEqual(
      validate(inputOf(chain)).reasons.map(({ rule }) => rule),
      ['name-not-permitted'],
    );
    assert.deepEqual(objections(chain, 'go'), []);
    const outside = await makeChain({
      middle: { nameConstraints: { permitted: { email: ['example.com'] } } },
      leaf: { emails: ['a@example.org'] },
    });
    assert.deepEqual(objections(outside, 'go'), [
      'name-not-permitted @ go crypto/x509/constraints.go checkChainConstraints',
    ]);
  });

  it('reads constraints that the RFC calls malformed: a period in front', async () => {
    const chain = await makeChain({ middle: { nameConstraints: { permitted: { dns: ['.example.com'] } } } });
    assert.deepEqual(
      validate(inputOf(chain)).reasons.map(({ rule }) => rule),
      ['name-constraints-malformed'],
    );
    for (const client of ['go', 'openssl', 'openssl-strict', 'browser'] as const)
      assert.deepEqual(objections(chain, client), []);
  });

  it('compares a DNS name that is no host name literally', async () => {
    const chain = await makeChain({ leaf: { dnsNames: ['not a host'] } });
    const input: ValidationInput = { ...inputOf(chain), name: { kind: 'dns', value: 'not a host' } };
    assert.deepEqual(objections(input, 'go'), []);
    assert.equal(validate(input).conforms, false);
  });
});

describe('what OpenSSL has of its own', () => {
  it('does not read any purpose as that of a server', async () => {
    const chain = await makeChain({ leaf: { extKeyUsages: ['anyExtendedKeyUsage'] } });
    assert.deepEqual(objections(chain, 'openssl'), [
      'any-purpose-not-understood @ openssl crypto/x509/v3_purp.c xku_reject',
    ]);
  });

  it('wants a key of a server to be for handshakes', async () => {
    const chain = await makeChain({ leaf: { keyUsages: ['dataEncipherment'] } });
    assert.deepEqual(objections(chain, 'openssl'), [
      'key-usage-tls @ openssl crypto/x509/v3_purp.c check_purpose_ssl_server',
    ]);
  });

  it('wants two labels after a wildcard', async () => {
    const chain = await makeChain({ leaf: { dnsNames: ['*.local'] } });
    const input: ValidationInput = { ...inputOf(chain), name: { kind: 'dns', value: 'app.local' } };
    assert.equal(validate(input).conforms, true);
    assert.deepEqual(objections(input, 'openssl'), ['name-mismatch @ openssl crypto/x509/v3_utl.c do_x509_check']);
  });

  const partial: [pattern: string, host: string, covers: boolean][] = [
    ['a*.example.com', 'app.example.com', true],
    ['*p.example.com', 'app.example.com', true],
    ['a*p.example.com', 'app.example.com', true],
    ['b*.example.com', 'app.example.com', false],
    ['app*.example.com', 'app.example.com', true],
    ['appp*.example.com', 'app.example.com', false],
    ['xn--a*.example.com', 'xn--app.example.com', false],
    ['a*.*.com', 'app.example.com', false],
    ['a**.example.com', 'app.example.com', false],
  ];
  for (const [pattern, host, covers] of partial) {
    it(`${covers ? 'takes' : 'does not take'} "${pattern}" for ${host}`, async () => {
      const chain = await makeChain({ leaf: { dnsNames: [pattern] } });
      assert.equal(
        objections({ ...inputOf(chain), name: { kind: 'dns', value: host } }, 'openssl').length,
        covers ? 0 : 1,
      );
    });
  }

  it('puts the common name under constraints where there is no DNS name', async () => {
    const change = { leaf: { subject: 'CN=app.example.com', dnsNames: [], ipAddresses: ['10.0.0.1'] } };
    const free = inputOf(await makeChain(change));
    const bound = inputOf(
      await makeChain({ ...change, middle: { nameConstraints: { permitted: { dns: ['example.org'] } } } }),
    );
    const name = { kind: 'ip', value: '10.0.0.1' } as const;
    assert.deepEqual(objections({ ...free, name }, 'openssl'), []);
    assert.deepEqual(objections({ ...bound, name }, 'openssl'), [
      'name-not-permitted @ openssl crypto/x509/v3_ncons.c NAME_CONSTRAINTS_check_CN',
    ]);
    assert.deepEqual(objections({ ...bound, name }, 'go'), []);
  });

  it('never comes back from an issuer that it chose, and says when chance decides', async () => {
    const [trusted, other] = [await makeRoot({ subject: 'CN=A' }), await makeRoot({ subject: 'CN=B' })];
    const good = await makeMiddle(trusted);
    const bad = await makeMiddle(other, { key: good.key });
    const made = { leaf: await makeLeaf(good), intermediates: [good, bad], anchors: [trusted] };
    assert.equal(validate(inputOf(made)).conforms, true);
    assert.deepEqual(
      objections(made, 'openssl').map((text) => text.split(' @')[0]),
      ['depends-on-order', 'issuer-missing'],
    );
  });

  it('prefers what is trusted even when it has expired', async () => {
    const root = await makeRoot({ notAfter: NOW - 1000 });
    const renewed = await makeMiddle(await makeRoot({ subject: 'CN=Top' }), { subject: 'CN=Root', key: root.key });
    const top = await makeRoot({ subject: 'CN=Top' });
    const made = { leaf: await makeLeaf(root), intermediates: [renewed], anchors: [root, top] };
    assert.deepEqual(objections(made, 'openssl'), [
      'expired @ openssl crypto/x509/x509_vfy.c ossl_x509_check_cert_time',
    ]);
  });

  it('heeds the issuer and serial number that a certificate states for its issuer', async () => {
    const key = mintKey('ECDSA-P256');
    const root = await makeRoot({ key, serialNumber: '11' });
    const wrong = sequence(der(0xa1, generalName.directory('CN=Root')), der(0x82, Buffer.from([0x12])));
    const leaf = await makeLeaf(root, {
      omitAuthorityKeyId: true,
      extensions: [{ oid: '2.5.29.35', critical: false, value: wrong }],
    });
    const made = { leaf, intermediates: [] as Minted[], anchors: [root] };
    assert.deepEqual(
      objections(made, 'openssl').map((text) => text.split(' @')[0]),
      ['issuer-missing'],
    );
    assert.deepEqual(objections(made, 'go'), []);
  });

  it('demands keyUsage of a CA when strict', async () => {
    const chain = await makeChain({ root: { keyUsages: [] } });
    assert.deepEqual(objections(chain, 'openssl'), []);
    assert.deepEqual(
      objections(chain, 'openssl-strict').map((text) => text.split(' @')[0]),
      ['ca-key-usage-missing'],
    );
  });
});

describe('what browsers have of their own', () => {
  it('know neither Ed25519 nor a CA as a server', async () => {
    assert.deepEqual(
      objections(await makeChain({ leaf: { key: 'Ed25519' } }), 'browser').map((text) => text.split(' @')[0]),
      ['key-unsupported'],
    );
    const ca = await makeChain({ leaf: { isCA: true, keyUsages: ['digitalSignature', 'keyCertSign'] } });
    assert.deepEqual(
      objections(ca, 'browser').map((text) => text.split(' @')[0]),
      ['ca-as-leaf'],
    );
  });
});
