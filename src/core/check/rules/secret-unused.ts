import type { SecretFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import type { ManagerId } from '../../model/manager.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { memo } from '../memo.ts';
import { SOURCES_THAT_NAME_SECRETS, wasRead } from '../readings.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const SECRET_UNUSED: CodeDefinition = {
  code: 'SECRET_UNUSED',
  severity: 'info',
  title: 'a TLS Secret is named by nothing that was read',
  meaning:
    'No Ingress, Gateway, Pod, webhook, issuer or mesh names it. It may be left over, or something uses it that this tool does not read: a route of another kind, a controller that was given its name as an argument, a job that runs at night. Nothing is said unless everything that could name it was read.',
  prove: [
    'kubectl get ingress,gateway,pods -A -o yaml | grep -n NAME: nothing',
    'kubectl get deployments,daemonsets,cronjobs -A -o yaml | grep -n NAME: the default certificate of a controller stands in its arguments',
  ],
  fix: ['when nobody needs it, delete it; with cert-manager delete its Certificate first, which would make it again'],
  prevent: [
    'cert-manager leaves the Secret when its Certificate goes, unless it runs with --enable-certificate-owner-ref',
  ],
  source: 'cert-manager.io documentation, cleaning up Secrets when Certificates are deleted',
  since: '0.1.0',
};

/** They keep Secrets for themselves and read them by name. */
const OWN_USE: ReadonlySet<ManagerId> = new Set([
  'k3s',
  'rke2',
  'openshift',
  'provider',
  'istiod',
  'linkerd',
  'microk8s',
]);
/** In any other role it is because something names it. */
const UNCLAIMED_ROLES: ReadonlySet<string> = new Set(['tls-secret', 'secret-ca']);

export const secretUnused: Check = {
  id: 'secret-unused',
  title: 'every TLS Secret is used by something',
  codes: [SECRET_UNUSED],
  applies: ({ inventory }) => everythingWasRead(inventory) && inventory.facts('secret').length > 0,
  run: (input) =>
    everythingWasRead(input.inventory)
      ? input.inventory
          .facts('secret')
          .filter((secret) => isUnused(input.inventory, secret))
          .map((secret) => report(input, secret))
      : [],
};

/** One namespace alone does not show a Gateway elsewhere that names the Secret; nor does one layer. */
function everythingWasRead(inventory: Inventory): boolean {
  const { namespaces, targets } = inventory.snapshot.scope;
  if (namespaces.length > 0 || targets.length > 0) return false;
  return SOURCES_THAT_NAME_SECRETS.every((source) => wasRead(inventory, source));
}

function isUnused(inventory: Inventory, { namespace, name, type }: Seen<SecretFact>): boolean {
  if (type !== 'kubernetes.io/tls' || namesOf(inventory).has(`${namespace}/${name}`)) return false;
  const placed = inventory.placement(ref.secret(namespace, name, 'tls.crt'));
  if (!placed || OWN_USE.has(placed.placement.manager) || !UNCLAIMED_ROLES.has(placed.placement.role)) return false;
  return !inventory.consumers(placed).some(({ how }) => how !== 'role') && !isAnnotated(inventory, namespace, name);
}

/** What issuers and the injection of caBundles name, as `namespace/name`. */
const namesOf = memo((inventory): ReadonlySet<string> => {
  const secretOfCertificate = new Map(
    inventory
      .facts('certificate')
      .map(({ namespace, name, secretName }) => [`certificate/${namespace}/${name}`, `${namespace}/${secretName}`]),
  );
  const injected = inventory
    .facts('caBundle')
    .flatMap(({ injectedFrom: from }) =>
      from ? [secretOfCertificate.get(from) ?? from.replace(/^secret\//, '')] : [],
    );
  const issuing = inventory
    .facts('issuer')
    .flatMap((fact) => (fact.caSecretName && fact.namespace ? [`${fact.namespace}/${fact.caSecretName}`] : []));
  return new Set([...injected, ...issuing]);
});

/** `nginx.ingress.kubernetes.io/auth-tls-secret: ns/name` and its like. */
function isAnnotated(inventory: Inventory, namespace: string, name: string): boolean {
  return annotated(inventory).has(`${namespace}/${name}`);
}

const annotated = memo(
  (inventory): ReadonlySet<string> =>
    new Set(
      [...inventory.facts('ingress'), ...inventory.facts('gateway')].flatMap(({ namespace, annotations }) =>
        Object.values(annotations).flatMap((value) => [value, `${namespace}/${value}`]),
      ),
    ),
);

function report({ inventory }: CheckInput, { namespace, name, seen }: Seen<SecretFact>): Draft {
  const placement = ref.secret(namespace, name, 'tls.crt');
  return draft(SECRET_UNUSED, {
    layer: inventory.placement(placement)?.placement.layer ?? 'ingress',
    placement,
    message: `Secret ${namespace}/${name} is named by no Ingress, Gateway, Pod, webhook, issuer or mesh that was read`,
    evidence: [inventory.evidence(seen, 'it is a TLS Secret'), ...readingsOf(inventory)],
    impact: 'none that is known; its expiry may not matter either',
    fix: [
      manualStep('look', 'look for other users before you delete it', [
        'kubectl',
        '-n',
        namespace,
        'describe',
        'secret',
        name,
      ]),
    ],
  });
}

function readingsOf(inventory: Inventory) {
  return SOURCES_THAT_NAME_SECRETS.flatMap((source) => {
    const seen = inventory.snapshot.coverage.findIndex((coverage) => coverage.source === source);
    return seen >= 0 ? [inventory.evidence(seen, 'none of these names it')] : [];
  });
}
