import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readExtensionFacts } from '../../../src/core/x509/extension-facts.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { writeExtensions } from '../../../src/io/demo/mint-extensions.ts';

const read = (wanted: Omit<Parameters<typeof writeExtensions>[0], 'subject'>) =>
  readExtensionFacts(writeExtensions({ subject: 'CN=x', ...wanted }, {}), (extension, reason) =>
    assert.fail(`${extension.oid}: ${reason}`),
  );

describe('extensions that the factory writes', () => {
  it('are read back as they were asked for', () => {
    const facts = read({
      isCA: true,
      pathLen: 3,
      keyUsages: ['digitalSignature', 'cRLSign', 'decipherOnly'],
      extKeyUsages: ['serverAuth', '1.2.3'],
      dnsNames: ['a'],
      ipAddresses: ['10.0.0.1', '::1'],
      uris: ['spiffe://x'],
      emails: ['a@b'],
    });
    assert.deepEqual(facts.basicConstraints, { ca: true, pathLen: 3 });
    assert.deepEqual(facts.keyUsages, ['digitalSignature', 'cRLSign', 'decipherOnly']);
    assert.deepEqual(facts.extKeyUsages, ['serverAuth', '1.2.3']);
    assert.deepEqual(
      facts.subjectAltNames?.map(({ kind, value }) => `${kind}:${value}`),
      ['dns:a', 'ip:10.0.0.1', 'ip:::1', 'uri:spiffe://x', 'email:a@b'],
    );
  });

  it('give a CA its usual usages and a leaf none, unless told otherwise', () => {
    assert.deepEqual(read({ isCA: true }).keyUsages, ['keyCertSign', 'cRLSign']);
    assert.equal(read({ isCA: true, keyUsages: [] }).keyUsages, undefined);
    assert.deepEqual(read({ isCA: false }).basicConstraints, { ca: false });
    assert.deepEqual(read({}), {});
  });

  it('write constraints of every kind, with masks of any length', () => {
    const permitted = {
      dns: ['a.example'],
      ip: ['10.0.0.0/9', '2001:db8::/33', '192.0.2.1/32', '0.0.0.0/0'],
      email: ['.a'],
      uri: ['b'],
      directory: ['O=Org'],
    };
    const facts = read({ nameConstraints: { permitted, excluded: { dns: ['x'] } } });
    assert.deepEqual(
      facts.nameConstraints?.permitted.map(({ value }) => value),
      ['a.example', '10.0.0.0/9', '2001:db8::/33', '192.0.2.1/32', '0.0.0.0/0', '.a', 'b', 'O=Org'],
    );
    assert.deepEqual(
      facts.nameConstraints?.excluded.map(({ value }) => value),
      ['x'],
    );
  });

  it('are what OpenSSL prints', async function compareWithOpenSsl() {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    const { pem } = await mint({
      subject: 'CN=x,O=y',
      notBefore: 0,
      notAfter: 1e12,
      isCA: true,
      pathLen: 1,
      ipAddresses: ['10.0.0.1'],
      dnsNames: ['a.example'],
      extKeyUsages: ['clientAuth'],
      nameConstraints: { permitted: { dns: ['example'] } },
    });
    const printed = execFileSync('openssl', ['x509', '-noout', '-text'], { input: pem }).toString();
    for (const line of [
      'Subject: O = y, CN = x',
      'CA:TRUE, pathlen:1',
      'DNS:a.example, IP Address:10.0.0.1',
      'TLS Web Client Authentication',
      'DNS:example',
    ]) {
      assert.ok(printed.includes(line), `${line} is missing in ${printed}`);
    }
  });
});
