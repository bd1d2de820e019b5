import type { CodeDefinition } from '../../model/finding.ts';
import { refBase } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const NAMESPACE_ROOT_STALE: CodeDefinition = {
  code: 'NAMESPACE_ROOT_STALE',
  severity: 'warning',
  title: "a namespace's copy of Istio's root is not the control plane's",
  meaning:
    'istiod writes its root into every namespace that it watches, and proxies verify istiod by that copy when they start. This one holds other roots: it was left behind, by discoverySelectors or an istiod that may not write there any more. Pods that start there get no certificate.',
  prove: [
    "kubectl get cm -A --field-selector=metadata.name=istio-ca-root-cert -o jsonpath='{.items[*].data.root-cert\\.pem}': compare fingerprints",
    'a proxy there logs x509: certificate signed by unknown authority for istiod.istio-system.svc:15012',
  ],
  fix: [
    'see that istiod watches the namespace (discoverySelectors) and may write ConfigMaps there; delete the copy, and istiod writes it anew',
  ],
  prevent: ['after a change of the root compare every namespace before anything is restarted'],
  source: 'istio pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go',
  since: '0.1.0',
};

const COPY = /^configmap\/([^/]+)\/istio-ca-root-cert#/;

/** Whether each namespace has the root of today. */
export const namespaceRoot: Check = {
  id: 'namespace-root',
  title: "every namespace's copy of Istio's root is the control plane's",
  codes: [NAMESPACE_ROOT_STALE],
  applies: (input) => copiesOf(input).size > 1,
  run: (input) => {
    const copies = copiesOf(input);
    const control = input.inventory.facts('meshControlPlane').find(({ mesh }) => mesh === 'istio')?.namespace;
    const own = copies.get(control ?? 'istio-system');
    if (!own) return [];
    return [...copies].flatMap(([namespace, members]) =>
      isSame(members, own) ? [] : [report(input, namespace, members, own)],
    );
  },
};

function copiesOf({ inventory }: CheckInput): ReadonlyMap<string, readonly Placed[]> {
  const copies = placementsOfRole(inventory, 'istio-root').filter(
    ({ placement, leaf }) => leaf && COPY.test(placement.ref),
  );
  return Map.groupBy(copies, ({ placement }) => COPY.exec(placement.ref)?.[1] ?? '');
}

/** By keys: a root that is made anew with its old key verifies the same. */
function isSame(a: readonly Placed[], b: readonly Placed[]): boolean {
  const keys = (members: readonly Placed[]) =>
    [...new Set(members.flatMap(({ leaf }) => leaf?.spki ?? []))].sort().join();
  return keys(a) === keys(b);
}

function report(
  { inventory }: CheckInput,
  namespace: string,
  members: readonly Placed[],
  own: readonly Placed[],
): Draft {
  const [first, control] = [members[0]!, own[0]!];
  const at = refBase(first.placement.ref);
  const shown = (placed: readonly Placed[]) =>
    list(placed.flatMap(({ leaf }) => (leaf ? `${leaf.subject} ${leaf.sha256.slice(0, 12)}` : [])));
  return draft(NAMESPACE_ROOT_STALE, {
    layer: 'mesh',
    placement: at,
    message: `${at} holds ${shown(members)}, and the control plane publishes ${shown(own)}`,
    evidence: [
      inventory.evidence(first.placement.seen, `${at} holds ${shown(members)}`),
      inventory.evidence(control.placement.seen, `${refBase(control.placement.ref)} holds ${shown(own)}`),
    ],
    impact: `pods that start in ${namespace} do not trust istiod, and get no certificate`,
    fix: [
      manualStep('delete', 'let istiod write it anew', [
        'kubectl',
        'delete',
        'configmap',
        '-n',
        namespace,
        'istio-ca-root-cert',
      ]),
    ],
  });
}
