import assert from 'node:assert/strict';
import { coversName, describeNames, expectedName, matchesDns } from '../../../src/core/x509/names.ts';
import { mint } from '../../../src/io/demo/mint.ts';

const validity = { notBefore: 0, notAfter: 1e12 };

const dns: [pattern: string, host: string, matches: boolean][] = [
  ['example.com', 'example.com', true],
  ['example.com', 'EXAMPLE.com', true],
  ['Example.COM', 'example.com', true],
  ['example.com', 'example.com.', true],
  ['example.com.', 'example.com', false],
  ['example.com', 'www.example.com', false],
  ['*.example.com', 'www.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'a.b.example.com', false],
  ['*.example.com', '.example.com', false],
  ['*.svc', 'api.svc', true],
  ['*', 'localhost', false],
  ['*.', 'a.', false],
  ['w*.example.com', 'www.example.com', false],
  ['www.*.com', 'www.example.com', false],
  ['*.*.com', 'a.b.com', false],
  ['_dmarc.example.com', '_dmarc.example.com', true],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example', true],
  ['10.0.0.1', '10.0.0.1', true],
  ['', '', false],
  ['a b.example', 'a b.example', false],
];

describe('names of a peer', () => {
  for (const [pattern, host, matches] of dns) {
    it(`"${pattern}" ${matches ? 'covers' : 'does not cover'} "${host}"`, () =>
      assert.equal(matchesDns(pattern, host), matches));
  }

  it('tells addresses from DNS names', () => {
    assert.deepEqual(expectedName('10.0.0.1'), { kind: 'ip', value: '10.0.0.1' });
    assert.deepEqual(expectedName('[::1]'), { kind: 'ip', value: '::1' });
    assert.deepEqual(expectedName('kubernetes.default.svc'), { kind: 'dns', value: 'kubernetes.default.svc' });
  });

  it('compares addresses by their bytes and only with addresses', async () => {
    const { certificate } = await mint({
      subject: 'CN=x',
      ipAddresses: ['2001:db8::1'],
      dnsNames: ['10.0.0.1'],
      ...validity,
    });
    assert.ok(coversName(certificate, { kind: 'ip', value: '2001:0DB8:0:0::1' }));
    assert.ok(!coversName(certificate, { kind: 'ip', value: '10.0.0.1' }));
    assert.ok(!coversName(certificate, { kind: 'ip', value: 'nonsense' }));
  });

  it('compares mailboxes and URIs exactly but for the case of the host', async () => {
    const { certificate } = await mint({
      subject: 'CN=x',
      emails: ['Me@Example.com'],
      uris: ['spiffe://td/a'],
      ...validity,
    });
    assert.ok(coversName(certificate, { kind: 'email', value: 'Me@example.COM' }));
    assert.ok(!coversName(certificate, { kind: 'email', value: 'me@example.com' }));
    assert.ok(coversName(certificate, { kind: 'uri', value: 'spiffe://td/a' }));
    assert.ok(!coversName(certificate, { kind: 'uri', value: 'spiffe://td/a/' }));
  });

  it('gives the common name no weight, and says so', async () => {
    const { certificate } = await mint({ subject: 'CN=app.example.com', ...validity });
    assert.ok(!coversName(certificate, { kind: 'dns', value: 'app.example.com' }));
    assert.equal(
      describeNames(certificate),
      'it has no subjectAltName, and the common name "app.example.com" does not count',
    );
  });

  it('lists what a certificate is for, the first eight names', async () => {
    const dnsNames = Array.from({ length: 10 }, (_, index) => `h${index}.example`);
    const { certificate } = await mint({ subject: '', dnsNames, ...validity });
    assert.match(describeNames(certificate), /^it is for h0\.example, .*h7\.example and 2 more$/);
    assert.equal(describeNames((await mint({ subject: 'O=x', ...validity })).certificate), 'it names no host');
  });
});
