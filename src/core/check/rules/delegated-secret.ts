import type { RouteFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { isDelegated } from '../serving.ts';
import { list } from '../words.ts';

const DELEGATED_SECRET_UNNAMED: CodeDefinition = {
  code: 'DELEGATED_SECRET_UNNAMED',
  severity: 'critical',
  title: 'a route names a Secret of its own namespace where a delegated one of another is meant',
  meaning:
    'Contour looks for a Secret in the namespace of the HTTPProxy unless its name has the form namespace/name. A TLSCertificateDelegation allows another namespace to use the Secret, but it does not make the short name lead there.',
  prove: [
    'kubectl -n NS get httpproxy NAME -o yaml: secretName without a namespace, and status invalid, SecretNotValid',
    'kubectl get tlscertificatedelegations -A: the Secret of that name is delegated from another namespace',
  ],
  fix: ['write secretName: NAMESPACE/NAME in the HTTPProxy'],
  source: 'projectcontour/contour site, TLS Certificate Delegation',
  since: '0.1.0',
};

const SECRET_NOT_DELEGATED: CodeDefinition = {
  code: 'SECRET_NOT_DELEGATED',
  severity: 'critical',
  title: 'a route names the Secret of another namespace that was not delegated to it',
  meaning:
    'Contour uses a Secret of another namespace only where a TLSCertificateDelegation in that namespace names the Secret and the namespace of the HTTPProxy, or all of them. Until then the HTTPProxy is invalid and the host is not served with TLS.',
  prove: ['kubectl -n NS get httpproxy NAME -o yaml: status invalid, DelegationNotPermitted'],
  fix: ["make a TLSCertificateDelegation in the Secret's namespace"],
  source: 'projectcontour/contour site, TLS Certificate Delegation',
  since: '0.1.0',
};

export const delegatedSecret: Check = {
  id: 'delegated-secret',
  title: 'routes may use the Secrets that they name',
  codes: [DELEGATED_SECRET_UNNAMED, SECRET_NOT_DELEGATED],
  applies: ({ inventory }) => inventory.facts('route').some(({ kind }) => kind === 'HTTPProxy'),
  run: (input) =>
    input.inventory
      .facts('route')
      .filter(({ kind }) => kind === 'HTTPProxy')
      .flatMap((route) => route.secrets.flatMap((secret) => judge(input, route, secret))),
};

function judge({ inventory }: CheckInput, route: Seen<RouteFact>, secret: RouteFact['secrets'][number]): Draft[] {
  const { kind, namespace, name, hosts, problems, seen } = route;
  const object = ref.object(kind, name, namespace);
  const delegations = inventory.facts('delegation');
  const common = {
    layer: 'ingress' as const,
    placement: object,
    also: [`secret/${secret.namespace}/${secret.name}#tls.crt`],
    impact: `${list(hosts) || 'its host'} is not served with TLS`,
    evidence: [
      inventory.evidence(seen, `${object} names Secret ${secret.namespace}/${secret.name}`),
      ...problems.slice(0, 2).map((problem) => inventory.evidence(seen, problem)),
    ],
  };
  if (secret.namespace !== namespace) {
    if (isDelegated(delegations, secret, namespace)) return [];
    const message = `${object} names Secret ${secret.namespace}/${secret.name}, which no TLSCertificateDelegation allows to ${namespace}`;
    const title = `make a TLSCertificateDelegation of ${secret.name} to ${namespace}`;
    const fix = [manualStep('delegate', title, ['kubectl', '-n', secret.namespace, 'apply', '-f', 'delegation.yaml'])];
    return [draft(SECRET_NOT_DELEGATED, { ...common, message, fix })];
  }
  const own = servedBySecret(inventory, namespace, secret.name);
  const from = delegations.find(
    (one) =>
      one.namespace !== namespace &&
      isDelegated(delegations, { namespace: one.namespace, name: secret.name }, namespace),
  );
  if (!from || own?.leaf) return [];
  const whole = `${from.namespace}/${secret.name}`;
  return [
    draft(DELEGATED_SECRET_UNNAMED, {
      ...common,
      message: `${object} names Secret ${secret.name} without its namespace: ${namespace} has none of that name, and ${whole} is delegated to it`,
      evidence: [
        ...common.evidence,
        inventory.evidence(from.seen, `TLSCertificateDelegation ${from.namespace}/${from.name} allows it`),
      ],
      fix: [manualStep('name', `write secretName: ${whole}`, kubectlEdit('httpproxy', name, namespace), 'none')],
    }),
  ];
}
