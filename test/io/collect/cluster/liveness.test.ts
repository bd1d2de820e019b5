import assert from 'node:assert/strict';
import { health } from '../../../../src/io/collect/cluster/health.ts';
import { leases } from '../../../../src/io/collect/cluster/leases.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import { fakeKube } from '../../../support/fake-kube.ts';
import { objectKube, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const lease = (namespace: string, name: string, spec: object = { renewTime: '2026-11-24T11:59:50.123456Z' }) =>
  serve.other('/apis/coordination.k8s.io/v1', 'leases', { metadata: { namespace, name }, spec });

describe('leases', () => {
  it('are those of kubelets and of the leaders that dial with a certificate of their own', async () => {
    const kube = objectKube([
      lease('kube-node-lease', 'w1', {
        holderIdentity: 'w1',
        leaseDurationSeconds: 40,
        renewTime: '2026-11-24T11:59:50Z',
      }),
      lease('kube-system', 'kube-scheduler'),
      lease('kube-system', 'apiserver-abc'),
      lease('kube-system', 'kube-controller-manager', {}),
      lease('apps', 'kube-scheduler'),
    ]);
    const { facts } = await runSources([leases], kube);
    assert.deepEqual(facts('lease'), [
      {
        namespace: 'kube-node-lease',
        name: 'w1',
        holder: 'w1',
        durationSeconds: 40,
        renewed: '2026-11-24T11:59:50.000Z',
      },
      {
        namespace: 'kube-system',
        name: 'kube-scheduler',
        holder: '',
        durationSeconds: 40,
        renewed: '2026-11-24T11:59:50.123Z',
      },
    ]);
  });
});

describe("the API server's own checks", () => {
  const refusing = (cause: unknown) =>
    fakeKube(() => {
      throw new PortFailure('unreachable', '10.0.0.1:6443 answered 500 to /readyz: [+]ping ok', { code: '500', cause });
    });

  it('fail by name, however long the list is', async () => {
    const hooks = Array.from({ length: 40 }, (_, index) => `[+]poststarthook/number-${index} ok\n`).join('');
    const text = `[+]ping ok\n[-]etcd failed: reason withheld\n${hooks}[-]shutdown failed: reason withheld\nreadyz check failed\n`;
    const { facts, states } = await runSources([health], refusing(text));
    assert.deepEqual([facts('health'), states], [[{ failing: ['etcd', 'shutdown'] }], ['apiserver-health complete']]);
  });

  it('are unknown where the refusal names none', async () => {
    for (const cause of ['upstream request failed', { kind: 'Status', message: 'etcdserver: request timed out' }]) {
      const { facts, states } = await runSources([health], refusing(cause));
      assert.deepEqual([facts('health'), states], [[], ['apiserver-health unreachable']]);
    }
  });

  it('pass', async () => {
    const { facts } = await runSources(
      [health],
      fakeKube(() => '[+]ping ok\n[+]etcd ok\nreadyz check passed\n'),
    );
    assert.deepEqual(facts('health'), [{ failing: [] }]);
  });

  it('are unknown where nobody answers', async () => {
    const kube = fakeKube(() => {
      throw new PortFailure('unreachable', 'connection refused', { code: 'ECONNREFUSED' });
    });
    assert.deepEqual((await runSources([health], kube)).states, ['apiserver-health unreachable']);
  });
});
