import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { useBed } from '../testbed/fixture.ts';
import { meshNamespace, startSidecar } from '../testbed/mesh/sidecar.ts';

interface Secrets {
  dynamicActiveSecrets: { name: string; secret: { tlsCertificate?: { certificateChain: { inlineBytes: string } } } }[];
}

describe('Istio on the test bed', () => {
  const bed = useBed('istioctl', 'pilot-agent');
  let namespace = '';
  before(async function () {
    this.timeout(120_000);
    namespace = await meshNamespace(bed, 'mesh');
    await startSidecar(bed, { namespace, name: 'reviews', serviceAccount: 'reviews' });
  });

  it('injects a sidecar into the Pod', async () => {
    const containers = await bed.kubectl([
      'get',
      'pod',
      '-n',
      namespace,
      'reviews',
      '-o',
      'jsonpath={.spec.containers[*].name}',
    ]);
    assert.deepEqual(containers.split(' ').sort(), ['app', 'istio-proxy']);
  });

  it('issues the workload a certificate, which istioctl reads from Envoy through the Pod', async () => {
    const text = await bed.run(['istioctl', 'proxy-config', 'secret', '-n', namespace, 'reviews', '-o', 'json']);
    const { dynamicActiveSecrets } = JSON.parse(text.slice(text.indexOf('{'))) as Secrets;
    const held = dynamicActiveSecrets.find(({ name }) => name === 'default')?.secret.tlsCertificate?.certificateChain
      .inlineBytes;
    const leaf = new X509Certificate(Buffer.from(held ?? '', 'base64'));
    assert.equal(leaf.subjectAltName, `URI:spiffe://cluster.local/ns/${namespace}/sa/reviews`);
    assert.ok(dynamicActiveSecrets.some(({ name }) => name === 'ROOTCA'));
  });

  it('reports the proxy as in step with istiod', async () => {
    const text = await bed.run(['istioctl', 'proxy-status', '--revision', 'default'], { timeoutMs: 30_000 });
    assert.match(text, new RegExp(`reviews\\.${namespace}`));
  });
});
