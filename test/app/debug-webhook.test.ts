import assert from 'node:assert/strict';
import { debugLive } from '../../src/app/debug.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

/** A healthy cluster with cert-manager's webhook. */
const HEALTHY = { id: 'healthy-webhooks', layer: 'cluster', title: 'webhooks that nothing is wrong with' } as const;
const configuration = (name: string, webhook: string, clientConfig: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name },
  webhooks: [
    { name: webhook, admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', clientConfig },
  ],
});
const OBJECTS = [
  configuration('cert-manager-webhook', 'webhook.cert-manager.io', { url: 'https://localhost:9443/validate' }),
  configuration('kept', 'policy.example.com', { url: 'https://localhost:9444/validate' }),
];

async function diagnosed(text: string) {
  const ports = await demoPorts({ incident: { ...HEALTHY, symptom: text, objects: OBJECTS } as never, now: NOW });
  const round = await debugLive({
    ports,
    scope: scopeOf(),
    timeout: 0,
    signal: new AbortController().signal,
    tool: { name: 'kubectl-certs', version: '0.0.0' },
    symptom: { text, targets: [] },
    policy: DEFAULT_POLICY,
  });
  return round.diagnosis;
}

const calling = (webhook: string, port: number, why: string) =>
  `Internal error occurred: failed calling webhook "${webhook}": failed to call webhook: Post "https://localhost:${port}/validate?timeout=10s": ${why}`;

describe('debug of a webhook that is not reached', function () {
  this.timeout(30_000);

  for (const why of [
    'dial tcp 127.0.0.1:9443: connect: connection refused',
    'dial tcp 10.0.3.7:10250: i/o timeout',
    'context deadline exceeded',
    'no endpoints available for service "cert-manager-webhook"',
    'service "cert-manager-webhook" not found',
  ])
    it(`blames cert-manager's own for: ${why}`, async () => {
      const { verdict, rootCauses } = await diagnosed(calling('webhook.cert-manager.io', 9443, why));
      assert.equal(verdict, 'root-cause-found');
      assert.deepEqual(
        rootCauses.map(({ code, object }) => `${code} ${object}`),
        ['CERT_MANAGER_WEBHOOK_DOWN validatingwebhookconfiguration/cert-manager-webhook#0'],
      );
    });

  it('names another one, and finds no fault of certificates in it', async () => {
    const { verdict, otherCauses } = await diagnosed(
      calling('policy.example.com', 9444, 'dial tcp 127.0.0.1:9444: connect: connection refused'),
    );
    assert.equal(verdict, 'no-fault');
    assert.deepEqual(
      otherCauses.map(({ code, object }) => `${code} ${object}`),
      ['WEBHOOK_UNREACHABLE validatingwebhookconfiguration/kept#0'],
    );
  });

  it('leaves a call that TLS failed in to what TLS says', async () => {
    const { rootCauses } = await diagnosed(
      calling(
        'webhook.cert-manager.io',
        9443,
        'tls: failed to verify certificate: x509: certificate signed by unknown authority: connection refused',
      ),
    );
    assert.ok(!rootCauses.some(({ code }) => code === 'CERT_MANAGER_WEBHOOK_DOWN'));
  });
});
