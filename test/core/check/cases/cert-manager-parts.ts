import type { FactKinds, PodFact } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { DAY, NOW, type World } from '../world.ts';

const time = (at: number) => new Date(at).toISOString();
const part = (world: World, name: string, parts: Partial<FactKinds['controller']>) =>
  world.controller(name, { namespace: 'cert-manager', replicas: 1, ...parts });
const pod = (world: World, more: Partial<PodFact>) =>
  world.fact(
    'pod',
    { namespace: 'cert-manager', name: 'p', phase: 'Running', secrets: [], configMaps: [], ...more },
    'pods',
  );
const WEBHOOK = 'validatingwebhookconfiguration/cert-manager-webhook#0';
const called = (world: World) =>
  world.fact(
    'caBundle',
    {
      kind: 'ValidatingWebhookConfiguration',
      name: 'cert-manager-webhook',
      ref: WEBHOOK,
      webhook: 'webhook.cert-manager.io',
      service: { namespace: 'cert-manager', name: 'cert-manager-webhook', port: 443 },
      empty: false,
    },
    'cabundles',
  );
const slice = (world: World, ready: string[], notReady: string[] = [], service = 'cert-manager-webhook') =>
  world.fact('endpoints', { namespace: 'cert-manager', service, ready, notReady }, 'webhook-endpoints');
const READY = { ready: { status: 'True', reason: 'Ready', message: '' } };
const certificate = (world: World, more: Partial<FactKinds['certificate']>) => world.certificate(more);

/** Parts of cert-manager that do not run, and those that do. */
export const certManagerPartsCases: readonly Case[] = [
  {
    code: 'CERT_MANAGER_DOWN',
    title: 'has no replica ready, and holds up what is due',
    build: (world) =>
      certificate(part(world, 'cert-manager', { ready: 0 }), { ...READY, renewalTime: time(NOW - DAY) }),
    expect: [
      {
        placement: 'deployment/cert-manager/cert-manager',
        also: ['certificate/shop/web', 'secret/shop/web-tls#tls.crt'],
        fix: 'app.kubernetes.io/component=controller',
      },
    ],
  },
  {
    code: 'CERT_MANAGER_DOWN',
    title: 'has a Pod that starts again and again',
    build: (world) =>
      pod(part(world, 'cert-manager', { ready: 0 }), {
        labels: { 'app.kubernetes.io/component': 'controller' },
        unready: 'CrashLoopBackOff',
      }),
    expect: [
      {
        placement: 'deployment/cert-manager/cert-manager',
        message:
          'Deployment cert-manager/cert-manager, the controller of cert-manager, has none of 1 replicas ready: p is CrashLoopBackOff',
      },
    ],
  },
  {
    code: 'CERT_MANAGER_DOWN',
    title: 'is scaled to nothing',
    build: (world) => part(world, 'cert-manager', { ready: 0, replicas: 0 }),
    expect: [{ placement: 'deployment/cert-manager/cert-manager', fix: '--replicas=1' }],
  },
  {
    code: 'CERT_MANAGER_DOWN',
    title: 'is not one that runs',
    build: (world) => part(world, 'cert-manager', { ready: 1 }),
    expect: [],
  },
  {
    code: 'CERT_MANAGER_DOWN',
    title: 'is not said where workloads could not be read whole',
    build: (world) => part(world.read('controllers', 'partial'), 'cert-manager', { ready: 0 }),
    expect: [],
  },
  {
    code: 'CERT_MANAGER_DOWN',
    title: 'is not one whose Pod runs, whatever the status of its Deployment',
    build: (world) => pod(part(world, 'cert-manager', { ready: 0 }), { labels: { app: 'cert-manager' } }),
    expect: [],
  },
  {
    code: 'CERT_MANAGER_WEBHOOK_DOWN',
    title: 'has no replica ready: nothing of its kinds can be written',
    build: (world) => called(part(world, 'cert-manager-webhook', { ready: 0 })),
    expect: [
      {
        placement: 'deployment/cert-manager/cert-manager-webhook',
        also: [WEBHOOK],
        severity: 'critical',
        impact: /refuses every write/,
      },
    ],
  },
  {
    code: 'CERT_MANAGER_WEBHOOK_DOWN',
    title: 'has a Service without an endpoint that is ready',
    build: (world) => slice(called(part(world, 'cert-manager-webhook', { ready: 1 })), [], ['10.0.0.4']),
    expect: [{ placement: WEBHOOK, evidence: /none ready, 1 not ready/ }],
  },
  {
    code: 'CERT_MANAGER_WEBHOOK_DOWN',
    title: 'is not one that has an endpoint, whatever the status of its Deployment',
    build: (world) => slice(called(part(world, 'cert-manager-webhook', { ready: 0 })), ['10.0.0.4']),
    expect: [],
  },
  {
    code: 'CERT_MANAGER_WEBHOOK_DOWN',
    title: 'is not one whose Service nobody fills in, nor another that has no endpoint',
    build: (world) => slice(called(world), [], [], 'other'),
    expect: [],
  },
  {
    code: 'CERT_MANAGER_ABSENT',
    title: 'leaves one without a condition, and one past its time',
    build: (world) => {
      certificate(world.read('controllers'), { created: time(NOW - DAY) });
      certificate(world, { ...READY, name: 'old', secretName: 'old', renewalTime: time(NOW - DAY) });
    },
    expect: [
      {
        placement: 'certificate/shop/web',
        also: ['certificate/shop/old', 'secret/shop/web-tls#tls.crt', 'secret/shop/old#tls.crt'],
        evidence: /no condition since/,
      },
    ],
  },
  {
    code: 'CERT_MANAGER_ABSENT',
    title: 'is not said while it is young, tried, or to be renewed in future',
    build: (world) => {
      certificate(world.read('controllers'), { created: time(NOW - 1000) });
      certificate(world, { ...READY, name: 'b', renewalTime: time(NOW + DAY) });
      certificate(world, { ...READY, name: 'c', renewalTime: time(NOW - DAY), lastFailureTime: time(NOW - 1000) });
      world.now = NOW + 90 * DAY;
    },
    expect: [],
  },
  {
    code: 'CERT_MANAGER_ABSENT',
    title: 'is not said where a controller is there, whatever it does',
    build: (world) =>
      certificate(part(world, 'cert-manager', { ready: 0 }), { ...READY, renewalTime: time(NOW - DAY) }),
    expect: [],
  },
  {
    code: 'CERT_MANAGER_CAINJECTOR_DOWN',
    title: 'has no replica ready',
    build: (world) => part(world, 'cert-manager-cainjector', { ready: 0 }),
    expect: [{ placement: 'deployment/cert-manager/cert-manager-cainjector', severity: 'warning' }],
  },
  {
    code: 'CERT_MANAGER_CAINJECTOR_DOWN',
    title: 'is not one that runs',
    build: (world) => part(world, 'cert-manager-cainjector', { ready: 1 }),
    expect: [],
  },
];
