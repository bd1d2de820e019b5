import type { CaBundleFact, Seen } from '../../model/facts.ts';
import { manualStep } from '../../model/step.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep, textStep } from '../steps.ts';
import { refOfWebhook, UNREACHED, WEBHOOK_UNREACHABLE } from '../webhook-unreached.ts';

const CA_INJECTION_STUCK: CauseDefinition = {
  code: 'CA_INJECTION_STUCK',
  severity: 'critical',
  layer: 'cluster',
  title: 'what writes the CA into caBundles does not do so',
  meaning:
    "cainjector copies a webhook's CA into the configurations, definitions and APIServices that ask for it. When it is down, waits for a lease that a Pod of a former installation holds, or refuses a Secret without the annotation cert-manager.io/allow-direct-injection, the caBundle keeps the former CA, or none, and the API server does not trust the webhook.",
  prove: [
    'kubectl -n cert-manager get deploy cert-manager-cainjector; kubectl -n cert-manager logs deploy/cert-manager-cainjector --tail=50',
    'kubectl -n kube-system get lease cert-manager-cainjector-leader-election -o yaml: holderIdentity names a Pod that is gone',
  ],
  fix: [
    'bring cainjector up; delete a Lease whose holder is gone (it is taken when it runs out as well)',
    'where it refuses a Secret: annotate it with cert-manager.io/allow-direct-injection: "true", or delete it so that the webhook makes it anew',
  ],
  verify: [
    'the caBundle equals ca.crt of the Secret',
    'kubectl apply --dry-run=server of an object that the webhook judges passes',
  ],
  prevent: ['keep cainjector, webhook and definitions of one version, and alert on its readiness'],
  source: 'cert-manager pkg/controller/cainjector: sources.go, annotations of inject-ca-from-secret',
  since: '0.1.0',
};

const WEBHOOK_DENIED: CauseDefinition = {
  code: 'WEBHOOK_DENIED',
  severity: 'warning',
  layer: 'cluster',
  fault: false,
  title: 'a webhook answered, and refused the object itself',
  meaning:
    'An admission webhook that "denied the request" was called and trusted: its TLS is in order. What it says after that is a rule that the object breaks.',
  prove: ['the message says "admission webhook NAME denied the request: REASON", not "failed calling webhook"'],
  fix: ['change the object as the reason says, and apply it again'],
  verify: ['the object is accepted; what stands in the cluster was left as it was'],
  source: 'k8s.io/apiserver pkg/admission/plugin/webhook/errors/statuserror.go',
  since: '0.1.0',
};

const EXPLAINED_BY = [
  'CERT_MANAGER_WEBHOOK_DOWN',
  'CERT_MANAGER_CAINJECTOR_DOWN',
  'CA_BUNDLE_MISMATCH',
  'CERT_EXPIRED',
  'NAME_NOT_COVERED',
  'API_SERVICE_UNAVAILABLE',
  'FRONT_PROXY_NAME',
  'CHAIN_UNTRUSTED',
  'CHAIN_EXPIRED',
  'CHAIN_WRONG_USAGE',
  'SECRET_MISSING',
  'KEY_MISMATCH',
  'SERVED_DIFFERS_FROM_STORED',
  'ENDPOINTS_DIFFER',
  'CERT_NOT_YET_VALID',
  'BAD_DATA',
];

