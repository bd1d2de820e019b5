import type { GatewayFact, RouteFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const ROUTE_REFUSED: CodeDefinition = {
  code: 'ROUTE_REFUSED',
  severity: 'critical',
  title: 'a route does not work, and its controller says why',
  meaning:
    'Its controller has not accepted it: the Secret that it names is not where it looks, its host fits no listener, or the reference is not allowed. Contour looks in the namespace of the HTTPProxy unless the name has the form namespace/name, and then needs a TLSCertificateDelegation beside the Secret.',
  prove: [
    'kubectl describe httpproxy,httproute -n NS NAME: the conditions',
    'kubectl get secrets -A --field-selector metadata.name=NAME',
    'kubectl get tlscertificatedelegations -A',
  ],
  fix: [
    'name the Secret as namespace/name where it is delegated, or delegate it',
    'give the route a host that a listener takes',
  ],
  source: 'projectcontour/contour site/content/docs, TLS Delegation; Gateway API v1 RouteConditionType',
  since: '0.1.0',
};

const LISTENERS_REFUSED: CodeDefinition = {
  code: 'LISTENERS_REFUSED',
  severity: 'critical',
  title: 'a Gateway or a ListenerSet is not accepted',
  meaning:
    'Its condition Accepted is False, so that none of its listeners serves: its Gateway does not allow ListenerSets of that namespace (spec.allowedListeners), is not accepted itself, or no listener of it is valid. Certificates are issued for it all the same.',
  prove: ['kubectl describe listenerset,gateway -n NS NAME: the condition Accepted, and those of each listener'],
  fix: ['let spec.allowedListeners of the Gateway name its namespace', 'or correct what the message complains of'],
  source: 'Gateway API v1 GatewayConditionAccepted, ListenerSetConditionAccepted',
  since: '0.1.0',
};

export const routeRefused: Check = {
  id: 'route-refused',
  title: 'routes are accepted by their controllers',
  codes: [ROUTE_REFUSED, LISTENERS_REFUSED],
  applies: ({ inventory }) => inventory.facts('route').length + inventory.facts('gateway').length > 0,
  run: (input) => [
    ...input.inventory
      .facts('route')
      .filter(isRefused)
      .map((route) => report(input, route)),
    ...input.inventory.facts('gateway').flatMap((gateway) => reportListeners(input, gateway)),
  ],
};

function reportListeners({ inventory }: CheckInput, gateway: Seen<GatewayFact>): Draft[] {
  const { kind, namespace, name, listeners, parent, problems = [], seen } = gateway;
  const [problem] = problems;
  if (problem === undefined) return [];
  const secrets = listeners.flatMap((listener) =>
    listener.secrets.map((secret) => ref.secret(secret.namespace, secret.name, 'tls.crt')),
  );
  const hosts = listeners.flatMap(({ hostname }) => hostname ?? []);
  return [
    draft(LISTENERS_REFUSED, {
      layer: 'ingress',
      placement: ref.object(kind, name, namespace),
      also: [...(parent ? [ref.object('gateway', parent.name, parent.namespace)] : []), ...secrets],
      message: `${kind} ${namespace}/${name} serves nothing: ${problem}`,
      evidence: [inventory.evidence(seen, problem)],
      impact: `clients of ${list(hosts) || 'its hosts'} are shown a stand-in, or nothing`,
      fix: [
        parent
          ? manualStep('allow', 'see whether its Gateway allows it (spec.allowedListeners)', [
              ...['kubectl', '-n', parent.namespace, 'get', 'gateway', parent.name, '-o', 'yaml'],
            ])
          : manualStep('edit', 'correct what its controller complains of', kubectlEdit('gateway', name, namespace)),
      ],
    }),
  ];
}

/** What has to do with names or certificates: backends that are not there are another matter. */
function isRefused({ problems }: RouteFact): boolean {
  return problems.some((problem) => /TLS|Secret|certificate|Hostname|RefNotPermitted|delegat/i.test(problem));
}

function report({ inventory }: CheckInput, route: Seen<RouteFact>): Draft {
  const { kind, namespace, name, hosts, problems, secrets } = route;
  const own = ref.object(kind, name, namespace);
  const placed = secrets.map((secret) => ref.secret(secret.namespace, secret.name, 'tls.crt'));
  return draft(ROUTE_REFUSED, {
    layer: 'ingress',
    placement: own,
    also: placed,
    message: `${kind} ${namespace}/${name} does not work: ${problems[0]}`,
    evidence: [inventory.evidence(route.seen, problems[0] ?? '')],
    impact: `clients of ${list(hosts) || 'its hosts'} are shown a stand-in, or nothing`,
    fix: [
      manualStep('edit', 'correct what its controller complains of', kubectlEdit(kind.toLowerCase(), name, namespace)),
    ],
    causes: ['DELEGATED_SECRET_UNNAMED', 'SECRET_NOT_DELEGATED', 'SECRET_MISSING'].flatMap((code) =>
      [own, ...placed].map((placement) => ({ code, placement })),
    ),
  });
}
