import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const TRUST_BUNDLE_NOT_SYNCED: CodeDefinition = {
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
  source: 'cert-manager/trust-manager pkg/apis/trust/v1alpha1, BundleCondition',
  since: '0.1.0',
};

export const trustBundles: Check = {
  id: 'trust-bundles',
  title: "trust-manager's Bundles are copied",
  codes: [TRUST_BUNDLE_NOT_SYNCED],
  applies: ({ inventory }) => inventory.facts('trustBundle').length > 0,
  run: judge,
};

function judge({ inventory }: CheckInput): Draft[] {
  return inventory.facts('trustBundle').flatMap(({ name, synced, sources, configMapKey, seen }) =>
    synced?.status !== 'False'
      ? []
      : [
          draft(TRUST_BUNDLE_NOT_SYNCED, {
            layer: 'ingress',
            placement: ref.object('bundle', name),
            message: `Bundle ${name} is not copied: ${synced.reason}: ${synced.message}`,
            evidence: [inventory.evidence(seen, `Synced is False: ${synced.message}; sources ${sources.join(', ')}`)],
            impact: `clients that mount ConfigMap ${name}${configMapKey ? ` (${configMapKey})` : ''} keep the roots from before`,
            fix: [manualStep('see', 'see which source it misses', ['kubectl', 'describe', 'bundle', name])],
          }),
        ],
  );
}
