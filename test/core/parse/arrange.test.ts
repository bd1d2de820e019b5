import assert from 'node:assert/strict';
import { arrange, followIssuers } from '../../../src/core/parse/arrange.ts';
import type { Certificate } from '../../../src/core/x509/certificate.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';

const life = { notBefore: NOW, notAfter: NOW + 86_400_000 };
const ca = { ...life, isCA: true };

describe('what the certificates of one file are', () => {
  const named = new Map<string, Minted>();

  before(async () => {
    const root = await mint({ ...ca, subject: 'CN=root' });
    const inter = await mint({ ...ca, subject: 'CN=inter', issuer: root });
    named.set('root', root);
    named.set('inter', inter);
    named.set('other', await mint({ ...ca, subject: 'CN=other' }));
    // A rebuilt root: the name of the first, another key.
    named.set('rebuilt', await mint({ ...ca, subject: 'CN=root' }));
    named.set('leaf', await mint({ ...life, subject: 'CN=leaf', issuer: inter }));
    named.set('leaf2', await mint({ ...life, subject: 'CN=leaf2', issuer: inter }));
    named.set('self', await mint({ ...life, subject: 'CN=self' }));
  });

  const certificate = (name: string): Certificate => named.get(name)!.certificate;
  const nameOf = (one: Certificate) => [...named].find(([, { certificate: known }]) => known.sha256 === one.sha256)![0];

  /** What the file holds, whose keys are at hand, and the units as `index chain`, `*` for members of a bundle. */
  const files: [string, string[], string[], string[]][] = [
    ['nothing', [], [], []],
    ['a leaf', ['leaf'], [], ['0 leaf']],
    ['a CA', ['root'], [], ['0 root']],
    ['a leaf and its issuers', ['leaf', 'inter', 'root'], [], ['0 leaf inter root']],
    ['a leaf and its issuers in the wrong order', ['leaf', 'root', 'inter'], [], ['0 leaf root inter']],
    ['a leaf and a CA that is not its issuer', ['leaf', 'other'], [], ['0 leaf other']],
    ['issuers before their leaf', ['root', 'inter', 'leaf'], [], ['0 root inter leaf']],
    ['CAs', ['root', 'inter', 'other'], [], ['0 root*', '1 inter*', '2 other*']],
    ['a CA with its key, and its issuer', ['inter', 'root'], ['inter'], ['0 inter root']],
    ['CAs before a leaf of another CA', ['other', 'root', 'leaf'], [], ['0 other*', '1 root*', '2 leaf']],
    ['two leaves with their issuers', ['leaf', 'inter', 'leaf2', 'inter'], [], ['0 leaf inter', '2 leaf2 inter']],
    ['two leaves after a CA', ['root', 'leaf', 'leaf2'], [], ['0 root*', '1 leaf', '2 leaf2']],
    ['a certificate that signed itself and is no CA', ['self', 'root'], [], ['0 self root']],
    ['one CA twice', ['root', 'root'], [], ['0 root*', '1 root*']],
  ];
  for (const [what, names, keys, expected] of files) {
    it(`${what}${keys.length > 0 ? '' : ', without keys'}: ${expected.join(', ') || 'nothing'}`, () => {
      const units = arrange(names.map(certificate), new Set(keys.map((name) => certificate(name).spki)));
      const printed = units.map(
        ({ index, chain, bundle }) => `${index} ${chain.map(nameOf).join(' ')}${bundle ? '*' : ''}`,
      );
      assert.deepEqual(printed, expected);
    });
  }

  it('follows issuers through a container whose order means nothing', () => {
    const { chain, rest } = followIssuers(certificate('leaf'), ['other', 'rebuilt', 'root', 'inter'].map(certificate));
    assert.deepEqual(chain.map(nameOf), ['leaf', 'inter', 'root']);
    assert.deepEqual(rest.map(nameOf), ['other', 'rebuilt']);
  });

  it('stops following where an issuer is not at hand', () => {
    const { chain, rest } = followIssuers(certificate('leaf'), [certificate('root')]);
    assert.deepEqual([chain.map(nameOf), rest.map(nameOf)], [['leaf'], ['root']]);
  });
});