/** The API server calls something (a webhook, a conversion, an aggregated API) and does not trust what answers. */
export const webhook: Playbook = {
  id: 'webhook',
  layer: 'cluster',
  title: 'A webhook, a conversion or an aggregated API cannot be called (failed calling webhook)',
  patterns: [
    /failed calling (?:admission )?webhook "(?<webhook>[^"]+)"(?:[^\n]*?https:\/\/(?<host>[^/":\s]+))?/i,
    /conversion webhook for (?<name>[^,\s]+)[^\n]*failed(?:[^\n]*?https:\/\/(?<host>[^/":\s]+))?/i,
    /admission webhook "(?<webhook>[^"]+)" denied the request/i,
    /Post "?https:\/\/(?<host>[\w-]+\.[\w-]+\.svc)[:/][^\n]*(?:x509|tls:)/i,
    /x509[^\n]*(?:wanted to match|valid for [^\n]*,? not) (?<host>[\w-]+\.[\w-]+\.svc)/i,
    /FailedDiscoveryCheck|unable to handle the request|the server is currently unable|(?:API ?Service|aggregated API)[^\n]*(?:unavailable|x509|False)/i,
    /(?:mutating|validating|admission) ?webhooks?\b[^\n]*/i,
    /NamespaceDeletionDiscoveryFailure|unable to retrieve the complete list of server APIs|Metrics API not available/i,
    /FailedCreate[^\n]*webhook|cannot (?:create|apply)[^\n]*webhook/i,
  ],
  targets: ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration', 'apiservice', 'crd'],
  explainedBy: EXPLAINED_BY,
  roles: [
    'webhook-ca',
    'webhook-serving',
    'apiservice-ca',
    'crd-conversion-ca',
    'linkerd-webhook',
    'istiod-serving',
    'front-proxy-client',
    'front-proxy-ca',
  ],
  kinds: ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration', 'apiservice', 'crd'],
  reads: ['cabundles', 'secrets'],
  causes: [CA_INJECTION_STUCK, WEBHOOK_DENIED, WEBHOOK_UNREACHABLE],
  steps: [
    textStep({
      id: 'denied',
      question: 'Was the webhook not reached, or did it refuse?',
      command: () => 'kubectl apply --dry-run=server -f FILE',
      sources: [],
      clues: [
        ...UNREACHED,
        {
          code: WEBHOOK_DENIED.code,
          pattern: /admission webhook "(?<webhook>[^"]+)" denied the request:? ?(?<reason>.*)/i,
          object: (groups, _saying, { inventory }) =>
            refOfWebhook(inventory, groups.webhook ?? '') ?? `webhook/${groups.webhook}`,
          message: ({ webhook: name, reason }) =>
            `the webhook ${name} was reached and trusted, and denied the object: ${reason || 'it says no more'}`,
        },
      ],
    }),
    findingsStep({
      id: 'trusted',
      question: 'Does the caBundle verify what the service serves, and is that for its name and in its time?',
      command:
        'kubectl get validatingwebhookconfiguration,mutatingwebhookconfiguration -o yaml; kubectl -n NAMESPACE get secret NAME -o yaml',
      codes: EXPLAINED_BY,
      roles: [
        'webhook-ca',
        'webhook-serving',
        'apiservice-ca',
        'crd-conversion-ca',
        'linkerd-webhook',
        'istiod-serving',
      ],
      kinds: ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration', 'apiservice', 'crd', 'tls'],
      sources: ['cabundles', 'secrets'],
    }),
    {
      id: 'served',
      question: 'What does the service behind it serve?',
      command: () =>
        'kubectl -n NAMESPACE port-forward svc/NAME 8443:443 & openssl s_client -connect 127.0.0.1:8443 -servername NAME.NAMESPACE.svc </dev/null',
      sources: ['probes'],
      wants: (context) =>
        calledServices(context).map(({ host, port }) =>
          want.handshake({ address: host, port, sni: host }, `what ${host} serves`),
        ),
      judge: () => [],
    },
    {
      id: 'injected',
      question: 'Does what should write the caBundle work?',
      command: () =>
        'kubectl -n cert-manager get deploy cert-manager-cainjector; kubectl -n cert-manager logs deploy/cert-manager-cainjector --tail=50',
      sources: ['cabundles', 'pods'],
      causes: [CA_INJECTION_STUCK.code],
      applies: (context) => broken(context).length > 0,
      wants: (context) =>
        broken(context).length === 0 ? [] : injectors(context).map((pod) => want.podLog(pod, 'what cainjector says')),
      judge: injection,
    },
  ],
  hides: [
    { cause: 'CERT_EXPIRED', hidden: 'API_SERVICE_UNAVAILABLE' },
    { cause: 'CA_BUNDLE_MISMATCH', hidden: 'API_SERVICE_UNAVAILABLE' },
  ],
  next: [
    {
      title: 'Does the service have an endpoint that is ready?',
      command: 'kubectl -n NAMESPACE get endpointslices -l kubernetes.io/service-name=NAME',
    },
    {
      title: 'Can the API server reach Pods (a firewall between control plane and nodes)?',
      command: 'kubectl get --raw /api/v1/namespaces/NAMESPACE/services/https:NAME:443/proxy/',
    },
  ],
};

/** Services whose serving is not known yet, of the webhooks that the symptom names, or of a few. */
function calledServices({ inventory, reading }: StepContext): { host: string; port: number }[] {
  const all = inventory.facts('caBundle').flatMap(({ ref, service }) => {
    if (!service) return [];
    return [{ ref, host: `${service.name}.${service.namespace}.svc`, port: service.port }];
  });
  const named = all.filter(({ ref, host }) => reading.subjects.has(ref.toLowerCase()) || reading.subjects.has(host));
  const chosen = named.length > 0 ? named : all.slice(0, MOST_SERVICES);
  return [...new Map(chosen.map(({ host, port }) => [`${host}:${port}`, { host, port }])).values()];
}

