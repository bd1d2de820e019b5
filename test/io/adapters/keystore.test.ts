import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { keystoreKind } from '../../../src/core/parse/keystore.ts';
import { parseCertificate } from '../../../src/core/x509/certificate.ts';
import { fileKeystores } from '../../../src/io/adapters/keystore.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import type { KeystoreContents } from '../../../src/io/ports/keystores.ts';
import { NOW } from '../../support/fake-ports.ts';

const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/keystores/${name}`));
const KNOWN = new Map(
  ['root', 'leaf', 'rsa'].map((name) => [Buffer.from(fixture(`${name}.der`)).toString('hex'), name]),
);
const USUAL = ['', 'changeit'];

async function open(name: string, passwords = USUAL): Promise<KeystoreContents> {
  const bytes = fixture(name);
  return fileKeystores.open(keystoreKind(bytes)!, bytes, passwords);
}

/** `alias: leaf root (key)`: what a group holds, by the names of the fixtures. */
function print({ groups }: KeystoreContents): string[] {
  return groups.map(({ alias, certificates, key }) => {
    const names = certificates.map((der) => KNOWN.get(Buffer.from(der).toString('hex')) ?? 'unknown');
    const owner = key === 'locked' ? 'locked key' : key && nameOfKey(key.spki);
    return `${alias ? `${alias}: ` : ''}${names.join(' ')}${owner ? ` (${owner})` : ''}`;
  });
}

function nameOfKey(spki: string): string {
  const found = ['root', 'leaf', 'rsa'].find((name) => parseCertificate(fixture(`${name}.der`)).spki === spki);
  return `key of ${found}`;
}

async function refusal(attempt: Promise<unknown>): Promise<PortFailure> {
  const error = await attempt.then(
    () => assert.fail('opened'),
    (reason) => reason,
  );
  assert.ok(error instanceof PortFailure, String(error));
  return error;
}

describe('keystores', () => {
  const stores: [string, string[], string[]][] = [
    ['modern.p12', USUAL, ['leaf root (key of leaf)']],
    ['legacy.p12', USUAL, ['leaf root (key of leaf)']],
    ['empty-password.p12', USUAL, ['leaf root (key of leaf)']],
    ['legacy-empty-rsa.p12', USUAL, ['rsa root (key of rsa)']],
    ['keytool.p12', USUAL, ['app: leaf root (key of leaf)']],
    ['only-certificates.p12', USUAL, ['root']],
    ['secret.p12', [...USUAL, 'hunter2'], ['app: leaf root (key of leaf)']],
    ['clear-certificates.p12', [...USUAL, 'hunter2'], ['leaf root (key of leaf)']],
    ['clear-certificates.p12', USUAL, ['leaf root (locked key)']],
    ['key-entry.jks', [], ['app: leaf root (key of leaf)']],
    ['trust.jks', [], ['root root']],
  ];
  for (const [name, passwords, groups] of stores) {
    it(`shows ${groups.join(', ')} in ${name} with ${passwords.length} passwords`, async () => {
      const contents = await open(name, passwords);
      assert.deepEqual([print(contents), contents.problems], [groups, []]);
    });
  }

  it('says that a password is needed and where to put it', async () => {
    const { state, message } = await refusal(open('secret.p12'));
    assert.equal(state, 'denied');
    assert.match(message, /no known password opens it: set KUBECTL_CERTS_KEYSTORE_PASSWORD/);
  });

  it('says how to convert what it cannot read', async () => {
    assert.match((await refusal(open('trust.jceks'))).message, /keytool -importkeystore/);
  });

  it('keeps nothing of a private key but its public half', async () => {
    const { key } = (await open('modern.p12')).groups[0]!;
    assert.deepEqual(Object.keys(key as object).sort(), ['algorithm', 'bits', 'spki']);
  });

  for (const name of ['modern.p12', 'legacy.p12']) {
    it(`refuses endless rounds of key derivation instead of hanging, in ${name}`, async () => {
      const greedy = Buffer.from(fixture(name));
      // A count of OpenSSL's 2048 rounds; the greatest that fits keeps every length right.
      for (let at = greedy.indexOf('02020800', 0, 'hex'); at >= 0; at = greedy.indexOf('02020800', at, 'hex')) {
        greedy.writeUInt16BE(0x7fff, at + 2);
      }
      const passwords = Array.from({ length: 400 }, (_, index) => `wrong ${index}`);
      const { state, message } = await refusal(fileKeystores.open('pkcs12', greedy, passwords));
      assert.equal(state, 'partial');
      assert.match(message, /too many rounds of key derivation/);
    }).timeout(20_000);
  }

  describe('are recognised by their bytes', () => {
    const kinds: [string, string | undefined][] = [
      ['modern.p12', 'pkcs12'],
      ['keytool.p12', 'pkcs12'],
      ['trust.jks', 'jks'],
      ['trust.jceks', 'jks'],
      ['leaf.der', undefined],
      ['README.md', undefined],
    ];
    for (const [name, kind] of kinds) it(name, () => assert.equal(keystoreKind(fixture(name)), kind));

    it('and not where a certificate has the same beginning', async () => {
      const { certificate } = await mint({ subject: 'CN=a', notBefore: NOW, notAfter: NOW + 1000, key: 'Ed25519' });
      assert.equal(keystoreKind(certificate.der), undefined);
    });
  });

  it('are read or refused, whatever is damaged in them', async function () {
    this.timeout(20_000);
    const whole = ['modern.p12', 'legacy.p12', 'keytool.p12', 'key-entry.jks', 'trust.jks'].map(fixture);
    const damage = fc.record({
      store: fc.constantFrom(...whole),
      at: fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      cut: fc.option(fc.nat(2000)),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ store, at, cut }) => {
        const bytes = Uint8Array.from(store);
        for (const [position, value] of at) bytes[position % bytes.length] = value;
        const kind = keystoreKind(bytes.subarray(0, cut ?? bytes.length));
        if (!kind) return;
        const opened = await fileKeystores.open(kind, bytes.subarray(0, cut ?? bytes.length), USUAL).catch((e) => e);
        assert.ok(opened instanceof PortFailure || Array.isArray(opened.groups), String(opened));
      }),
      { numRuns: 300 },
    );
  });
});
