import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { secretOwner } from '../../snapshot/cert-manager/issuance.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SECRET_SHARED: CodeDefinition = {
  code: 'SECRET_SHARED',
  severity: 'critical',
  title: 'several Certificates keep one Secret',
  meaning:
    "Each finds the other's certificate in the Secret, takes it for wrong, and issues again: clients are shown now one, now the other. Newer versions of cert-manager let one owner issue and leave the others unready; older ones, and renewals by hand, go on without end and use up the limits of the CA. Each single issuance succeeds.",
  prove: [
    'kubectl get certificates -n NS -o custom-columns=NAME:.metadata.name,SECRET:.spec.secretName,REVISION:.status.revision: equal Secrets, revisions that grow',
    'kubectl -n NS get secret NAME -o jsonpath="{.metadata.annotations.cert-manager\\.io/certificate-name}": it changes between reads',
  ],
  fix: [
    'give each Certificate a secretName of its own, and correct the Ingress that should show it',
    'then delete the surplus CertificateRequests',
  ],
  source: 'cert-manager internal/controller/certificates/certificates.go, CertificateOwnsSecret',
  since: '0.1.0',
};

/** One Secret, one Certificate. */
export const secretShared: Check = {
  id: 'secret-shared',
  title: 'every Secret is kept by one Certificate',
  codes: [SECRET_SHARED],
  applies: ({ inventory }) => inventory.facts('certificate').length > 1,
  run: (input) => {
    const kept = input.inventory.facts('certificate').filter(({ secretName }) => secretName !== '');
    const groups = Map.groupBy(kept, ({ namespace, secretName }) => `${namespace}/${secretName}`);
    return [...groups.values()].filter(({ length }) => length > 1).map((keepers) => report(input, keepers));
  },
};

function report({ inventory }: CheckInput, keepers: readonly Seen<CertificateFact>[]): Draft {
  const [first] = keepers as [Seen<CertificateFact>];
  const { namespace, secretName } = first;
  const { owner } = secretOwner(inventory, first);
  const names = keepers.map(({ name }) => name);
  const fact = inventory.facts('secret').find((each) => each.namespace === namespace && each.name === secretName);
  const hosts = [...new Set(keepers.flatMap(({ dnsNames }) => dnsNames))];
  return draft(SECRET_SHARED, {
    layer: 'ingress',
    placement: ref.object('secret', secretName, namespace),
    also: [
      ref.secret(namespace, secretName, 'tls.crt'),
      ...names.map((name) => ref.object('certificate', name, namespace)),
    ],
    message: `Certificates ${list(names)} of namespace ${namespace} all keep Secret ${secretName}: each overwrites what the other had issued`,
    evidence: [
      ...keepers.map(({ seen, name, revision, dnsNames, ready }) =>
        inventory.evidence(
          seen,
          `Certificate ${name}: secretName ${secretName}, revision ${revision ?? 'none'}, names ${list(dnsNames)}${ready?.status === 'False' ? `, not ready: ${ready.reason}: ${ready.message}` : ''}`,
        ),
      ),
      ...(fact?.certificateName
        ? [inventory.evidence(fact.seen, `the Secret says that it is ${fact.certificateName}'s now`)]
        : []),
    ],
    impact: `clients of ${list(hosts)} are shown a certificate for other names, now and then or always`,
    fix: names
      .filter((name) => name !== owner?.name)
      .map((name) =>
        manualStep(
          `rename-${name}`,
          `give Certificate ${name} a secretName of its own`,
          kubectlEdit('certificate', name, namespace),
        ),
      ),
  });
}
