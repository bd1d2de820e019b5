import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { findLeaks } from '../../../src/core/snapshot/secret-scanner.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64');

const keys: readonly [string, KeyObject][] = [
  ['RSA 2048', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['RSA 4096', generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey],
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
  ['Ed25519', generateKeyPairSync('ed25519').privateKey],
];

describe('looking for secrets before a snapshot is written', () => {
  for (const [name, key] of keys) {
    const forms =
      name === 'Ed25519' ? (['pkcs8'] as const) : (['pkcs8', name.startsWith('RSA') ? 'pkcs1' : 'sec1'] as const);
    for (const type of forms) {
      const pem = key.export({ format: 'pem', type: type as 'pkcs8' }) as string;
      const der = key.export({ format: 'der', type: type as 'pkcs8' });
      it(`knows a ${name} key (${type}) as PEM`, () => assert.ok(findLeaks(JSON.stringify({ a: pem })).length > 0));
      it(`knows a ${name} key (${type}) as DER in base64`, () =>
        assert.ok(findLeaks(JSON.stringify({ a: base64(der) })).length > 0));
      for (const pad of ['', 'x', 'xx']) {
        it(`knows a ${name} key (${type}) as PEM in base64, ${pad.length} bytes in`, () => {
          assert.ok(findLeaks(JSON.stringify({ a: base64(pad + pem) })).length > 0);
        });
      }
    }
  }

  const tokens: readonly [string, string][] = [
    [
      'a service account token',
      `${base64('{"alg":"RS256","kid":"abc"}').replace(/=/g, '')}.${base64('{"iss":"kubernetes/serviceaccount"}').replace(/=/g, '')}.${randomBytes(32).toString('base64url')}`,
    ],
    ['a bootstrap token', '07401b.f395accd246ae52d'],
    ['an Authorization header', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz'],
    ['a kubeconfig token', 'token: kubeconfig-u-abcd4fgh'],
    ['a password in a URL', 'postgres://app:hunter22@db:5432/app'],
    ['a cloud access key', 'AKIAIOSFODNN7EXAMPLE'],
    ['a Vault token', 'hvs.CAESIJ0abcdefghijklmnopqr'],
  ];
  for (const line of ['    token: secretly', '- password: "hunter"', '{"client-secret":"hunter"}', 'token: secretly']) {
    it(`knows the whole line ${line}`, () => {
      for (const text of [line, JSON.stringify({ a: `users:\n${line}\nb` }), JSON.stringify({ a: line })])
        assert.ok(findLeaks(text).length > 0, text);
    });
  }
  for (const [name, text] of tokens) {
    it(`knows ${name}`, () => assert.ok(findLeaks(JSON.stringify({ message: `got ${text} here` })).length > 0));
  }

  it('says where, and never what', () => {
    const [leak] = findLeaks('{"a": "ü 07401b.f395accd246ae52d"}');
    assert.deepEqual(leak, { what: 'a bootstrap token', offset: 10 });
  });

  it('is silent on certificates of every key kind, hashes, hosts, refs and messages', async () => {
    const validity = { notBefore: NOW, notAfter: NOW + 1e9 };
    const kinds = ['ECDSA-P256', 'ECDSA-P384', 'ECDSA-P521', 'RSA-2048', 'Ed25519'] as const;
    const minted = await Promise.all(
      kinds.map((key) => mint({ subject: 'CN=a', dnsNames: ['app.example.com'], key, ...validity })),
    );
    const text = JSON.stringify({
      ders: minted.map(({ certificate }) => base64(certificate.der)),
      spkis: minted.map(({ certificate }) => base64(certificate.spkiDer)),
      hash: createHash('sha256').update('x').digest('hex'),
      hosts: [
        'system.serviceaccount1',
        'worker.internal-company.example',
        'abcdef.cloudfrontnet123.com',
        'https://10.0.0.1:6443',
      ],
      messages: ['secrets is forbidden: User "dev" cannot list resource', 'token expired', 'no password was given'],
      reasons: [
        'unable to retrieve token: serviceaccounts "vault-2" not found',
        'cannot validate the token: lookup dns-1.example.com: no such host',
        'invalid token: system:serviceaccount:shop:app-2',
      ],
      challengeToken: 'LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0',
    });
    assert.deepEqual(findLeaks(text), []);
  });
});
