import type { CauseDefinition, StepContext } from './playbook.ts';
import type { TextClue } from './steps.ts';

const shared = {
  severity: 'critical',
  layer: 'cluster',
  fix: [
    'bring the Pods of the webhook back: where the connection is refused, or there is no endpoint, it does not run or is not ready',
    'after a timeout: let the control plane reach the port of the webhook on the nodes (10250 for cert-manager)',
    'correct clientConfig where it names a Service or a URL that is no more',
  ],
  verify: ['kubectl apply --dry-run=server of an object that the webhook judges passes'],
  prevent: ['run two replicas of a webhook whose failurePolicy is Fail'],
  since: '0.1.0',
} as const;

const BEFORE_TLS =
  'the message has "failed calling webhook" and a failure of the connection (connection refused, i/o timeout, no endpoints available), without x509 or tls';

export const WEBHOOK_UNREACHABLE: CauseDefinition = {
  ...shared,
  code: 'WEBHOOK_UNREACHABLE',
  fault: false,
  title: 'the API server gets no connection to a webhook',
  meaning:
    'The call fails before TLS begins, so that no caBundle was looked at: nobody listens, the Service is gone or has no ready endpoint, the name does not resolve, or a firewall between control plane and nodes drops what goes to the port. With failurePolicy Fail every write that the webhook matches is refused until it answers.',
  prove: [
    BEFORE_TLS,
    'kubectl -n NAMESPACE get pods,endpointslices: of the Service that the configuration names',
    'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml: clientConfig, failurePolicy',
  ],
  source: 'k8s.io/apiserver pkg/admission/plugin/webhook, pkg/util/proxy',
};

export const CERT_MANAGER_WEBHOOK_DOWN: CauseDefinition = {
  ...shared,
  code: 'CERT_MANAGER_WEBHOOK_DOWN',
  title: "cert-manager's webhook does not answer",
  meaning:
    'The API server asks it of every write to the kinds of cert-manager and gets no connection. None of them can be made or changed, by its own controller neither: nothing is issued or renewed until it answers. What was issued goes on until it ends.',
  prove: [
    BEFORE_TLS,
    'kubectl -n cert-manager get pods,endpointslices -l app.kubernetes.io/component=webhook',
    'cmctl check api: the same message',
  ],
  source: 'cert-manager documentation, Troubleshooting: webhook',
};

const CERT_MANAGERS = /(?:^|\.)cert-manager\.io$/;

/** What the API server says of a webhook that it could not connect to; whatever TLS has to say is another cause. */
const unreached = (code: string, isMeant: (webhook: string) => boolean): TextClue => ({
  code,
  pattern:
    /failed calling (?:admission )?webhook "(?<webhook>[^"]+)"(?![^\n]*(?:x509|tls:))[^\n]*?(?<why>connection refused|i\/o timeout|no route to host|network is unreachable|no such host|context deadline exceeded|Client\.Timeout exceeded|no endpoints available for service|service "[^"]+" not found)/i,
  object: ({ webhook = '' }, { text }, { inventory }) =>
    isMeant(webhook) ? (refOfWebhook(inventory, webhook, text) ?? `webhook/${webhook}`) : undefined,
  message: ({ webhook, why }) => `the API server cannot call the webhook ${webhook}: ${why}`,
});

/** Calls that failed before TLS: of cert-manager's own webhook, and of any other. */
export const UNREACHED: readonly TextClue[] = [
  unreached(CERT_MANAGER_WEBHOOK_DOWN.code, (webhook) => CERT_MANAGERS.test(webhook)),
  unreached(WEBHOOK_UNREACHABLE.code, (webhook) => !CERT_MANAGERS.test(webhook)),
];

/** The configuration that has a webhook of that name; of several, the one whose URL the text shows. */
export function refOfWebhook({ facts }: StepContext['inventory'], name: string, text = ''): string | undefined {
  const named = facts('caBundle').filter((fact) => fact.webhook === name || fact.name === name);
  return (named.find(({ url }) => url !== undefined && text.includes(url)) ?? named[0])?.ref;
}
