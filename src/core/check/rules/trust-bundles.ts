import type { Seen, TrustBundleFact } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { bundlesOf, refOfBundle, sourcesOf } from '../trust-sources.ts';
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

/** Bundles and what has come of them. */
export const trustBundles: Check = {
  id: 'trust-bundles',
  title: "trust-manager's Bundles are copied",
  codes: [TRUST_BUNDLE_NOT_SYNCED, TRUST_BUNDLE_SOURCE_MISSING],
  applies: ({ inventory }) => inventory.facts('trustBundle').length > 0,
  run: (input) =>
    bundlesOf(input.inventory).flatMap((bundle) => [...notSynced(input, bundle), ...missingSources(input, bundle)]),
};

function notSynced({ inventory }: CheckInput, bundle: Seen<TrustBundleFact>): Draft[] {
  const { kind, name, synced, sources, configMapKey, seen } = bundle;
  if (synced?.status !== 'False') return [];
  const place = refOfBundle(bundle);
  return [
    draft(TRUST_BUNDLE_NOT_SYNCED, {
      layer: 'ingress',
      placement: place,
      message: `${kind} ${name} is not copied: ${synced.reason}: ${synced.message}`,
      evidence: [inventory.evidence(seen, `Synced is False: ${synced.message}; sources ${sources.join(', ')}`)],
      impact: `clients that mount ConfigMap ${name}${configMapKey ? ` (${configMapKey})` : ''} keep the roots from before`,
      fix: [manualStep('see', 'see which source it misses', ['kubectl', 'describe', kind.toLowerCase(), name])],
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
function missingSources({ inventory }: CheckInput, bundle: Seen<TrustBundleFact>): Draft[] {
  const { kind, name, synced, seen } = bundle;
  const known = inventory.facts('controller').some(({ product }) => product === 'trust-manager');
  const missing = sourcesOf(inventory, name).filter((source) => source.missing !== undefined);
  const [first] = missing;
  if (!first || (!known && synced?.status === 'True')) return [];
  const says = missing.map(({ source, missing: what }) => `${source} ${LACKS[what ?? 'object']}`);
  return [
    draft(TRUST_BUNDLE_SOURCE_MISSING, {
      layer: 'ingress',
      placement: refOfBundle(bundle),
      message: `${kind} ${name} is made from what is missing in namespace ${first.namespace}: ${list(says)}`,
      evidence: [
        ...missing
          .slice(0, 3)
          .map((source) => inventory.evidence(source.seen, `${source.source} ${LACKS[source.missing!]}`)),
        inventory.evidence(seen, `Synced is ${synced ? `${synced.status}: ${synced.message}` : 'not said'}`),
      ],
      impact: 'copies keep the roots from before; namespaces that are made now get none',
      fix: [
        ...missing.slice(0, 3).map(({ source, namespace }, index) => {
          const [of = '', object = ''] = source.replace(/#.*$/, '').split('/');
          return manualStep(`source-${index + 1}`, `make ${source}, or correct its name`, [
            'kubectl',
            '-n',
            namespace,
            'get',
            of,
            object,
          ]);
        }),
        manualStep('edit', 'or take it out of the Bundle', ['kubectl', 'edit', kind.toLowerCase(), name]),
      ],
    }),
  ];
}
