import type { CodeDefinition } from '../../model/finding.ts';
import { causeDefinition } from './cause.ts';

export const CERT_MANAGER_DOWN = causeDefinition({
  code: 'CERT_MANAGER_DOWN',
  title: 'cert-manager is installed, and its controller does not run',
  meaning:
    'Its kinds are there and its objects look as they did: nothing is renewed, nothing fails. Every certificate that it keeps will end.',
  prove: [
    'kubectl get pods -A -l app.kubernetes.io/name=cert-manager',
    'kubectl get lease -n kube-system cert-manager-controller',
  ],
  fix: ['bring the controller back: its Deployment, its rights, its leader election'],
  source: 'cert-manager deploy/charts/cert-manager',
});

/** What a webhook that gets no connection has in common with any other. */
export const UNREACHED_WEBHOOK = {
  severity: 'critical',
  fix: [
    'bring the Pods of the webhook back: where the connection is refused, or there is no endpoint, it does not run or is not ready',
    'after a timeout: let the control plane reach the port of the webhook on the nodes (10250 for cert-manager)',
    'correct clientConfig where it names a Service or a URL that is no more',
  ],
  verify: ['kubectl apply --dry-run=server of an object that the webhook judges passes'],
  prevent: ['run two replicas of a webhook whose failurePolicy is Fail'],
  since: '0.1.0',
} as const;

/** How the message of a call that failed before TLS is told from others. */
export const BEFORE_TLS =
  'the message has "failed calling webhook" and a failure of the connection (connection refused, i/o timeout, no endpoints available), without x509 or tls';

export const CERT_MANAGER_WEBHOOK_DOWN: CodeDefinition = {
  ...UNREACHED_WEBHOOK,
  code: 'CERT_MANAGER_WEBHOOK_DOWN',
  title: "cert-manager's webhook does not answer",
  meaning:
    'The API server asks it of every write to the kinds of cert-manager and gets no connection. None of them can be made or changed, by its own controller neither: nothing is issued or renewed until it answers. What was issued goes on until it ends.',
  prove: [
    'kubectl -n cert-manager get pods,endpointslices -l app.kubernetes.io/component=webhook: none is ready',
    BEFORE_TLS,
    'cmctl check api: the same message',
  ],
  source: 'cert-manager documentation, Troubleshooting: webhook',
};

export const CERT_MANAGER_CAINJECTOR_DOWN = causeDefinition({
  code: 'CERT_MANAGER_CAINJECTOR_DOWN',
  severity: 'warning',
  title: "cert-manager's cainjector does not run",
  meaning:
    'It copies CAs into the caBundles of webhooks, conversions and APIServices that ask for it by annotation, those of cert-manager itself among them. What stands there goes on; when a CA is renewed, or a webhook is installed or updated, its caBundle keeps the old CA or none, and the API server refuses every write that the webhook judges.',
  prove: ['kubectl get pods -A -l app.kubernetes.io/component=cainjector'],
  fix: ['bring it back: its Deployment, its rights, its leader election'],
  source: 'cert-manager documentation, CA Injector; deploy/charts/cert-manager',
});
