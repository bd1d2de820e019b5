import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSecret } from '../../../../src/core/parse/kube/secret.ts';
import { type Minted, mint, mintCrl, mintKey } from '../../../../src/io/demo/mint.ts';
import { base64, secretObject } from './support/data.ts';
import { oddVariants } from './support/odd.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const life = { notBefore: now, notAfter: now + 1e10 };

describe('reading a Secret', () => {
  let root: Minted;
  let ca: Minted;
  let leaf: Minted;

  before(async () => {
    root = await mint({ subject: 'CN=root', isCA: true, ...life });
    ca = await mint({ subject: 'CN=ca', isCA: true, issuer: root, ...life });
    leaf = await mint({ subject: 'CN=a.example', issuer: ca, ...life });
  });

  const tls = (parts: Record<string, unknown> = {}) =>
    secretObject({
      'tls.crt': base64(leaf.pem + ca.pem),
      'tls.key': base64(leaf.keyPem),
      'ca.crt': base64(root.pem),
      ...parts,
    });
  const entriesOf = (object: unknown) =>
    readSecret(object)?.entries.map(({ key, bundle, certificates, privateKey, missing }) => ({
      key,
      bundle,
      names: certificates.map(({ subject }) => subject),
      ...(privateKey && { privateKey }),
      ...(missing && { missing }),
    }));

  it('gives tls.crt as a chain with the public half of its key, and ca.crt as a bundle', () => {
    assert.deepEqual(entriesOf(tls()), [
      { key: 'tls.crt', bundle: false, names: ['CN=a.example', 'CN=ca'], privateKey: leaf.certificate.spki },
      { key: 'ca.crt', bundle: true, names: ['CN=root'] },
    ]);
    assert.deepEqual(readSecret(tls())?.keys, [{ spki: leaf.certificate.spki, algorithm: 'ECDSA', bits: 256 }]);
  });

  it('keeps names of data keys and what annotations and managedFields say, no values', () => {
    const contents = readSecret(
      secretObject(
        { 'tls.crt': base64(leaf.pem), 'tls.key': base64(leaf.keyPem), password: base64('hunter2') },
        {
          metadata: {
            creationTimestamp: '2026-01-01T00:00:00Z',
            annotations: { 'cert-manager.io/certificate-name': 'web', 'cert-manager.io/issuer-name': 'ca' },
            managedFields: [
              { manager: 'kubectl-create', fieldsV1: { 'f:data': {} } },
              { manager: 'cert-manager', fieldsV1: { 'f:data': {} } },
              { manager: 'labeller', fieldsV1: { 'f:metadata': {} } },
            ],
          },
        },
      ),
    );
    assert.equal(contents?.writer, 'cert-manager');
    assert.deepEqual(contents?.fact, {
      namespace: 'shop',
      name: 'web-tls',
      type: 'kubernetes.io/tls',
      keys: ['tls.crt', 'tls.key', 'password'],
      resourceVersion: '7',
      created: '2026-01-01T00:00:00Z',
      certificateName: 'web',
      issuer: 'ca',
      writers: [{ manager: 'kubectl-create' }, { manager: 'cert-manager' }],
      managedBy: 'cert-manager',
      problems: [],
    });
  });

  it('names a controlling owner before the one who wrote the data', () => {
    const metadata = {
      ownerReferences: [{ kind: 'ExternalSecret', name: 'web', controller: true }],
      managedFields: [{ manager: 'external-secrets', fieldsV1: { 'f:data': {} } }],
    };
    const contents = readSecret(secretObject({}, { type: 'Opaque', metadata }));
    assert.equal(contents?.fact.managedBy, 'externalsecret/web');
  });

  it('lets nothing of a private key out', () => {
    const rsa = mintKey('RSA-2048').privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const text = JSON.stringify(
      readSecret(tls({ 'other.key': base64(rsa), 'all.pem': base64(leaf.keyPem + leaf.pem) })),
    );
    for (const pem of [leaf.keyPem, rsa]) {
      for (const line of pem.split('\n').filter((part) => part.length > 20)) {
        assert.ok(!text.includes(line.slice(0, 20)), 'a line of the key is in the projection');
      }
      const der = Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64');
      assert.ok(!text.includes(der.toString('base64').slice(40, 60)));
    }
  });

  const layouts: [title: string, data: () => Record<string, unknown>, expected: () => object[]][] = [
    [
      "Istio's plug-in CA",
      () => ({
        'ca-cert.pem': base64(ca.pem),
        'ca-key.pem': base64(ca.keyPem),
        'cert-chain.pem': base64(ca.pem + root.pem),
        'root-cert.pem': base64(root.pem),
      }),
      () => [
        { key: 'ca-cert.pem', bundle: false, names: ['CN=ca'], privateKey: ca.certificate.spki },
        { key: 'cert-chain.pem', bundle: false, names: ['CN=ca', 'CN=root'], privateKey: ca.certificate.spki },
        { key: 'root-cert.pem', bundle: true, names: ['CN=root'] },
      ],
    ],
    [
      "Linkerd's issuer",
      () => ({ 'crt.pem': base64(ca.pem), 'key.pem': base64(ca.keyPem) }),
      () => [{ key: 'crt.pem', bundle: false, names: ['CN=ca'], privateKey: ca.certificate.spki }],
    ],
    [
      'names that nobody has agreed on',
      () => ({
        'server.pem': base64(leaf.pem),
        'server.key': base64(leaf.keyPem),
        'trust.pem': base64(root.pem + root.pem),
        'chain-up': base64(ca.pem + root.pem),
        der: base64(leaf.certificate.der),
      }),
      () => [
        { key: 'server.pem', bundle: false, names: ['CN=a.example'], privateKey: leaf.certificate.spki },
        { key: 'trust.pem', bundle: true, names: ['CN=root', 'CN=root'] },
        { key: 'chain-up', bundle: false, names: ['CN=ca', 'CN=root'] },
        { key: 'der', bundle: false, names: ['CN=a.example'] },
      ],
    ],
    [
      'a certificate beside its key under one name',
      () => ({ 'tls-combined.pem': base64(leaf.keyPem + leaf.pem) }),
      () => [{ key: 'tls-combined.pem', bundle: false, names: ['CN=a.example'], privateKey: leaf.certificate.spki }],
    ],
  ];
  for (const [title, data, expected] of layouts) {
    it(`understands ${title}`, () => {
      assert.deepEqual(entriesOf(secretObject(data(), { type: 'Opaque' })), expected());
    });
  }

  const broken: [title: string, data: () => Record<string, unknown>, problems: string[]][] = [
    ['an empty tls.crt', () => ({ 'tls.crt': '' }), ['tls.crt holds no certificate']],
    ['text in tls.crt', () => ({ 'tls.crt': base64('hello') }), ['tls.crt holds no certificate']],
    ['garbage for base64', () => ({ 'tls.crt': '%%%' }), ['tls.crt is not base64']],
    ['a number for a value', () => ({ 'tls.crt': 7 }), ['tls.crt is no text but number']],
    [
      'PEM that is cut off',
      () => ({ 'tls.crt': base64(leaf.pem.slice(0, 100)) }),
      ['tls.crt, line 1: BEGIN CERTIFICATE has no END: the text is cut off'],
    ],
    [
      'PEM that was encoded twice',
      () => ({ 'tls.crt': base64(base64(leaf.pem)) }),
      ['tls.crt is base64 encoded twice'],
    ],
    ['a key that is none', () => ({ 'tls.key': base64('-----BEGIN x') }), ['tls.key holds no private key']],
    [
      'a certificate where the key should be',
      () => ({ 'tls.key': base64(leaf.pem) }),
      ['tls.key holds no private key'],
    ],
    [
      'a key with a passphrase',
      () => ({
        'tls.key': base64(
          leaf.key.privateKey
            .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
            .toString(),
        ),
      }),
      ['tls.key holds a key that is locked by a passphrase'],
    ],
  ];
  for (const [title, data, problems] of broken) {
    it(`says what is wrong with ${title}`, () => {
      const contents = readSecret(tls(data()));
      assert.deepEqual(contents?.fact.problems, problems);
      const missing = 'tls.crt' in data() ? problems[0] : undefined;
      assert.equal(contents?.entries.find(({ key }) => key === 'tls.crt')?.missing, missing);
    });
  }

  it('says that a certificate in DER is read by nobody, and reads it', () => {
    const contents = readSecret(tls({ 'tls.crt': base64(leaf.certificate.der) }));
    assert.deepEqual(contents?.fact.problems, ['tls.crt is DER, where PEM is expected']);
    assert.equal(contents?.entries[0]?.certificates[0]?.sha256, leaf.certificate.sha256);
  });

  it('keeps the certificates before and after one that does not read', () => {
    const bad = leaf.pem.replace('\nM', '\n!');
    const contents = readSecret(tls({ 'tls.crt': base64(leaf.pem + bad + ca.pem) }));
    assert.deepEqual(
      contents?.entries[0]?.certificates.map(({ subject }) => subject),
      ['CN=a.example', 'CN=ca'],
    );
    assert.equal(contents?.fact.problems.length, 1);
  });

  it('says that data keys are absent', () => {
    const contents = readSecret(secretObject({}));
    assert.deepEqual(contents?.fact.problems, ['tls.crt is not there', 'tls.key is not there']);
  });

  it('expects nothing of other types', () => {
    const contents = readSecret(
      secretObject({ password: base64('x'), 'keystore.p12': base64(pkcs12Head()) }, { type: 'Opaque' }),
    );
    assert.deepEqual([contents?.entries, contents?.fact.problems], [[], []]);
  });

  it('takes revocation lists along', async () => {
    const { pem, crl } = await mintCrl({ issuer: ca, thisUpdate: now });
    const contents = readSecret(secretObject({ 'ca-crl.pem': base64(pem) }, { type: 'Opaque' }));
    assert.deepEqual(
      contents?.crls.map((der) => Buffer.from(der)),
      [Buffer.from(crl.der)],
    );
    const [list] = contents?.fact.crls ?? [];
    assert.deepEqual(
      [list?.key, list?.issuer, list?.thisUpdate],
      ['ca-crl.pem', crl.issuer, new Date(crl.thisUpdate).toISOString()],
    );
  });

  it("leaves out cert-manager's temporary keys and what has no name", () => {
    const metadata = { labels: { 'cert-manager.io/next-private-key': 'true' } };
    assert.equal(readSecret(secretObject({ 'tls.key': base64(leaf.keyPem) }, { metadata })), undefined);
    assert.equal(readSecret({ data: {} }), undefined);
  });

  it('reads a value of a megabyte without keeping it', () => {
    const contents = readSecret(
      tls({ blob: base64(Buffer.alloc(1 << 20, 0x41)), 'tls.crt': base64(`${' '.repeat(1 << 19)}\n${leaf.pem}`) }),
    );
    assert.equal(contents?.entries[0]?.certificates[0]?.sha256, leaf.certificate.sha256);
    assert.ok(JSON.stringify(contents?.fact).length < 500);
  });

  it('reads odd Secrets as far as they make sense, and never throws', () => {
    for (const odd of oddVariants(tls())) {
      const contents = readSecret(odd);
      for (const problem of contents?.fact.problems ?? []) assert.equal(typeof problem, 'string');
    }
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.base64String()), (data) => void readSecret(secretObject(data))),
    );
  });
});

/** PKCS#12 begins like a certificate: a SEQUENCE that spans the value. */
function pkcs12Head(): Buffer {
  const bytes = Buffer.alloc(604);
  bytes.set([0x30, 0x82, 0x02, 0x58, 0x02, 0x01, 0x03]);
  return bytes;
}
