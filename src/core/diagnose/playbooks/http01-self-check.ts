import type { ServiceFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { controllerLogs } from '../controller-pods.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';

const PROXY_PROTOCOL_BYPASSED: CauseDefinition = {
  code: 'PROXY_PROTOCOL_BYPASSED',
  severity: 'critical',
  layer: 'ingress',
  title: 'requests from inside the cluster lack the PROXY header that the controller insists on',
  meaning:
    "kube-proxy hands a Pod's request to the address of the load balancer straight to the controller, past the load balancer that would put the PROXY header before it. nginx closes such a connection, so that cert-manager's own check of an HTTP-01 challenge never sees an answer, though the challenge can be had from outside.",
  prove: [
    'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep "while reading PROXY protocol": the client is the address of a Pod',
    'curl http://HOST/.well-known/acme-challenge/TOKEN from outside: 200; from a Pod: Empty reply from server',
  ],
  fix: [
    'give the Service a host name instead of an address in its status (an annotation of most clouds), so that Pods go through the load balancer',
    'or put a proxy that adds the header in between (hairpin-proxy), or prove the names by DNS-01',
  ],
  verify: ['the check from a Pod gives 200, and the Challenge turns valid'],
  source: 'kubernetes/kubernetes#66607; cert-manager/cert-manager#466; ingress-nginx, use-proxy-protocol',
  since: '0.1.0',
};

const BROKEN_HEADER = /broken header: "(?<request>[^"]*)" while reading PROXY protocol, client: (?<client>[\d.a-f:]+)/i;

/** cert-manager asks for its own answer to a challenge, from inside, and does not get it. */
export const http01SelfCheck: Playbook = {
  id: 'http01-self-check',
  layer: 'ingress',
  title: 'The self check of an HTTP-01 challenge fails (failed to perform self check, wrong status code)',
  patterns: [
    /failed to perform self check GET request '?https?:\/\/(?<host>[\w.-]+)\/\.well-known\/acme-challenge/i,
    /failed to perform self check|Waiting for HTTP-01 challenge propagation/i,
    /Get "?http:\/\/(?<host>[\w.-]+)\/\.well-known\/acme-challenge\/[^\n]*(?:EOF|timeout|deadline|refused|reset|no such host)/i,
    /broken header: "[^"]*" while reading PROXY protocol/i,
  ],
  explainedBy: [
    'SELF_CHECK_CLOSED',
    'SELF_CHECK_UNREACHABLE',
    'SELF_CHECK_WRONG_ANSWER',
    'SELF_CHECK_NAME_UNRESOLVED',
    'SOLVER_CLASS_UNSERVED',
    'ISSUANCE_STUCK',
  ],
  roles: [],
  kinds: ['challenge', 'certificate', 'issuer', 'clusterissuer', 'service'],
  reads: ['acme', 'ingresses'],
  causes: [PROXY_PROTOCOL_BYPASSED],
  steps: [
    {
      id: 'proxy-header',
      question: 'Does the controller close connections that lack the PROXY header?',
      command: () =>
        'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller --tail=200 | grep "while reading PROXY protocol"',
      sources: ['ingresses'],
      causes: [PROXY_PROTOCOL_BYPASSED.code],
      applies: (context) => isAsked(context),
      wants: (context) =>
        isAsked(context)
          ? [
              ...controllerLogs(context, solversOf(context), 'what it says of the requests for the challenge'),
              want.services('by which Service the controller is reached'),
            ]
          : [],
      judge: (context) => (isAsked(context) ? judge(context) : []),
    },
  ],
  hides: [
    { cause: PROXY_PROTOCOL_BYPASSED.code, hidden: 'SELF_CHECK_CLOSED' },
    { cause: PROXY_PROTOCOL_BYPASSED.code, hidden: 'ISSUANCE_STUCK' },
  ],
  next: [
    {
      title: 'What does a Pod get?',
      command: 'kubectl run check --rm -it --image=curlimages/curl -- -v http://HOST/.well-known/acme-challenge/TOKEN',
    },
  ],
};

/** The symptom is about it, or a self-check is seen to be closed. */
function isAsked({ reading, findings }: StepContext): boolean {
  return reading.playbooks.includes('http01-self-check') || findings.some(({ code }) => code === 'SELF_CHECK_CLOSED');
}

/** Refs of the Ingresses that answer challenges. */
function solversOf({ inventory }: StepContext): string[] {
  return inventory
    .facts('ingress')
    .filter(({ solver }) => solver)
    .map(({ namespace, name }) => ref.object('ingress', name, namespace));
}

function judge(context: StepContext): Judgement[] {
  const { inventory, sayings } = context;
  const broken = sayings.filter(({ text }) => /acme-challenge/.test(BROKEN_HEADER.exec(text)?.groups?.request ?? ''));
  const [first] = broken;
  if (!first) return [];
  const client = BROKEN_HEADER.exec(first.text)?.groups?.client ?? '';
  const pod = inventory.facts('pod').find(({ ip }) => ip === client);
  const service = balancerOf(context, first.object);
  const object = service ? ref.object('service', service.name, service.namespace) : first.object;
  return [
    {
      is: 'supports',
      code: PROXY_PROTOCOL_BYPASSED.code,
      object,
      message: `the controller closes requests for the challenge from ${pod ? `Pod ${pod.namespace}/${pod.name}` : client}: inside of the cluster they come past the load balancer of ${object}, without the PROXY header`,
      evidence: broken.slice(0, 3).map(({ evidence }) => evidence),
      named: true,
      // Stuck challenges, and what waits for them, follow from it.
      explains: context.findings
        .filter(({ code }) => /^(?:SELF_CHECK_|ISSUANCE_STUCK|SECRET_MISSING)/.test(code))
        .map(({ code, placement }) => ({ code, placement })),
      fix: [
        manualStep('hostname', `give ${object} a host name in its status, by the annotation of your cloud`, [
          'kubectl',
          ...(service ? ['-n', service.namespace] : []),
          'annotate',
          'service',
          service?.name ?? 'NAME',
          'ANNOTATION=HOST',
        ]),
      ],
    },
  ];
}

/** The LoadBalancer in the namespace of the Pod that said it. */
function balancerOf({ inventory }: StepContext, said: string): ServiceFact | undefined {
  const namespace = said.split('/')[1];
  return inventory.facts('service').find((one) => one.namespace === namespace && one.type === 'LoadBalancer');
}
