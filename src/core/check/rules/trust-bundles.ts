import type { Seen, TrustBundleFact, TrustCopyFact, TrustSourceFact } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SHARED = { source: 'cert-manager/trust-manager pkg/apis/trust/v1alpha1, pkg/bundle', since: '0.1.0' } as const;

const TRUST_BUNDLE_NOT_SYNCED: CodeDefinition = {
  ...SHARED,
  code: 'TRUST_BUNDLE_NOT_SYNCED',
  severity: 'critical',
  title: 'trust-manager cannot copy a Bundle into its namespaces',
  meaning:
    'A source of the Bundle is not in the trust namespace, does not read, or the target may not be written. ConfigMaps that are there keep what they hold: a root that was added or replaced does not reach its clients.',
  prove: [
    'kubectl describe bundle NAME: the condition Synced',
    'kubectl -n cert-manager get secrets,configmaps: sources are looked for in the trust namespace alone',
  ],
  fix: ['see to what the message says; the copies follow within moments'],
};

const TRUST_BUNDLE_SOURCE_MISSING: CodeDefinition = {
  ...SHARED,
  code: 'TRUST_BUNDLE_SOURCE_MISSING',
  severity: 'critical',
  title: 'a source of a Bundle is not there',
  meaning:
    'trust-manager reads sources in its trust namespace alone. One that is not there, lacks the key, or holds no certificate under it stops the whole Bundle: copies keep what they hold, and new namespaces get none.',
  prove: [
    "kubectl get bundle NAME -o yaml: spec.sources; the flag --trust-namespace of trust-manager's Deployment",
    'kubectl -n cert-manager get secret,configmap NAME',
  ],
  fix: ['make the source in the trust namespace, correct its name or key, or take it out of the Bundle'],
};

const TRUST_BUNDLE_COPY_DIFFERS: CodeDefinition = {
  ...SHARED,
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
};

/** Bundles and what has come of them. */
export const trustBundles: Check = {
  id: 'trust-bundles',
  title: "trust-manager's Bundles are copied",
  codes: [TRUST_BUNDLE_NOT_SYNCED, TRUST_BUNDLE_SOURCE_MISSING, TRUST_BUNDLE_COPY_DIFFERS],
  applies: ({ inventory }) => inventory.facts('trustBundle').length > 0,
  run: (input) =>
    input.inventory
      .facts('trustBundle')
      .flatMap((bundle) => [
        ...notSynced(input, bundle),
        ...missingSources(input, bundle),
        ...differingCopies(input, bundle),
      ]),
};

function notSynced({ inventory }: CheckInput, { name, synced, sources, configMapKey, seen }: Seen<TrustBundleFact>) {
  if (synced?.status !== 'False') return [];
  const place = ref.object('bundle', name);
  return [
    draft(TRUST_BUNDLE_NOT_SYNCED, {
      layer: 'ingress',
      placement: place,
      message: `Bundle ${name} is not copied: ${synced.reason}: ${synced.message}`,
      evidence: [inventory.evidence(seen, `Synced is False: ${synced.message}; sources ${sources.join(', ')}`)],
      impact: `clients that mount ConfigMap ${name}${configMapKey ? ` (${configMapKey})` : ''} keep the roots from before`,
      fix: [manualStep('see', 'see which source it misses', ['kubectl', 'describe', 'bundle', name])],
      causes: [{ code: TRUST_BUNDLE_SOURCE_MISSING.code, placement: place }],
    }),
  ];
}

const LACKS = {
  object: 'is not there',
  key: 'has no such key',
  certificates: 'holds no certificate under it',
} as const;

/**
 * The trust namespace is known by the flag of trust-manager; where that was not read, what a Bundle that is synced has
 * read last stands elsewhere.
 */
function missingSources({ inventory }: CheckInput, { name, synced, seen }: Seen<TrustBundleFact>): Draft[] {
  const known = inventory.facts('controller').some(({ product }) => product === 'trust-manager');
  const missing = sourcesOf(inventory, name).filter((source) => source.missing !== undefined);
  const [first] = missing;
  if (!first || (!known && synced?.status === 'True')) return [];
  const says = missing.map(({ source, missing: what }) => `${source} ${LACKS[what ?? 'object']}`);
  return [
    draft(TRUST_BUNDLE_SOURCE_MISSING, {
      layer: 'ingress',
      placement: ref.object('bundle', name),
      message: `Bundle ${name} is made from what is missing in namespace ${first.namespace}: ${list(says)}`,
      evidence: [
        ...missing
          .slice(0, 3)
          .map((source) => inventory.evidence(source.seen, `${source.source} ${LACKS[source.missing!]}`)),
        inventory.evidence(seen, `Synced is ${synced ? `${synced.status}: ${synced.message}` : 'not said'}`),
      ],
      impact: 'copies keep the roots from before; namespaces that are made now get none',
      fix: [
        ...missing.slice(0, 3).map(({ source, namespace }, index) => {
          const [kind = '', object = ''] = source.replace(/#.*$/, '').split('/');
          return manualStep(`source-${index + 1}`, `make ${source}, or correct its name`, [
            'kubectl',
            '-n',
            namespace,
            'get',
            kind,
            object,
          ]);
        }),
        manualStep('edit', 'or take it out of the Bundle', ['kubectl', 'edit', 'bundle', name]),
      ],
    }),
  ];
}

function sourcesOf(inventory: Inventory, bundle: string): Seen<TrustSourceFact>[] {
  return inventory.facts('trustSource').filter((source) => source.bundle === bundle);
}

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

function reportCopy(
  inventory: Inventory,
  { name }: Seen<TrustBundleFact>,
  { copy, lacks, surplus }: Difference,
): Draft {
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
    placement: refs[0] ?? ref.object('bundle', name),
    also: [ref.object('bundle', name), ...refs.slice(1)],
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
    causes: [{ code: TRUST_BUNDLE_NOT_SYNCED.code, placement: ref.object('bundle', name) }],
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
