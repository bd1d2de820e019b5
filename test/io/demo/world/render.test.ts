// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form's references are written so
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readTokenClaims } from '../../../../src/core/parse/jwt.ts';
import { readPem } from '../../../../src/core/parse/pem.ts';
import { certificatesIn } from '../../../../src/core/parse/pem-contents.ts';
import { parseCrl } from '../../../../src/core/x509/crl.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { plantWorld } from '../plant.ts';

const world = plantWorld(`  keys: {SIGNING: ECDSA-P384}
  certificates:
    ROOT: {ca: true, pathLength: 1, notBefore: now-1y, notAfter: now+9y}
    LEAF:
      issuer: ROOT
      subject: CN=leaf,O=example
      dns: [a.example.com]
      ips: [10.0.0.1]
      uris: [spiffe://cluster.local/ns/a/sa/b]
      notAfter: now-3d
      serial: 22aa
      usages: [server, client]
      caIssuers: http://ca.example.com/root.crt
    SAME_KEY: {issuer: ROOT, key: LEAF}
    WEAK: {algorithm: RSA-1024, signature: SHA-1}
    GIVEN_KEY: {key: SIGNING}
  crls: {LIST: {issuer: ROOT, nextUpdate: now-1d, revoked: [LEAF]}}
`);
const { factory } = world;
const certificate = async (name: string) => (await factory.certificate(name)).certificate;

describe('certificates made from facts', () => {
  it('say what the facts say', async () => {
    const leaf = await certificate('LEAF');
    assert.equal(leaf.subject, 'CN=leaf,O=example');
    assert.deepEqual([leaf.dnsNames, leaf.ipAddresses], [['a.example.com'], ['10.0.0.1']]);
    assert.deepEqual(leaf.uris, ['spiffe://cluster.local/ns/a/sa/b']);
    assert.deepEqual(leaf.extKeyUsages, ['serverAuth', 'clientAuth']);
    assert.deepEqual([leaf.notAfter, leaf.serialNumber, leaf.isCA], [NOW - 3 * 86_400_000, '22aa', false]);
    assert.ok(Buffer.from(leaf.der).includes('http://ca.example.com/root.crt'));
  });

  it('chain to the issuer that is named', async () => {
    const [leaf, root] = [await certificate('LEAF'), await certificate('ROOT')];
    assert.deepEqual([leaf.issuer, leaf.authorityKeyId], [root.subject, root.subjectKeyId]);
    assert.deepEqual([root.isCA, root.pathLen, root.issuer], [true, 1, 'CN=ROOT']);
  });

  it('share keys by name, and are weak where that is said', async () => {
    assert.equal((await certificate('SAME_KEY')).spki, (await certificate('LEAF')).spki);
    assert.equal((await certificate('GIVEN_KEY')).publicKey.curve, 'P-384');
    const weak = await certificate('WEAK');
    assert.deepEqual([weak.publicKey.bits, weak.signatureAlgorithm.hash], [1024, 'sha1']);
  });

  it('are made once', async () => {
    assert.equal(factory.certificate('ROOT'), factory.certificate('ROOT'));
  });

  it('name nothing that is not in the incident', async () => {
    await assert.rejects(factory.certificate('NOPE'), /no certificate NOPE/);
    assert.throws(() => factory.key('NOPE'), /no certificate or key NOPE/);
    await assert.rejects(factory.crl('NOPE'), /no revocation list NOPE/);
  });
});

describe('references in strings', () => {
  const cases: readonly (readonly [text: string, value: string | (() => Promise<string>)])[] = [
    ['plain', 'plain'],
    ['$${cert:LEAF}', '${cert:LEAF}'],
    ['at ${now-3d}.', 'at 2026-11-21T12:00:00Z.'],
    ['${now|unix}', String(NOW / 1000)],
    ['${now|micro}', '2026-11-24T12:00:00.000000Z'],
    ['${now+20d|table}', 'Dec 14, 2026 12:00 UTC'],
    ['${now+20d|residual} ${now+9y5d|residual} ${now+90m|residual}', '20d 9y 1h'],
    ['${now-1s|residual} ${now|residual}', '<invalid> 0s'],
    ['${now-1h|klog}', '1124 11:00:00.000000'],
    ['${notAfter:LEAF}', '2026-11-21T12:00:00Z'],
    ['${notBefore:ROOT|unix}', String((NOW - 365 * 86_400_000) / 1000)],
    ['${serial:LEAF}', '22aa'],
    ['${sha256:LEAF}', async () => (await certificate('LEAF')).sha256],
    ['${ski:ROOT}', async () => (await certificate('ROOT')).subjectKeyId ?? ''],
    [
      '${cert:LEAF, ROOT}',
      async () => `${(await factory.certificate('LEAF')).pem}${(await factory.certificate('ROOT')).pem}`,
    ],
    ['${cert:ROOT|json}', async () => JSON.stringify((await factory.certificate('ROOT')).pem)],
    ['${cert:ROOT|b64}', async () => Buffer.from((await factory.certificate('ROOT')).pem).toString('base64')],
  ];
  for (const [text, value] of cases) {
    it(`${text} is replaced`, async () => {
      assert.equal(await world.render(text), typeof value === 'string' ? value : await value());
    });
  }

  it('are replaced wherever they stand in a value', async () => {
    assert.deepEqual(await world.render({ a: ['${now}', 1, null], b: { c: true } }), {
      a: ['2026-11-24T12:00:00Z', 1, null],
      b: { c: true },
    });
  });

  it('give the two halves of one key', async () => {
    const [key, pub] = [await world.render('${key:LEAF}'), await world.render('${pub:LEAF}')];
    const spki = { type: 'spki', format: 'der' } as const;
    assert.deepEqual(createPublicKey(createPrivateKey(key)).export(spki), createPublicKey(pub).export(spki));
  });

  it('give requests and revocation lists', async () => {
    const { requests } = certificatesIn(Buffer.from(await world.render('${csr:LEAF}')));
    assert.deepEqual(requests[0]?.dnsNames, ['a.example.com']);
    const crl = parseCrl(readPem(await world.render('${crl:LIST}')).blocks[0]!.der);
    assert.deepEqual([crl.issuer, crl.nextUpdate], ['CN=ROOT', NOW - 86_400_000]);
    assert.deepEqual([...crl.revoked.keys()], ['22aa']);
  });

  it('give tokens that say when they end', async () => {
    const token = await world.render('${jwt:now-6h, istio-ca}');
    assert.equal(readTokenClaims(token).expires, NOW - 6 * 3_600_000);
    assert.match(Buffer.from(token.split('.')[1]!, 'base64url').toString(), /"aud":\["istio-ca"\]/);
  });
});
