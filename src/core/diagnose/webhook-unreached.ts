import { BEFORE_TLS, CERT_MANAGER_WEBHOOK_DOWN, UNREACHED_WEBHOOK } from '../check/issuance/parts-down.ts';
import type { CauseDefinition, StepContext } from './playbook.ts';
import type { TextClue } from './steps.ts';

export const WEBHOOK_UNREACHABLE: CauseDefinition = {
  ...UNREACHED_WEBHOOK,
  layer: 'cluster',
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
