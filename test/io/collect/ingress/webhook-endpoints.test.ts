import assert from 'node:assert/strict';
import { caBundles } from '../../../../src/io/collect/cluster/ca-bundles.ts';
import { webhookEndpoints } from '../../../../src/io/collect/ingress/webhook-endpoints.ts';
import { objectKube, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const configuration = (name: string, service?: string) =>
  serve.other('/apis/admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', {
    metadata: { name },
    webhooks: [
      {
        name,
        clientConfig: service
          ? { service: { namespace: 'cert-manager', name: service } }
          : { url: 'https://localhost' },
      },
    ],
  });
const slice = (service: string, ready: boolean) =>
  serve.other('/apis/discovery.k8s.io/v1', 'endpointslices', {
    metadata: {
      namespace: 'cert-manager',
      name: `${service}-x`,
      labels: { 'kubernetes.io/service-name': service },
    },
    endpoints: [{ addresses: ['10.0.0.4'], conditions: { ready } }],
  });

describe("the endpoints of cert-manager's webhook", () => {
  it('are read of its Service alone', async () => {
    const { facts, states } = await runSources(
      [caBundles, webhookEndpoints],
      objectKube([
        configuration('webhook.cert-manager.io', 'cert-manager-webhook'),
        configuration('trust.cert-manager.io', 'trust-manager'),
        slice('cert-manager-webhook', false),
        slice('trust-manager', true),
      ]),
    );
    assert.deepEqual(
      facts('endpoints').map(({ service, ready, notReady }) => [service, ready, notReady]),
      [['cert-manager-webhook', [], ['10.0.0.4']]],
    );
    assert.ok(states.includes('webhook-endpoints complete'), states.join());
  });

  it('are nothing to read where it is called otherwise, or not at all', async () => {
    for (const objects of [[], [configuration('webhook.cert-manager.io')]]) {
      const { states } = await runSources([caBundles, webhookEndpoints], objectKube(objects));
      assert.ok(states.includes('webhook-endpoints not-applicable'), states.join());
    }
  });
});
