import assert from 'node:assert/strict';
import { isAuthority } from '../../../src/core/check/relations.ts';
import { type MintSpec, mint } from '../../../src/io/demo/mint.ts';
import { VALID } from '../../support/snapshot.ts';

describe('whether a certificate in a file is there to sign', () => {
  const cases: readonly [string, Partial<MintSpec>, boolean][] = [
    ['a CA without names', { isCA: true, keyUsages: ['keyCertSign'] }, true],
    [
      "kubeadm's CA, which has its own name as DNS name",
      { isCA: true, keyUsages: ['digitalSignature', 'keyEncipherment', 'keyCertSign'], dnsNames: ['kubernetes'] },
      true,
    ],
    [
      'a server of openssl req -x509, which says CA:TRUE',
      { isCA: true, keyUsages: [], dnsNames: ['app.example.com'] },
      false,
    ],
    [
      'a CA that may serve',
      { isCA: true, keyUsages: ['keyCertSign'], extKeyUsages: ['serverAuth'], dnsNames: ['a.example'] },
      false,
    ],
    ['a leaf', { dnsNames: ['app.example.com'] }, false],
  ];
  for (const [title, spec, expected] of cases) {
    it(`${expected ? 'is so of' : 'is not so of'} ${title}`, async () => {
      const { certificate } = await mint({ subject: 'CN=x', ...VALID, ...spec });
      assert.equal(isAuthority(certificate), expected);
    });
  }
});
