import assert from 'node:assert/strict';
import { managedClusters } from '../../../../src/io/collect/ingress/managed-clusters.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import { objectKube, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

describe('collecting the way to other clusters', () => {
  it('places what Cluster API and Argo CD keep, with who renews it, and lists nothing else', async () => {
    const ca = await mint({ subject: 'CN=kubernetes', isCA: true, notBefore: 0, notAfter: 4e12 });
    const client = await mint({ subject: 'CN=admin', issuer: ca, notBefore: 0, notAfter: 4e12 });
    const kubeconfig = {
      clusters: [{ name: 'east', cluster: { 'certificate-authority-data': encode(ca.pem) } }],
      users: [{ name: 'admin', user: { 'client-certificate-data': encode(client.pem) } }],
    };
    const tlsClientConfig = { certData: encode(client.pem) };
    const { placements, states } = await runSources(
      [managedClusters],
      objectKube([
        serve.secret({
          metadata: { namespace: 'fleet', name: 'east-kubeconfig' },
          type: 'cluster.x-k8s.io/secret',
          data: { value: encode(JSON.stringify(kubeconfig)) },
        }),
        serve.secret({
          metadata: { namespace: 'argocd', name: 'east', labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
          type: 'Opaque',
          data: { config: encode(JSON.stringify({ tlsClientConfig })) },
        }),
        serve.secret({
          metadata: { namespace: 'shop', name: 'web' },
          type: 'kubernetes.io/tls',
          data: { 'tls.crt': encode(client.pem) },
        }),
      ]),
    );
    assert.deepEqual(placements.map(({ ref, role, manager, bundle }) => [ref, role, manager, bundle ?? false]).sort(), [
      ['secret/argocd/east#config#certData', 'remote-client', 'person', false],
      ['secret/fleet/east-kubeconfig#value#clusters/east[0]', 'remote-trust', 'unknown', true],
      ['secret/fleet/east-kubeconfig#value#users/admin', 'remote-client', 'cluster-api', false],
    ]);
    assert.deepEqual(states, ['managed-clusters complete', 'managed-clusters complete']);
  });
});
