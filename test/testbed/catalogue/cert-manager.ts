import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import { until } from '../run.ts';
import type { Component } from './component.ts';

const NAMESPACE = 'cert-manager';
const CRDS = 'deploy/crds';
const GROUPS = ['cert-manager.io', 'acme.cert-manager.io'];
/** Where the webhook keeps the CA that it makes for itself, and whence the cainjector takes it. */
const WEBHOOK_CA = 'cert-manager-webhook-ca';

function webhookConfigurations(bed: Bed): object[] {
  const configuration = (
    kind: string,
    path: string,
    operations: string[],
    resources: string[],
    apiGroups: string[],
  ) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: {
      name: 'cert-manager-webhook',
      annotations: { 'cert-manager.io/inject-ca-from-secret': `${NAMESPACE}/${WEBHOOK_CA}` },
    },
    webhooks: [
      {
        name: 'webhook.cert-manager.io',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        rules: [{ apiGroups, apiVersions: ['v1'], operations, resources }],
        clientConfig: { url: `https://localhost:${bed.port('cert-manager-webhook')}${path}` },
      },
    ],
  });
  return [
    configuration('ValidatingWebhookConfiguration', '/validate', ['CREATE', 'UPDATE'], ['*/*'], GROUPS),
    configuration('MutatingWebhookConfiguration', '/mutate', ['CREATE'], ['certificaterequests'], ['cert-manager.io']),
  ];
}

/** The webhook's two ports can't be bound to loopback alone: upstream takes a port number only. */
const webhookFlags = (bed: Bed) => [
  `--secure-port=${bed.port('cert-manager-webhook')}`,
  `--healthz-port=${bed.port('cert-manager-webhook-health')}`,
  '--metrics-listen-address=0',
  `--dynamic-serving-ca-secret-namespace=${NAMESPACE}`,
  `--dynamic-serving-ca-secret-name=${WEBHOOK_CA}`,
  '--dynamic-serving-dns-names=cert-manager-webhook,localhost',
];

const controllerFlags = (bed: Bed) => [
  `--cluster-resource-namespace=${NAMESPACE}`,
  `--metrics-listen-address=127.0.0.1:${bed.port('cert-manager-metrics')}`,
  '--enable-gateway-api',
  `--acme-http01-solver-nameservers=127.0.0.1:${bed.port('dns')}`,
  `--dns01-recursive-nameservers=127.0.0.1:${bed.port('dns')}`,
  '--dns01-recursive-nameservers-only',
  '--dns01-check-retry-period=2s',
];

export const certManager: Component = {
  name: 'cert-manager',
  version: '1.21.2',
  source: {
    kind: 'go',
    upstream: 'cert-manager',
    package: '.',
    stamps: { 'github.com/cert-manager/cert-manager/pkg/util.AppVersion': 'v1.21.2' },
    files: [CRDS],
  },
  needs: ['kube-controller-manager', 'gateway-api'],
  service: {
    ports: ['cert-manager-webhook', 'cert-manager-webhook-health', 'cert-manager-metrics', 'cainjector-metrics', 'dns'],
    async prepare(bed) {
      await bed.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
      await bed.kubectl(['apply', '--server-side', '-f', bed.fileOf('cert-manager', CRDS)]);
      await bed.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all']);
    },
    processes(bed) {
      const metrics = (port: string) => `http://127.0.0.1:${bed.port(port)}/metrics`;
      const program = (name: string, flags: string[], url: string) => ({
        name: `cert-manager-${name}`,
        argv: [join(bed.binDir, 'cert-manager'), name, `--kubeconfig=${bed.superAdminKubeconfig}`, ...flags],
        ready: { kind: 'http' as const, url },
      });
      const injector = [`--metrics-listen-address=127.0.0.1:${bed.port('cainjector-metrics')}`];
      const health = `http://127.0.0.1:${bed.port('cert-manager-webhook-health')}/healthz`;
      return [
        program('webhook', webhookFlags(bed), health),
        program('cainjector', injector, metrics('cainjector-metrics')),
        program('controller', controllerFlags(bed), metrics('cert-manager-metrics')),
      ];
    },
    async settle(bed) {
      await bed.apply(...webhookConfigurations(bed));
      for (const kind of ['validating', 'mutating']) {
        const get = [
          'get',
          `${kind}webhookconfiguration`,
          'cert-manager-webhook',
          '-o',
          'jsonpath={.webhooks[0].clientConfig.caBundle}',
        ];
        await until('the cainjector writes the caBundle', () => bed.kubectl(get).then((bundle) => bundle !== ''));
      }
    },
  },
};
