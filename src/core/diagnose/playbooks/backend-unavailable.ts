import type { EndpointsFact, IngressFact, Seen } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';

const SERVICE_WITHOUT_ENDPOINTS: CauseDefinition = {
  code: 'SERVICE_WITHOUT_ENDPOINTS',
  severity: 'critical',
  layer: 'ingress',
  fault: false,
  title: 'the Service behind a route has no ready endpoint',
  meaning:
    'A controller that answers 503 (or 502) over TLS that verifies has done its part: it has nobody to hand the request to. No Pod bears the labels that the Service selects, or none of them is ready. Renewing certificates changes nothing.',
  prove: [
    'kubectl -n NS get endpointslices -l kubernetes.io/service-name=NAME: no address, or none that is ready',
    'kubectl -n NS get pods -l SELECTOR: no Pod, or Pods that are 0/1 ready',
  ],
  fix: ['mend the selector of the Service, or what keeps its Pods from being ready'],
  verify: ['the EndpointSlice lists ready addresses, and the host answers 200'],
  source:
    'kubernetes/ingress-nginx internal/ingress/controller/controller.go (no active Endpoint); kubernetes/ingress-nginx#250',
  since: '0.1.0',
};

const EXPLAINED_BY = ['BACKEND_UNTRUSTED', 'NO_CERTIFICATE_SERVED', 'TLS_ENDED_IN_FRONT', 'PLAINTEXT_ON_TLS_PORT'];

/** The controller answers over TLS, and says that it has nobody behind it. */
export const backendUnavailable: Playbook = {
  id: 'backend-unavailable',
  layer: 'ingress',
  title: 'A host answers 503 or 502 (Service Temporarily Unavailable, Bad Gateway)',
  patterns: [
    /\b50[23] (?:Service (?:Temporarily )?Unavailable|Bad Gateway)\b(?:[^\n]*?https?:\/\/(?<host>[\w.-]+))?/i,
    /Service "(?<namespace>[\w-]+)\/(?<service>[\w.-]+)" does not have any active Endpoint/i,
    /upstream SSL certificate (?:verify error|does not match)[^\n]*?(?:server: (?<host>[\w.-]+))?/i,
    /no (?:available|healthy) (?:server|upstream)|no endpoints available for service/i,
  ],
  explainedBy: EXPLAINED_BY,
  roles: [],
  kinds: ['tls', 'service'],
  reads: ['ingresses'],
  causes: [SERVICE_WITHOUT_ENDPOINTS],
  steps: [
    findingsStep({
      id: 'served',
      question: 'Is TLS itself served as it should be?',
      command: 'openssl s_client -connect HOST:443 -servername HOST </dev/null',
      codes: EXPLAINED_BY,
      sources: ['ingresses'],
    }),
    {
      id: 'endpoints',
      question: 'Has the Service behind the host an endpoint that is ready?',
      command: ({ reading: { names } }) =>
        `kubectl get ingress -A | grep ${[...names][0] ?? 'HOST'}; kubectl -n NAMESPACE get endpointslices -l kubernetes.io/service-name=NAME`,
      sources: ['ingresses', 'endpoints'],
      causes: [SERVICE_WITHOUT_ENDPOINTS.code],
      wants: () => [
        want.endpoints('which Services have nobody behind them'),
        want.services('whom the Services behind the host select'),
      ],
      judge: (context) => backendsOf(context).flatMap((backend) => judge(backend, context)),
    },
  ],
  hides: (['CHAIN_INCOMPLETE', 'CHAIN_UNTRUSTED'] as const).map((hidden) => ({
    cause: 'BACKEND_UNTRUSTED',
    hidden,
    sameThing: true,
  })),
  next: [
    {
      title: 'What does the controller say of the request?',
      command: 'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller --tail=50',
    },
    { title: 'Do the Pods behind it answer?', command: 'kubectl -n NAMESPACE get pods -o wide' },
  ],
};

interface Backend {
  readonly ingress: Seen<IngressFact>;
  readonly service: string;
}

/** Services behind the hosts that the symptom names; of all hosts where it names none that is known. */
function backendsOf({ inventory, reading: { names } }: StepContext): Backend[] {
  const all = inventory.facts('ingress').filter(({ solver }) => !solver);
  const named = all.filter(
    ({ hosts, services = [] }) =>
      hosts.some((host) => names.has(host.toLowerCase())) || services.some((service) => names.has(service)),
  );
  return (named.length > 0 ? named : all).flatMap((ingress) =>
    (ingress.services ?? []).map((service) => ({ ingress, service })),
  );
}

function judge({ ingress, service }: Backend, { inventory }: StepContext): Judgement[] {
  const { namespace } = ingress;
  const slices = inventory.facts('endpoints').filter((one) => one.namespace === namespace && one.service === service);
  const object = ref.object('service', service, namespace);
  if (slices.length === 0) return [];
  const evidence = [
    inventory.evidence(ingress.seen, `${ref.object('ingress', ingress.name, namespace)} leads to Service ${service}`),
    ...slices.map((slice) => inventory.evidence(slice.seen, `Service ${namespace}/${service}: ${readiness(slice)}`)),
  ];
  if (slices.some(({ ready }) => ready.length > 0)) {
    const why = 'it has endpoints that are ready';
    return [{ is: 'rules-out', code: SERVICE_WITHOUT_ENDPOINTS.code, object, why, evidence }];
  }
  const fact = inventory.facts('service').find((one) => one.namespace === namespace && one.name === service);
  const selector = Object.entries(fact?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    {
      is: 'supports',
      code: SERVICE_WITHOUT_ENDPOINTS.code,
      object,
      message: `Service ${namespace}/${service}, to which ${ref.object('ingress', ingress.name, namespace)} leads, has no endpoint that is ready`,
      evidence: [
        ...evidence,
        ...(fact && selector.length > 0
          ? [inventory.evidence(fact.seen, `Service ${namespace}/${service} selects Pods with ${selector.join(', ')}`)]
          : []),
      ],
      named: true,
      fix: [
        manualStep('pods', 'see whether any Pod has what the Service selects, and is ready', [
          'kubectl',
          '-n',
          namespace,
          'get',
          'pods',
          ...(selector.length > 0 ? ['-l', selector.join(',')] : []),
        ]),
        manualStep('selector', 'mend the selector of the Service, or what keeps its Pods from being ready', [
          'kubectl',
          '-n',
          namespace,
          'describe',
          'service',
          service,
        ]),
      ],
    },
  ];
}

function readiness({ ready, notReady }: EndpointsFact): string {
  if (ready.length > 0) return `${ready.length} ready`;
  return notReady.length > 0 ? `${notReady.length} endpoints, none of them ready` : 'no endpoint at all';
}
