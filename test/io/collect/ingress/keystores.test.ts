import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKeystores } from '../../../../src/io/adapters/keystore.ts';
import { certificates } from '../../../../src/io/collect/ingress/certificates.ts';
import { keystores } from '../../../../src/io/collect/ingress/keystores.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { observe } from '../../../support/observe.ts';

const PASSWORD = 'correct horse';
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64');
const named = (name: string) => ({ metadata: { namespace: 'shop', name } });

describe('reading keystores in Secrets', () => {
  let folder: string;
  let leaf: Minted;
  let p12: Buffer;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-certs-keystores-'));
    leaf = await mint({ subject: 'CN=web', notBefore: NOW, notAfter: NOW + 1e10 });
    const path = (name: string) => join(folder, name);
    writeFileSync(path('crt'), leaf.pem);
    writeFileSync(path('key'), leaf.keyPem);
    const argv = ['pkcs12', '-export', '-in', path('crt'), '-inkey', path('key'), '-out', path('p12'), '-passout'];
    execFileSync('openssl', [...argv, `pass:${PASSWORD}`]);
    p12 = readFileSync(path('p12'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const certificate = (kind: 'pkcs12' | 'jks' = 'pkcs12'): Served =>
    serve.certManager('certificates', {
      ...named('web'),
      spec: {
        secretName: 'web-tls',
        issuerRef: { name: 'ca' },
        keystores: { [kind]: { create: true, passwordSecretRef: { name: 'pass', key: 'p' } } },
      },
    });
  const secret = (name: string, data: Record<string, string>): Served => serve.secret({ ...named(name), data });

  async function read(objects: readonly Served[], denies?: (path: string) => boolean) {
    const kube = objectKube(objects, { served: ['/api/v1/secrets'], denies: ({ path }) => denies?.(path) ?? false });
    const [reading] = await observe(
      [certificates, keystores],
      { kube, keystores: fileKeystores },
      { layers: ['ingress'] },
    );
    return { reading, facts: reading?.facts.keystore ?? [], places: reading?.placements ?? [], kube };
  }

  it('opens them with the password that the Certificate names, which goes nowhere', async () => {
    const objects = [
      certificate(),
      secret('web-tls', { 'keystore.p12': base64(p12) }),
      secret('pass', { p: base64(PASSWORD) }),
    ];
    const { reading, facts, places } = await read(objects);
    assert.deepEqual([facts[0]?.state, facts[0]?.passwordSecret, reading?.state], ['opened', 'pass#p', 'complete']);
    assert.deepEqual(
      places.map(({ ref, role, chain }) => [ref, role, chain]),
      [['secret/shop/web-tls#keystore.p12', 'keystore', [leaf.certificate.sha256]]],
    );
    assert.ok(!JSON.stringify(reading).includes(PASSWORD));
    assert.ok(!JSON.stringify(reading).includes(base64(PASSWORD)));
  });

  it('tells apart: another password, no password, no keystore, something else', async () => {
    const stored = secret('web-tls', { 'keystore.p12': base64(p12) });
    const states = async (...objects: Served[]) =>
      (await read([certificate(), ...objects])).facts.map(({ state }) => state);
    assert.deepEqual(await states(stored, secret('pass', { p: base64('wrong') })), ['locked']);
    assert.deepEqual(await states(stored), ['password-missing']);
    assert.deepEqual(await states(stored, secret('pass', { other: base64('x') })), ['password-missing']);
    assert.deepEqual(await states(secret('web-tls', {}), secret('pass', { p: base64(PASSWORD) })), ['missing']);
    const noise = secret('web-tls', { 'keystore.p12': base64('noise') });
    assert.deepEqual(await states(noise, secret('pass', { p: base64(PASSWORD) })), ['damaged']);
  });

  it('gives no advice with a password that does not fit, for it is the one that the Certificate names', async () => {
    const objects = [
      certificate(),
      secret('web-tls', { 'keystore.p12': base64(p12) }),
      secret('pass', { p: base64('wrong') }),
    ];
    assert.equal((await read(objects)).facts[0]?.reason, undefined);
  });

  it('tells by the seal of a Java keystore whether the password fits, though its certificates show', async () => {
    const stored = secret('web-tls', { 'keystore.jks': base64(readFileSync('test/fixtures/keystores/key-entry.jks')) });
    const by = async (password: string) => {
      const { facts, places } = await read([certificate('jks'), stored, secret('pass', { p: base64(password) })]);
      return [facts.map(({ state }) => state), places.map(({ ref }) => ref)];
    };
    const place = 'secret/shop/web-tls#keystore.jks';
    assert.deepEqual(await by('hunter2'), [['opened'], [place]]);
    assert.deepEqual(await by('hunter3'), [['locked'], [place]]);
  });

  it('is denied where Secrets are, and asks nothing where no Certificate has one', async () => {
    const { reading } = await read([certificate()], (path) => path.includes('/secrets/'));
    assert.equal(reading?.state, 'denied');
    const none = await read([serve.certManager('certificates', { ...named('x'), spec: { secretName: 'x' } })]);
    assert.equal(none.reading, undefined);
  });
});
