import assert from 'node:assert/strict';
import { acme } from '../../../../src/io/collect/ingress/acme.ts';
import { chainEvents } from '../../../../src/io/collect/ingress/chain-events.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const WITHHELD =
  'operation error Route 53: x, <redacted AWS SDK error: http.ResponseError: see events and logs for details>';

const challenge = (namespace: string, reason: string): Served =>
  serve.other('/apis/acme.cert-manager.io/v1', 'challenges', {
    metadata: { namespace, name: 'c' },
    spec: { type: 'DNS-01', dnsName: 'a.example' },
    status: { state: 'pending', reason },
  });
const event = (namespace: string, kind: string): Served =>
  serve.other('/api/v1', 'events', {
    metadata: { namespace, name: `${kind}.1` },
    type: 'Warning',
    message: 'AccessDenied',
    involvedObject: { kind, name: 'c', namespace },
  });
const run = async (objects: readonly Served[], scope = {}) => {
  const kube = objectKube(objects, { served: ['/api/v1/events'] });
  const { facts, states } = await runSources([acme, chainEvents], kube, { scope });
  return { objects: facts('message').map(({ object }) => object), states };
};

describe('collecting events of the chain', () => {
  const events = [event('shop', 'Challenge'), event('team', 'Challenge')];

  it('asks for none where no link is a target and no Challenge refers to its events', async () => {
    const { objects, states } = await run([challenge('shop', 'not yet propagated'), ...events]);
    assert.deepEqual(objects, []);
    assert.ok(!states.some((state) => state.startsWith('chain-events')));
  });

  it('reads those of the namespaces whose Challenges refer to them', async () => {
    const { objects } = await run([challenge('shop', WITHHELD), ...events]);
    assert.deepEqual(objects, ['challenge/shop/c']);
  });

  it('reads them once where a link of that namespace is a target', async () => {
    const target = { kind: 'object', objectKind: 'challenge', name: 'c', namespace: 'shop' };
    const { objects } = await run([challenge('shop', WITHHELD), ...events], { targets: [target] });
    assert.deepEqual(objects, ['challenge/shop/c']);
  });
});
