import assert from 'node:assert/strict';
import {
  type CaBundle,
  readApiService,
  readConversion,
  readWebhooks,
} from '../../../../src/core/parse/kube/ca-bundle.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { base64 } from './support/data.ts';
import { oddVariants } from './support/odd.ts';

const service = { namespace: 'ops', name: 'hook' };

describe('reading caBundles', () => {
  let ca: Minted;
  let client: object;

  before(async () => {
    ca = await mint({ subject: 'CN=ca', isCA: true, notBefore: 0, notAfter: 1e12 });
    client = { service, caBundle: base64(ca.pem) };
  });

  const namesIn = ({ bundle }: CaBundle) =>
    bundle.kind === 'x509' ? bundle.contents.certificates.map(({ certificate }) => certificate.subject) : bundle.kind;
  const configuration = (webhooks: unknown, annotations = {}) => ({
    metadata: { name: 'hooks', annotations },
    webhooks,
  });

  it('gives one for each webhook, in order, with its service and failure policy', () => {
    const [first, second] = readWebhooks(
      configuration([
        { name: 'a.x.io', clientConfig: client, failurePolicy: 'Ignore' },
        { name: 'b.x.io', clientConfig: { url: 'https://h.example', caBundle: '' } },
      ]),
      'ValidatingWebhookConfiguration',
    );
    assert.deepEqual(first?.fact, {
      kind: 'ValidatingWebhookConfiguration',
      name: 'hooks',
      index: 0,
      ref: 'validatingwebhookconfiguration/hooks#0',
      webhook: 'a.x.io',
      failurePolicy: 'Ignore',
      service: { ...service, port: 443 },
      empty: false,
    });
    assert.deepEqual(namesIn(first!), ['CN=ca']);
    assert.deepEqual(
      [second?.fact.ref, second?.fact.url, second?.fact.failurePolicy, second?.fact.empty],
      ['validatingwebhookconfiguration/hooks#1', 'https://h.example', 'Fail', true],
    );
  });

  it('reads an APIService with its condition, and skips those that the API server serves itself', () => {
    const available = { type: 'Available', status: 'False', reason: 'FailedDiscoveryCheck', message: '401' };
    const read = readApiService({
      metadata: { name: 'v1.metrics.k8s.io' },
      spec: { service: { ...service, port: 8443 }, insecureSkipTLSVerify: true },
      status: { conditions: [available] },
    });
    assert.deepEqual(read?.fact, {
      kind: 'APIService',
      name: 'v1.metrics.k8s.io',
      ref: 'apiservice/v1.metrics.k8s.io',
      service: { ...service, port: 8443 },
      empty: true,
      insecure: true,
      available: { status: 'False', reason: 'FailedDiscoveryCheck', message: '401' },
    });
    assert.equal(readApiService({ metadata: { name: 'v1.apps' }, spec: { service: null } }), undefined);
  });

  it('reads the conversion of a CRD, and skips kinds that none converts', () => {
    const crd = (conversion: object) => ({ metadata: { name: 'things.x.io' }, spec: { conversion } });
    const read = readConversion(crd({ strategy: 'Webhook', webhook: { clientConfig: client } }));
    assert.deepEqual(
      [read?.fact.ref, read?.fact.service?.name, namesIn(read!)],
      ['crd/things.x.io', 'hook', ['CN=ca']],
    );
    assert.equal(readConversion(crd({ strategy: 'None' })), undefined);
  });

  const injected: [annotations: Record<string, string>, from: string | undefined][] = [
    [{ 'cert-manager.io/inject-ca-from': 'ops/hook-cert' }, 'certificate/ops/hook-cert'],
    [{ 'cert-manager.io/inject-ca-from-secret': 'ops/hook-ca' }, 'secret/ops/hook-ca'],
    [{ 'cert-manager.io/inject-apiserver-ca': 'true' }, 'configmap/kube-system/kube-root-ca.crt'],
    [{ 'cert-manager.io/inject-apiserver-ca': 'false' }, undefined],
    [{ 'service.beta.openshift.io/inject-cabundle': 'true' }, 'configmap/openshift-service-ca/signing-cabundle'],
    [{}, undefined],
  ];
  for (const [annotations, from] of injected) {
    it(`says where the bundle comes from under ${JSON.stringify(annotations)}`, () => {
      const object = configuration([{ clientConfig: client }], annotations);
      assert.equal(readWebhooks(object, 'MutatingWebhookConfiguration')[0]?.fact.injectedFrom, from);
    });
  }

  const broken: [caBundle: () => unknown, problems: string[] | undefined][] = [
    [() => undefined, undefined],
    [() => base64(ca.pem), undefined],
    [() => base64('PLACEHOLDER'), ['caBundle holds no certificate']],
    [() => base64(ca.keyPem), ['caBundle holds no certificate']],
    [() => '&&', ['caBundle is not base64']],
    [() => 5, ['caBundle is no text but number']],
    [
      () => base64(ca.pem + ca.pem.slice(0, 80)),
      [`caBundle, line 9: BEGIN CERTIFICATE has no END: the text is cut off`],
    ],
  ];
  for (const [caBundle, problems] of broken) {
    it(`says ${problems ?? 'nothing'} of a bundle`, () => {
      const object = configuration([{ clientConfig: { service, caBundle: caBundle() } }]);
      const found = readWebhooks(object, 'MutatingWebhookConfiguration')[0]?.fact.problems;
      const unnumbered = (list: readonly string[] | undefined) => list?.map((text) => text.replace(/\d+/, 'n'));
      assert.deepEqual(unnumbered(found), unnumbered(problems));
    });
  }

  it('reads odd objects as far as they make sense, and never throws', () => {
    const spec = { ...client, service, conversion: { strategy: 'Webhook', webhook: { clientConfig: client } } };
    const object = { ...configuration([{ name: 'a', clientConfig: client }]), spec, status: { conditions: [{}] } };
    for (const odd of oddVariants(object)) {
      readWebhooks(odd, 'MutatingWebhookConfiguration');
      readApiService(odd);
      readConversion(odd);
    }
  });
});
