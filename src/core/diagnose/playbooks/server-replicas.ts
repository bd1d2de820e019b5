import { ref, refBase } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';

const CODES = [
  'SERVED_DIFFERS_FROM_STORED',
  'CA_BUNDLE_MISMATCH',
  'CERT_EXPIRED',
  'NAME_NOT_COVERED',
  'CHAIN_UNTRUSTED',
  'SECRET_MISSING',
];

/** A call through an aggregated API, or to a webhook, fails some of the time. */
export const serverReplicas: Playbook = {
  id: 'server-replicas',
  layer: 'cluster',
  title: 'Some calls to an aggregated API or webhook fail with an unknown authority, others do not',
  patterns: [
    /candidate authority certificate \\?"(?<host>[\w.-]+\.svc)\\?"/i,
    /unexpected API response[^\n]*x509/i,
    /\btap\b[^\n]*(?:x509|unknown authority|bad certificate)/i,
    /x509[^\n]*https:\/\/(?<host>[\w-]+\.[\w-]+\.svc)/i,
  ],
  targets: ['apiservice'],
  explainedBy: CODES,
  roles: ['webhook-serving', 'linkerd-webhook', 'apiservice-ca', 'webhook-ca'],
  kinds: ['apiservice', 'pod'],
  reads: ['cabundles'],
  causes: [],
  steps: [
    {
      id: 'replicas',
      question: 'Does every replica serve what the Secret holds and the caBundle verifies?',
      command: () =>
        'kubectl -n NAMESPACE port-forward pod/REPLICA 8443:PORT & openssl s_client -connect 127.0.0.1:8443 -showcerts </dev/null',
      sources: ['cabundles', 'secrets', 'pods', 'server-pods'],
      causes: ['SERVED_DIFFERS_FROM_STORED'],
      judge: staleReplicas,
    },
  ],
  hides: [
    { cause: 'SERVED_DIFFERS_FROM_STORED', hidden: 'API_SERVICE_UNAVAILABLE' },
    { cause: 'SERVED_DIFFERS_FROM_STORED', hidden: 'CHAIN_NOT_CONFORMING' },
    { cause: 'SERVED_DIFFERS_FROM_STORED', hidden: 'CHAIN_UNTRUSTED' },
  ],
  next: [
    { title: 'Is the service available now, and what did its condition say?', command: 'kubectl get apiservices' },
    { title: 'What do the replicas log?', command: 'kubectl -n NAMESPACE logs -l SELECTOR --prefix --tail=50' },
  ],
};

/** A replica that serves another certificate than its Secret holds was not restarted since that was replaced. */
function staleReplicas({ inventory, findings }: StepContext): readonly Judgement[] {
  const byAddress = new Map(
    inventory.facts('pod').flatMap((pod) => (pod.ip === undefined ? [] : [[pod.ip, pod] as const])),
  );
  return findings.flatMap((finding): Judgement[] => {
    if (finding.code !== 'SERVED_DIFFERS_FROM_STORED') return [];
    const [, address] = /^tls:\/\/\[?([^\]#]+?)\]?:\d+(?:#|$)/.exec(refBase(finding.placement)) ?? [];
    const pod = byAddress.get(address ?? '');
    if (!pod) return [];
    const { namespace, name, started, owner } = pod;
    const object = ref.object('pod', name, namespace);
    const others = inventory
      .facts('pod')
      .filter((one) => one.namespace === namespace && one.name !== name && sharesSecret(one.secrets, pod.secrets));
    return [
      {
        is: 'supports',
        code: finding.code,
        object,
        also: [finding.placement, ...(finding.also ?? [])],
        message: `${object} serves a former certificate: it has run since ${started ?? 'before the change'} and was not restarted after its Secret was replaced`,
        evidence: [
          ...finding.evidence,
          ...others
            .slice(0, 3)
            .map((one) =>
              inventory.evidence(
                one.seen,
                `${ref.object('pod', one.name, one.namespace)} has run since ${one.started ?? 'an unknown time'}`,
              ),
            ),
        ],
        fix: [
          manualStep(
            'restart',
            'restart all replicas',
            ['kubectl', '-n', namespace, 'rollout', 'restart', owner ?? 'deploy'],
            'restart',
          ),
        ],
      },
    ];
  });
}

function sharesSecret(a: readonly string[], b: readonly string[]): boolean {
  return a.some((name) => b.includes(name));
}
