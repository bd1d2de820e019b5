import assert from 'node:assert/strict';
import { readManagedCluster } from '../../../../src/core/parse/kube/managed-cluster.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { oddVariants } from './support/odd.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');
const day = 86_400_000;
const make = (subject: string, more = {}) => mint({ subject, notBefore: 0, notAfter: 30_000 * day, ...more });

describe('reading Secrets with the way to other clusters', () => {
  let ca: Minted;
  let client: Minted;
  before(async () => {
    ca = await make('CN=kubernetes', { isCA: true });
    client = await make('O=system:masters,CN=kubernetes-admin', { issuer: ca });
  });

  const kubeconfig = () =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'east', cluster: { server: 'https://east:6443', 'certificate-authority-data': encode(ca.pem) } },
      ],
      users: [
        {
          name: 'east-admin',
          user: { 'client-certificate-data': encode(client.pem), 'client-key-data': encode(client.keyPem) },
        },
        { name: 'token', user: { token: 'secret' } },
      ],
    });
  const clusterApi = (data: Record<string, string>) => ({
    metadata: { namespace: 'fleet', name: 'east-kubeconfig' },
    type: 'cluster.x-k8s.io/secret',
    data,
  });
  const said = (object: unknown) =>
    readManagedCluster(object)?.entries.map(({ key, is, certificates, privateKey }) => [
      key,
      is,
      certificates.map(({ subject }) => subject).join(),
      privateKey?.spki,
    ]);

  it("takes both ends of Cluster API's kubeconfig, and nothing secret", () => {
    const object = clusterApi({ value: encode(kubeconfig()) });
    assert.deepEqual(said(object), [
      ['value#users/east-admin', 'client', client.certificate.subject, client.certificate.spki],
      ['value#clusters/east', 'trust', 'CN=kubernetes', undefined],
    ]);
    assert.equal(readManagedCluster(object)?.keeper, 'cluster-api');
    assert.doesNotMatch(JSON.stringify(readManagedCluster(object)), /PRIVATE|"secret"/);
  });

  it('takes the CAs that it made', () => {
    const pair = clusterApi({ 'tls.crt': encode(ca.pem), 'tls.key': encode(ca.keyPem) });
    assert.deepEqual(said(pair), [['tls.crt', 'authority', 'CN=kubernetes', undefined]]);
    const account = clusterApi({ 'tls.crt': encode('-----BEGIN PUBLIC KEY-----\n'), 'tls.key': 'x' });
    assert.deepEqual(said(account), []);
  });

  it("takes what Argo CD's configuration holds", () => {
    const argo = (config: string) => ({
      metadata: {
        namespace: 'argocd',
        name: 'east',
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
      },
      type: 'Opaque',
      data: { server: encode('https://east:6443'), config: encode(config) },
    });
    const tlsClientConfig = { caData: encode(ca.pem), certData: encode(client.pem), keyData: encode(client.keyPem) };
    const object = argo(JSON.stringify({ bearerToken: 'secret', tlsClientConfig }));
    assert.deepEqual(said(object), [
      ['config#certData', 'client', client.certificate.subject, client.certificate.spki],
      ['config#caData', 'trust', 'CN=kubernetes', undefined],
    ]);
    assert.doesNotMatch(JSON.stringify(readManagedCluster(object)), /PRIVATE|"secret"/);
    assert.deepEqual(said(argo('not JSON')), []);
  });

  it('leaves other Secrets alone, and never fails', () => {
    assert.equal(readManagedCluster({ ...clusterApi({ value: encode(kubeconfig()) }), type: 'Opaque' }), undefined);
    for (const odd of oddVariants(clusterApi({ value: encode(kubeconfig()) }))) readManagedCluster(odd);
  });
});
