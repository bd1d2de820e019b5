import type { RouteFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { secretsByName } from '../relations.ts';
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

export const delegation: Check = {
  id: 'delegation',
  title: 'routes are accepted by their controllers',
  codes: [ROUTE_REFUSED],
  applies: ({ inventory }) => inventory.facts('route').length > 0,
  run: (input) =>
    input.inventory
      .facts('route')
      .filter(isRefused)
      .map((route) => report(input, route)),
};

/** What has to do with names or certificates: backends that are not there are another matter. */
function isRefused({ problems }: RouteFact): boolean {
  return problems.some((problem) => /TLS|Secret|certificate|Hostname|RefNotPermitted|delegat/i.test(problem));
}

function report({ inventory }: CheckInput, route: Seen<RouteFact>): Draft {
  const { kind, namespace, name, hosts, problems, secrets } = route;
  const delegated = secrets.flatMap((secret) => delegatedFrom(inventory, route, secret.name));
  const [one] = delegated;
  const placed = secrets.map((secret) => ref.secret(secret.namespace, secret.name, 'tls.crt'));
  return draft(ROUTE_REFUSED, {
    layer: 'ingress',
    placement: ref.object(kind, name, namespace),
    also: placed,
    message: one
      ? `${kind} ${namespace}/${name} looks for Secret ${secrets[0]?.name} in its own namespace; it is in ${one.namespace}, which delegates it: name it ${one.namespace}/${secrets[0]?.name}`
      : `${kind} ${namespace}/${name} does not work: ${problems[0]}`,
    evidence: [
      inventory.evidence(route.seen, problems[0] ?? ''),
      ...(one
        ? [
            inventory.evidence(
              one.seen,
              `TLSCertificateDelegation ${one.namespace}/${one.name} allows it to ${list(one.allows)}`,
            ),
          ]
        : []),
    ],
    impact: `clients of ${list(hosts) || 'its hosts'} are shown a stand-in, or nothing`,
    fix: [
      manualStep(
        'name',
        one ? `set tls.secretName to ${one.namespace}/${secrets[0]?.name}` : 'correct what its controller complains of',
        ['kubectl', '-n', namespace, 'edit', kind.toLowerCase(), name],
      ),
    ],
  });
}

function delegatedFrom(inventory: CheckInput['inventory'], { namespace }: RouteFact, secretName: string) {
  const here = secretsByName(inventory).get(secretName) ?? [];
  if (here.some((secret) => secret.namespace === namespace)) return [];
  return inventory.facts('delegation').flatMap((each) => {
    const allows = each.secrets.filter((secret) => secret.name === secretName).flatMap(({ namespaces }) => namespaces);
    return each.namespace !== namespace && (allows.includes('*') || allows.includes(namespace))
      ? [{ ...each, allows }]
      : [];
  });
}