const MOST_SERVICES = 6;

/** Bundles that are wrong and that something ought to write. */
function broken({ inventory, findings }: StepContext): Seen<CaBundleFact>[] {
  return inventory
    .facts('caBundle')
    .filter(
      (fact) =>
        fact.injectedFrom &&
        findings.some(
          ({ code, placement, also = [] }) => code === 'CA_BUNDLE_MISMATCH' && [placement, ...also].includes(fact.ref),
        ),
    );
}

function injectors({ inventory }: StepContext): { namespace: string; pod: string }[] {
  return inventory
    .facts('pod')
    .filter(
      ({ name, labels }) =>
        /cainjector/.test(name) || labels?.app === 'cainjector' || labels?.['app.kubernetes.io/name'] === 'cainjector',
    )
    .map(({ namespace, name }) => ({ namespace, pod: name }))
    .slice(0, 2);
}

const REFUSES =
  /does not allow direct injection|refusing to inject|unable to fetch associated secret|certificate data is not (?:yet )?available/i;
const WAITS = /attempting to acquire leader lease|error retrieving resource lock|failed to acquire lease/i;

function injection(context: StepContext): Judgement[] {
  const bundles = broken(context);
  const [first] = bundles;
  if (!first) return [];
  const { inventory, sayings } = context;
  const pods = injectors(context).map(({ namespace, pod }) => `pod/${namespace}/${pod}`);
  const said = sayings.filter(({ object }) => pods.includes(object));
  const refused = said.find(({ text }) => REFUSES.test(text));
  const lastWord = said[0];
  const waits = lastWord && WAITS.test(lastWord.text) ? lastWord : undefined;
  const down = inventory.facts('controller').find(({ product, ready }) => /cainjector/.test(product) && ready === 0);
  const missing =
    pods.length === 0 &&
    inventory.facts('pod').length > 0 &&
    inventory.facts('pod').some(({ namespace }) => namespace === 'cert-manager');
  const reason = refused
    ? `cainjector refuses to inject it: ${refused.text.slice(0, 200)}`
    : waits
      ? 'cainjector waits for its lease, which a Pod of a former installation holds'
      : down
        ? `no Pod of ${down.kind.toLowerCase()}/${down.namespace}/${down.name} is ready`
        : missing
          ? 'cainjector does not run'
          : undefined;
  if (reason === undefined) return [];
  return [
    {
      is: 'supports',
      code: CA_INJECTION_STUCK.code,
      object: first.ref,
      also: [...bundles.slice(1).map((bundle) => bundle.ref), ...pods],
      message: `the caBundle of ${first.ref} is not that of ${first.injectedFrom}, from which it should be injected: ${reason}`,
      evidence: [
        inventory.evidence(first.seen, `${first.ref} asks for the CA of ${first.injectedFrom}`),
        ...(refused
          ? [refused.evidence]
          : waits
            ? [waits.evidence]
            : down
              ? [inventory.evidence(down.seen, `${down.name}: ${down.ready} of ${down.replicas} ready`)]
              : []),
      ],
      fix: refused
        ? [
            manualStep('annotate', 'let the Secret be injected', [
              'kubectl',
              'annotate',
              ...secretOf(first.injectedFrom ?? ''),
              'cert-manager.io/allow-direct-injection=true',
            ]),
            manualStep('versions', 'see that webhook, cainjector and definitions are of one version', [
              'kubectl',
              '-n',
              'cert-manager',
              'get',
              'deploy',
              '-o',
              'wide',
            ]),
          ]
        : [
            manualStep('lease', 'see who holds the lease, and delete it when that Pod is gone', [
              'kubectl',
              '-n',
              'kube-system',
              'get',
              'lease',
              '-o',
              'wide',
            ]),
            manualStep(
              'restart',
              'restart cainjector, which writes the caBundles',
              ['kubectl', '-n', 'cert-manager', 'rollout', 'restart', 'deploy/cert-manager-cainjector'],
              'restart',
            ),
          ],
      explains: bundles.map((bundle) => ({ code: 'CA_BUNDLE_MISMATCH', placement: bundle.ref })),
    },
  ];
}

function secretOf(text: string): string[] {
  const [kind = 'secret', namespace = 'NAMESPACE', name = 'NAME'] = text.split('/');
  return ['-n', namespace, kind, name];
}
