import assert from 'node:assert/strict';
import { readAuthentication, readClusterInfo, readConfigMap } from '../../../../src/core/parse/kube/config-map.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { base64 } from './support/data.ts';
import { oddVariants } from './support/odd.ts';

describe('reading a ConfigMap', () => {
  let old: Minted;
  let young: Minted;

  before(async () => {
    old = await mint({ subject: 'CN=old', isCA: true, notBefore: 0, notAfter: 1e12 });
    young = await mint({ subject: 'CN=young', isCA: true, notBefore: 0, notAfter: 2e12 });
  });

  const map = (data: Record<string, unknown>, more: object = {}) => ({
    metadata: { namespace: 'ns', name: 'trust' },
    data,
    ...more,
  });
  const entriesOf = (contents: ReturnType<typeof readConfigMap>) =>
    contents?.entries.map(({ key, certificates, problems }) => [
      key,
      certificates.map(({ subject }) => subject),
      problems,
    ]);

  it('gives every data key with certificates, text and binary, and no other', () => {
    const object = map(
      { 'ca.crt': `# two\n${old.pem}${young.pem}`, 'settings.yaml': 'a: 1' },
      { binaryData: { 'ca.der': base64(old.certificate.der), image: base64('png') } },
    );
    assert.deepEqual(entriesOf(readConfigMap(object)), [
      ['ca.crt', ['CN=old', 'CN=young'], []],
      ['ca.der', ['CN=old'], []],
    ]);
  });

  it('says which PEM does not read', () => {
    const [entry] = readConfigMap(map({ 'ca.crt': `${old.pem}${young.pem.slice(0, 90)}` }))!.entries;
    assert.equal(entry?.certificates.length, 1);
    assert.match(entry?.problems[0] ?? '', /^ca.crt, line \d+: BEGIN CERTIFICATE has no END/);
  });

  it('reads odd ConfigMaps as far as they make sense, and never throws', () => {
    for (const odd of oddVariants(map({ 'ca.crt': old.pem }, { binaryData: { x: '!' } }))) readConfigMap(odd);
  });

  describe('of cluster-info', () => {
    const info = (kubeconfig: unknown) => ({
      metadata: { namespace: 'kube-public', name: 'cluster-info' },
      data: { kubeconfig },
    });
    const cluster = (ca: string) => `clusters:\n- cluster:\n    certificate-authority-data: ${ca}\n  name: ""\n`;

    it("gives the CA of the kubeconfig's cluster", () => {
      const contents = readClusterInfo(info(cluster(base64(old.pem))));
      assert.deepEqual(entriesOf(contents), [['kubeconfig', ['CN=old'], []]]);
    });

    const broken: [title: string, kubeconfig: string, problems: string[]][] = [
      ['no YAML', '{{', ['kubeconfig is not YAML']],
      ['no clusters', 'clusters: 5', []],
      ['a CA that is not base64', cluster('"***"'), ['kubeconfig: the CA is not base64']],
    ];
    for (const [title, kubeconfig, problems] of broken) {
      it(`survives ${title}`, () =>
        assert.deepEqual(readClusterInfo(info(kubeconfig))?.entries[0]?.problems, problems));
    }

    it('is nothing without a kubeconfig', () => assert.equal(readClusterInfo(info(undefined)), undefined));
  });

  const names: readonly (readonly [string | undefined, readonly string[] | undefined])[] = [
    ['["front-proxy-client"]', ['front-proxy-client']],
    ['[]', []],
    ['nonsense', []],
    [undefined, undefined],
  ];
  for (const [text, expected] of names) {
    it(`takes the names that may call aggregated APIs from ${text}`, () => {
      const data = text === undefined ? {} : { 'requestheader-allowed-names': text };
      assert.deepEqual(readAuthentication({ metadata: { name: 'a', namespace: 'n' }, data })?.allowedNames, expected);
    });
  }
});
