import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { parseDuration } from '../../parse/duration.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const ANNOTATION_DRIFT: CodeDefinition = {
  code: 'ANNOTATION_DRIFT',
  severity: 'warning',
  title: 'annotations of an Ingress or Gateway say something else than the Certificate that they made',
  meaning:
    'cert-manager makes a Certificate from the annotations and updates it for some changes alone: a change of usages, subject, issuer group, secret template or renew-before-percentage by itself has no effect, and a Certificate that was edited by hand, or belongs to another object, is left as it is.',
  prove: [
    'kubectl -n NS get ingress NAME -o yaml | grep cert-manager.io',
    'kubectl -n NS get certificate NAME -o yaml',
  ],
  fix: [
    'change the Certificate to what is meant, or delete it: it is made anew from the annotations, and its Secret stays',
  ],
  source: 'cert-manager pkg/controller/certificate-shim/sync.go, certNeedsUpdate',
  since: '0.1.0',
};

/** What each annotation sets, as it reads in the Certificate. */
const FIELDS: readonly (readonly [
  annotation: string,
  field: string,
  of: (certificate: CertificateFact) => string | undefined,
  same?: (a: string, b: string) => boolean,
])[] = [
  [
    'cert-manager.io/cluster-issuer',
    'issuerRef',
    ({ issuer }) => (issuer.kind === 'ClusterIssuer' ? issuer.name : `${issuer.kind} ${issuer.name}`),
  ],
  [
    'cert-manager.io/issuer',
    'issuerRef',
    ({ issuer }) => (issuer.kind === 'ClusterIssuer' ? `ClusterIssuer ${issuer.name}` : issuer.name),
  ],
  ['cert-manager.io/issuer-group', 'issuerRef.group', ({ issuer }) => issuer.group],
  ['cert-manager.io/common-name', 'commonName', ({ commonName }) => commonName],
  ['cert-manager.io/duration', 'duration', ({ duration }) => duration, sameDuration],
  ['cert-manager.io/renew-before', 'renewBefore', ({ renewBefore }) => renewBefore, sameDuration],
  [
    'cert-manager.io/renew-before-percentage',
    'renewBeforePercentage',
    ({ renewBeforePercentage }) => (renewBeforePercentage === undefined ? undefined : String(renewBeforePercentage)),
  ],
  ['cert-manager.io/private-key-algorithm', 'privateKey.algorithm', ({ privateKey }) => privateKey?.algorithm],
  [
    'cert-manager.io/private-key-size',
    'privateKey.size',
    ({ privateKey }) => (privateKey?.size === undefined ? undefined : String(privateKey.size)),
  ],
  ['cert-manager.io/usages', 'usages', ({ usages }) => usages?.join(','), sameList],
  ['cert-manager.io/email-sans', 'emailAddresses', ({ emails }) => emails?.join(','), sameList],
  [
    'cert-manager.io/private-key-rotation-policy',
    'privateKey.rotationPolicy',
    ({ privateKey }) => privateKey?.rotationPolicy,
  ],
];

function sameDuration(a: string, b: string): boolean {
  return parseDuration(a) === parseDuration(b);
}

/** Whether two lists with commas have the same members. */
function sameList(a: string, b: string): boolean {
  const [left, right] = [a, b].map((list) => new Set(list.split(',').map((one) => one.trim())));
  return left!.symmetricDifference(right!).size === 0;
}

export const shimDrift: Check = {
  id: 'shim-drift',
  title: 'Certificates are as the annotations that made them say',
  codes: [ANNOTATION_DRIFT],
  applies: ({ inventory }) => inventory.facts('certificate').some(({ owner }) => owner !== undefined),
  run: (input) => input.inventory.facts('certificate').flatMap((certificate) => judge(input, certificate)),
};

function judge({ inventory }: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const annotations = ownerAnnotations(inventory, certificate.owner);
  if (!annotations) return [];
  const drifted = FIELDS.flatMap(([annotation, field, of, same = (a, b) => a === b]) => {
    const wanted = annotations.values[annotation];
    const has = of(certificate);
    return wanted === undefined || (has !== undefined && same(wanted, has))
      ? []
      : [`${field} is ${has ?? 'not set'}, ${annotation} says ${wanted}`];
  });
  if (drifted.length === 0) return [];
  const { namespace, name, owner = '' } = certificate;
  return [
    draft(ANNOTATION_DRIFT, {
      layer: 'ingress',
      placement: ref.object('certificate', name, namespace),
      also: [owner],
      message: `Certificate ${namespace}/${name} is not as ${owner} has it: ${list(drifted)}`,
      evidence: [
        inventory.evidence(certificate.seen, list(drifted)),
        inventory.evidence(annotations.seen, `annotations of ${owner}`),
      ],
      impact: 'what was changed in the annotations has no effect',
      fix: [manualStep('edit', 'change the Certificate to what is meant', kubectlEdit('certificate', name, namespace))],
    }),
  ];
}

function ownerAnnotations(inventory: Inventory, owner: string | undefined) {
  const facts = [
    ...inventory.facts('ingress').map((fact) => ({ at: ref.object('ingress', fact.name, fact.namespace), fact })),
    ...inventory.facts('gateway').map((fact) => ({ at: ref.object(fact.kind, fact.name, fact.namespace), fact })),
  ];
  const found = owner === undefined ? undefined : facts.find(({ at }) => at === owner);
  return found && { values: found.fact.annotations, seen: found.fact.seen };
}
