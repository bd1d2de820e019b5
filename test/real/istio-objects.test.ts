import assert from 'node:assert/strict';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { caBundles } from '../../src/io/collect/cluster/ca-bundles.ts';
import { pods } from '../../src/io/collect/cluster/pods.ts';
import { secrets } from '../../src/io/collect/ingress/secrets.ts';
import { meshBundles } from '../../src/io/collect/mesh/bundles.ts';
import { runSources } from '../support/run-sources.ts';
import { until, useBed } from '../testbed/fixture.ts';
import { meshNamespace } from '../testbed/mesh/sidecar.ts';

const INJECTOR = 'mutatingwebhookconfiguration/istio-sidecar-injector#0';

describe("Istio's objects on a real API server", () => {
  const bed = useBed('istiod');
  let namespace = '';

  before('a Pod is injected', async function () {
    this.timeout(90_000);
    namespace = await meshNamespace(bed, 'objects');
    const container = { name: 'app', image: 'app.example/app' };
    await bed.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: 'app' },
      spec: { containers: [container] },
    });
    await until('istiod publishes its root', () =>
      bed.kubectl([
        'get',
        'configmap',
        '-n',
        namespace,
        '--field-selector=metadata.name=istio-ca-root-cert',
        '-o',
        'name',
      ]),
    );
  });

  const read = () => {
    const kube = createKubeApi({
      flags: { kubeconfig: bed.superAdminKubeconfig },
      env: {},
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
    return runSources([caBundles, pods, secrets, meshBundles], kube, {
      scope: { layers: ['mesh'] },
      timeout: 20_000,
    });
  };

  it('hold one self-signed root in its Secret, its webhooks and every namespace, which istiod renews', async () => {
    const { placement } = await read();
    const ca = placement('secret/istio-system/istio-ca-secret#ca-cert.pem');
    assert.deepEqual([ca?.role, ca?.manager, ca?.layer, ca?.chain.length], ['istio-ca', 'istiod', 'mesh', 1]);
    assert.ok(ca?.key);
    for (const ref of [`configmap/${namespace}/istio-ca-root-cert#root-cert.pem[0]`, `${INJECTOR}[0]`]) {
      const copy = placement(ref);
      assert.deepEqual([copy?.chain, copy?.manager, copy?.layer], [ca.chain, 'istiod', 'mesh'], ref);
    }
  });

  it('tell the Pod that has a proxy', async () => {
    const { facts } = await read();
    const pod = facts('pod').find((fact) => fact.namespace === namespace && fact.name === 'app');
    assert.equal(pod?.mesh?.kind, 'istio');
    assert.ok(pod?.configMaps.includes('istio-ca-root-cert'));
  });

  it('are read whole, with nothing missing', async () => {
    const { observations, placements } = await read();
    assert.ok(observations.every(({ state }) => state === 'complete' || state === 'absent'));
    assert.deepEqual(
      placements.filter(({ missing }) => missing),
      [],
    );
  });
});
