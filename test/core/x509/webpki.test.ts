import assert from 'node:assert/strict';
import { isPublicSuffix } from '../../../src/core/x509/public-suffix.ts';
import { validate } from '../../../src/core/x509/validate.ts';
import { checkWebPki } from '../../../src/core/x509/webpki.ts';
import type { MintSpec } from '../../../src/io/demo/mint.ts';
import { inputOf, makeChain } from './support/scenarios.ts';

const access = { oid: '2.5.29.37', critical: true, value: Buffer.from('300a06082b06010505070301', 'hex') };
const keyIds = (hex: string) => ({ oid: '2.5.29.35', critical: false, value: Buffer.from(hex, 'hex') });

const cases: [what: string, change: { root?: Partial<MintSpec>; leaf?: Partial<MintSpec> }, rules: string[]][] = [
  ['a chain of the public web', {}, []],
  ['RSA with 1024 bits', { leaf: { key: 'RSA-1024' } }, ['key-size']],
  ['RSA with 2052 bits', { leaf: { key: 'RSA-2052' } }, ['key-size']],
  ['Ed25519', { leaf: { key: 'Ed25519' } }, ['key-kind']],
  [
    'a CA in the place of a server',
    { leaf: { isCA: true, keyUsages: ['digitalSignature', 'keyCertSign'] } },
    ['leaf-is-ca'],
  ],
  ['no purpose', { leaf: { extKeyUsages: [], extensions: [] } }, ['purposes-missing']],
  ['any purpose', { leaf: { extKeyUsages: ['anyExtendedKeyUsage'] } }, ['purposes-any']],
  ['a critical purpose', { leaf: { extKeyUsages: ['serverAuth'], extensions: [access] } }, ['purposes-critical']],
  ['a common name that is one of the names', { leaf: { subject: 'CN=app.example.com' } }, []],
  ['a common name in other letters', { leaf: { subject: 'CN=App.example.com' } }, ['common-name']],
  ['a common name that is another host', { leaf: { subject: 'CN=other.example.org' } }, ['common-name']],
  ['a common name that is the domain of a name', { leaf: { subject: 'CN=example.com' } }, []],
  ['a common name that is no host', { leaf: { subject: 'CN=kube-apiserver' } }, []],
  [
    'an address in another form',
    { leaf: { subject: 'CN=192.168.001.001', ipAddresses: ['192.168.1.1'], dnsNames: [] } },
    ['common-name'],
  ],
  [
    'a hexadecimal address',
    { leaf: { subject: 'CN=0xC0A80101', ipAddresses: ['192.168.1.1'], dnsNames: [] } },
    ['common-name'],
  ],
  ['a URI', { leaf: { uris: ['spiffe://td/x'] } }, ['name-kind']],
  ['an underscore', { leaf: { dnsNames: ['a_b.example.com'] } }, ['name-malformed']],
  ['a lone wildcard', { leaf: { dnsNames: ['*'] } }, ['name-malformed']],
  ['a wildcard for a country', { leaf: { dnsNames: ['*.co.uk'] } }, ['wildcard-too-wide']],
  ['a wildcard for a top level domain', { leaf: { dnsNames: ['*.com'] } }, ['wildcard-too-wide']],
  ['a wildcard for a hoster', { leaf: { dnsNames: ['*.s3.amazonaws.com'] } }, ['wildcard-too-wide']],
  ['a wildcard for a domain', { leaf: { dnsNames: ['*.example.co.uk'] } }, []],
  ['no alternative name', { leaf: { dnsNames: [] } }, ['names-missing']],
  ['a root with purposes', { root: { extKeyUsages: ['serverAuth'] } }, ['root-purposes']],
  [
    'a root with an empty key id of its issuer',
    { root: { omitAuthorityKeyId: true, extensions: [keyIds('3000')] } },
    ['root-key-id'],
  ],
  [
    'a root with another key id of its issuer',
    { root: { omitAuthorityKeyId: true, extensions: [keyIds('3003800101')] } },
    ['root-key-id'],
  ],
];

describe('rules of the public web', () => {
  for (const [what, change, rules] of cases) {
    it(`find ${rules.join(' and ') || 'nothing'} in ${what}`, async () => {
      const { leaf, middle, root } = await makeChain(change);
      const found = checkWebPki([leaf.certificate, middle.certificate, root.certificate]).map(({ rule }) => rule);
      assert.deepEqual(found, rules);
    });
  }

  it('never make a refusal', async () => {
    const { conforms, warnings } = validate(inputOf(await makeChain({ leaf: { uris: ['spiffe://td/x'] } })));
    assert.equal(conforms, true);
    assert.deepEqual(
      warnings.map(({ message, source }) => `${message} (${source})`),
      ['has a uri name (CA/Browser Forum BR section 7.1.2.7.12)'],
    );
  });

  it('know suffixes below which strangers register names', () => {
    for (const suffix of ['com', 'co.uk', 'com.au', 'GitHub.io', 's3.eu-west-1.amazonaws.com'])
      assert.ok(isPublicSuffix(suffix), suffix);
    for (const domain of ['example.com', 'svc.cluster.local', 'bbc.co.uk', 'co.example'])
      assert.ok(!isPublicSuffix(domain), domain);
  });
});
