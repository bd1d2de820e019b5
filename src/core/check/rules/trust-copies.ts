import type { Seen, TrustBundleFact, TrustCopyFact } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { bundlesOf, refOfBundle, sourcesOf } from '../trust-sources.ts';
import { list } from '../words.ts';

const TRUST_BUNDLE_COPY_DIFFERS: CodeDefinition = {
  code: 'TRUST_BUNDLE_COPY_DIFFERS',
  severity: 'warning',
  title: 'a copy of a Bundle does not hold what its sources hold',
  meaning:
    'Compared certificate by certificate: a root of a source is not in the copy, so that what it signed is refused there, or the copy still holds one that no source has any more. trust-manager does not run, may not write there, or somebody else writes the same object.',
  prove: [
    "kubectl -n NS get configmap NAME -o jsonpath='{.data.KEY}' against the sources: openssl crl2pkcs7 -nocrl -certfile FILE | openssl pkcs7 -print_certs -noout",
    'kubectl -n cert-manager logs deploy/trust-manager',
  ],
  fix: ['see to trust-manager; what it wrote, it mends within moments', 'take away whoever else writes the object'],
  source: 'cert-manager/trust-manager pkg/apis/trust/v1alpha1, pkg/bundle',
  since: '0.1.0',
};

export const trustCopies: Check = {
  id: 'trust-copies',
  title: "the copies of trust-manager's Bundles hold what their sources hold",
  codes: [TRUST_BUNDLE_COPY_DIFFERS],
  applies: ({ inventory }) => inventory.facts('trustCopy').length > 0,
  run: (input) => bundlesOf(input.inventory).flatMap((bundle) => differingCopies(input, bundle)),
};

interface Difference {
  readonly copy: Seen<TrustCopyFact>;
  /** SHA-256 of certificates. */
  readonly lacks: readonly string[];
  readonly surplus: readonly string[];
}

/** Copies that nobody could write anew say nothing that the missing source does not say. */
function differingCopies(input: CheckInput, bundle: Seen<TrustBundleFact>): Draft[] {
  const { inventory, now } = input;
  const sources = sourcesOf(inventory, bundle.name);
  if (sources.some(({ missing }) => missing !== undefined)) return [];
  const wanted = new Set([...sources.flatMap(({ certificates }) => certificates), ...(bundle.inline ?? [])]);
  const named = bundle.sources.filter((source) => source.includes('#'));
  const whole =
    named.every((name) => sources.some(({ source }) => source === name)) &&
    bundle.sources.every((source) => source.includes('#') || source === 'inline');
  const differences = inventory
    .facts('trustCopy')
    .filter((copy) => copy.bundle === bundle.name)
    .map((copy): Difference => {
      const held = new Set(copy.certificates);
      return {
        copy,
        // It may be told to leave out what has expired (--filter-expired-certificates).
        lacks: [...wanted].filter((one) => !held.has(one) && (inventory.certificates.get(one)?.notAfter ?? now) >= now),
        surplus: whole ? copy.certificates.filter((one) => !wanted.has(one)) : [],
      };
    })
    .filter(({ lacks, surplus }) => lacks.length + surplus.length > 0);
  return differences.map((difference) => reportCopy(inventory, bundle, difference));
}

function reportCopy(inventory: Inventory, bundle: Seen<TrustBundleFact>, { copy, lacks, surplus }: Difference): Draft {
  const { name } = bundle;
  const { kind, key, namespaces, seen } = copy;
  const refs = namespaces.map((namespace) =>
    kind === 'Secret' ? ref.secret(namespace, name, key) : ref.configMap(namespace, name, key),
  );
  const says = [
    ...(lacks.length > 0 ? [`lacks ${list(lacks.map((one) => nameOf(inventory, one)))}`] : []),
    ...(surplus.length > 0 ? [`still holds ${list(surplus.map((one) => nameOf(inventory, one)))}`] : []),
  ].join(' and ');
  const users = [...new Set(usersOf(inventory, copy))];
  return draft(TRUST_BUNDLE_COPY_DIFFERS, {
    layer: 'ingress',
    placement: refs[0] ?? refOfBundle(bundle),
    also: [refOfBundle(bundle), ...refs.slice(1)],
    message: `${kind} ${name} in ${namespaces.length > 1 ? 'namespaces' : 'namespace'} ${list(namespaces)} ${says}, other than the sources of its Bundle`,
    evidence: [
      inventory.evidence(
        seen,
        `${kind} ${name} (${key}): ${copy.certificates.length} certificates in ${list(namespaces)}`,
      ),
      ...sourcesOf(inventory, name)
        .slice(0, 3)
        .map(({ source, certificates, seen: at }) =>
          inventory.evidence(at, `${source}: ${certificates.length} certificates`),
        ),
    ],
    impact:
      lacks.length > 0
        ? `${users.length > 0 ? list(users) : 'what mounts it'} refuses what these roots have signed`
        : `${users.length > 0 ? list(users) : 'what mounts it'} goes on to trust a root that was taken out`,
    fix: seeManager(inventory),
    causes: [{ code: 'TRUST_BUNDLE_NOT_SYNCED', placement: refOfBundle(bundle) }],
  });
}

function nameOf({ certificates }: Inventory, sha256: string): string {
  return certificates.get(sha256)?.subject ?? `certificate ${sha256.slice(0, 16)}`;
}

function usersOf(inventory: Inventory, { kind, bundle, namespaces }: TrustCopyFact): string[] {
  const within = new Set(namespaces);
  return inventory
    .facts('pod')
    .filter(
      ({ namespace, secrets, configMaps }) =>
        within.has(namespace) && (kind === 'Secret' ? secrets : configMaps).includes(bundle),
    )
    .map(({ namespace, owner, name }) => `${owner ?? `pod/${name}`} in ${namespace}`);
}

function seeManager(inventory: Inventory): Step[] {
  const manager = inventory.facts('controller').find(({ product }) => product === 'trust-manager');
  const { namespace = 'cert-manager', name = 'trust-manager' } = manager ?? {};
  return [
    manualStep('manager', 'see what keeps trust-manager from writing it', [
      'kubectl',
      '-n',
      namespace,
      'logs',
      `deployment/${name}`,
      '--tail=50',
    ]),
  ];
}
