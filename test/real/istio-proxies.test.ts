import assert from 'node:assert/strict';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import { caBundles } from '../../src/io/collect/cluster/ca-bundles.ts';
import { pods } from '../../src/io/collect/cluster/pods.ts';
import { secrets } from '../../src/io/collect/ingress/secrets.ts';
import { istioConfig } from '../../src/io/collect/mesh/istio-config.ts';
import { istioControlPlanes } from '../../src/io/collect/mesh/istio-control-planes.ts';
import { istioProxies } from '../../src/io/collect/mesh/istio-proxies.ts';
import { istioSync } from '../../src/io/collect/mesh/istio-sync.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { runPorts } from '../support/run-sources.ts';
import { until, useBed } from '../testbed/fixture.ts';
import { meshNamespace, type Sidecar, startSidecar } from '../testbed/mesh/sidecar.ts';

/** Seconds: the agent renews at half of it, and the certificate spans two minutes more before it. */
const SHORT_TTL = 60;

describe('what real proxies of Istio hold', function () {
  this.timeout(180_000);
  const bed = useBed('istioctl', 'pilot-agent');
  let namespace = '';
  let other: Sidecar;

  before('sidecars run, one with a short certificate', async () => {
    namespace = await meshNamespace(bed, 'held');
    await startSidecar(bed, { namespace, name: 'web', serviceAccount: 'web' });
    other = await startSidecar(bed, { namespace, name: 'other', serviceAccount: 'other' });
    const env = { SECRET_TTL: `${SHORT_TTL}s` };
    await startSidecar(bed, { namespace, name: 'short', serviceAccount: 'short', env });
  });

  const read = () => {
    const kube = createKubeApi({
      flags: { kubeconfig: bed.superAdminKubeconfig },
      env: {},
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
    const tls = createTlsDialer({ clock: systemClock, env: {} });
    const ports = fakePorts({ kube, tls, clock: systemClock });
    const sources = [caBundles, pods, secrets, istioConfig, istioControlPlanes, istioSync, istioProxies];
    return runPorts(sources, ports, { scope: { layers: ['mesh'], namespaces: [], all: true }, timeout: 30_000 });
  };
  const at = (name: string) => `pod/${namespace}/${name}#sds/default`;

  it('is read from Envoy through the API server: the chain up to the root, and the roots that it trusts', async () => {
    const { placement, facts } = await read();
    const web = placement(at('web'));
    const root = placement(`pod/${namespace}/web#sds/ROOTCA[0]`);
    assert.deepEqual([web?.role, web?.manager, root?.role], ['workload-svid', 'istiod', 'istio-root']);
    assert.equal(web?.chain.at(-1), root?.chain[0]);
    assert.equal(root?.chain[0], placement('secret/istio-system/istio-ca-secret#ca-cert.pem')?.chain[0]);
    const proxy = facts('meshProxy').find((one) => one.namespace === namespace && one.name === 'web');
    assert.equal(proxy?.means, 'port-forward');
    assert.equal(
      proxy?.resources.find(({ name }) => name === 'default')?.identity,
      `spiffe://cluster.local/ns/${namespace}/sa/web`,
    );
    assert.ok(Math.abs(proxy?.clockAhead ?? 99) <= 2);
  });

  it('names istiod, its version and its own CA, and shows what it serves', async () => {
    const { facts, placements } = await read();
    const control = facts('meshControlPlane').find(({ mesh }) => mesh === 'istio');
    assert.deepEqual(
      [control?.caSource, control?.revision, control?.trustDomain],
      ['self-signed', 'default', 'cluster.local'],
    );
    assert.match(control?.version ?? '', /^1\.\d+/);
    assert.ok(placements.some(({ role, chain }) => role === 'istiod-serving' && chain.length > 0));
  });

  it('comes with what istiod says of its connections: both are there, until one goes', async () => {
    const sync = async () => (await read()).facts('istioSync')[0];
    const before = await until('both are connected', async () => {
      const now = await sync();
      return now && now.connected >= 2 && now.behindCount === 0 ? now : undefined;
    });
    assert.equal(before.unconnectedCount, 0);
    await bed.stop(other.process);
    const after = await until('istiod misses one', async () => {
      const now = await sync();
      return now && now.connected < before.connected ? now : undefined;
    });
    assert.equal(after.connected, before.connected - 1);
  });

  it('changes when the agent renews it', async () => {
    const before = (await read()).placement(at('short'))?.chain[0];
    assert.ok(before);
    const renewed = await until(
      'the agent renews',
      async () => {
        const now = (await read()).placement(at('short'))?.chain[0];
        return now !== undefined && now !== before ? now : undefined;
      },
      { withinMs: 90_000, everyMs: 3000 },
    );
    assert.notEqual(renewed, before);
  });
});
