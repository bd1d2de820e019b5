import type { CodeDefinition } from '../../model/finding.ts';
import { type ManagerId, managerInfo } from '../../model/manager.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { dueTime } from '../due.ts';
import { judgeExpiry } from '../expiry-policy.ts';
import { impactOf } from '../impact.ts';
import { memo } from '../memo.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { describe, placeOf, when } from '../words.ts';

const ROTATION_STUCK: CodeDefinition = {
  code: 'ROTATION_STUCK',
  severity: 'warning',
  title: 'a running proxy of a mesh has not rotated its certificate',
  meaning:
    'Proxies ask for a new certificate long before theirs ends: those of Istio at half of its life, those of Linkerd at 70 %. This one is well past that point while its Pod runs, so its requests fail, or it makes none. Nothing breaks yet; when the certificate ends, every peer refuses the workload. Where other proxies have rotated, the fault is with this Pod; where none has, it is with the control plane.',
  prove: [
    'istioctl proxy-config secret POD -n NAMESPACE, linkerd identity -n NAMESPACE POD: when the certificate began and ends',
    'kubectl logs -n NAMESPACE POD -c istio-proxy (linkerd-proxy): failed to generate workload certificate, Failed to certify identity',
    'the same of a proxy beside it: whether all are late, or this one alone',
  ],
  fix: [
    'read what the proxy says of its requests, then what the control plane says of them',
    'once the control plane signs, waiting is enough; a proxy that no longer asks needs a new Pod',
  ],
  prevent: ['run kubectl certs check more often than a third of the life of a workload certificate'],
  source:
    'istio security/pkg/nodeagent/cache/secretcache.go (SECRET_GRACE_PERIOD_RATIO); linkerd2-proxy linkerd/proxy/identity-client/src/certify.rs',
  since: '0.1.0',
};

/** Whether proxies renew what they hold. An expired certificate is said to be that; this speaks before. */
export const rotationStuck: Check = {
  id: 'rotation-stuck',
  title: 'running proxies of a mesh have rotated their certificates in time',
  codes: [ROTATION_STUCK],
  applies: ({ inventory }) => rotated(inventory).length > 0,
  run: (input) => {
    const leaves = new Map(rotated(input.inventory).map((one) => [one.leaf.sha256, one.leaf]));
    return [...leaves.values()].flatMap((leaf) => judge(input, leaf));
  },
};

interface Rotated extends Placed {
  readonly leaf: Certificate;
  /** When it should have been renewed, milliseconds since the epoch. */
  readonly due: number;
}

/** What proxies hold and somebody renews by itself. */
const rotated = memo((inventory): readonly Rotated[] =>
  placementsOfRole(inventory, 'workload-svid').flatMap((placed) => {
    const due = placed.leaf && dueTime(inventory, placed.leaf, placed);
    return placed.leaf && due !== undefined ? [{ ...placed, leaf: placed.leaf, due }] : [];
  }),
);

/** The thresholds are those of CERT_EXPIRING for what renews itself: the two speak of the same certificates. */
function judge(input: CheckInput, leaf: Certificate): Draft[] {
  const { inventory, now } = input;
  const verdict = judgeExpiry(input, leaf);
  if (verdict?.state !== 'expiring' || verdict.due === undefined) return [];
  const { placed, due, severity } = verdict;
  if (placed.placement.role !== 'workload-svid') return [];
  const pod = podOf(placed);
  if (!pod || !runs(inventory, pod)) return [];
  const place = placeOf(leaf, placed);
  const { manager } = placed.placement;
  return [
    draft(ROTATION_STUCK, {
      severity,
      layer: 'mesh',
      placement: place,
      also: [ref.object('pod', pod.name, pod.namespace)],
      message: `${describe(leaf, placed)} in ${place} should have been rotated ${when(due, now)}: the Pod runs, and its proxy has got no new one${besides(input, placed, leaf)}`,
      evidence: [
        inventory.evidence(
          placed.placement.seen,
          `${place} is valid from ${rfc3339(leaf.notBefore)} to ${rfc3339(leaf.notAfter)}; ${managerInfo(manager).title} rotates at ${Math.round((managerInfo(manager).dueAt ?? 1) * 100)} % of that`,
        ),
      ],
      impact: impactOf(inventory, placed),
      fix: [...lookInto(manager, pod), ...renewSteps(inventory, placed)],
    }),
  ];
}

interface PodName {
  readonly namespace: string;
  readonly name: string;
}

function podOf({ placement }: Placed): PodName | undefined {
  const [, namespace, name] = /^pod\/([^/]+)\/([^#]+)#sds\//.exec(placement.ref) ?? [];
  return namespace !== undefined && name !== undefined ? { namespace, name } : undefined;
}

/** A proxy that answered runs, unless its Pod is seen to have ended since. */
function runs(inventory: Inventory, { namespace, name }: PodName): boolean {
  const pod = inventory.facts('pod').find((one) => one.name === name && one.namespace === namespace);
  return pod === undefined || pod.phase === undefined || pod.phase === 'Running';
}

/** Whether proxies of the same mesh have rotated tells whose fault it is. */
function besides({ inventory, now }: CheckInput, { placement }: Placed, leaf: Certificate): string {
  const others = rotated(inventory).filter(
    (one) => one.placement.manager === placement.manager && one.leaf.sha256 !== leaf.sha256,
  );
  if (others.length === 0) return '';
  const inTime = others.filter(({ due }) => now < due).length;
  if (inTime === 0) return `; none of the ${others.length} others that were seen is in time either`;
  return `; ${inTime} of the ${others.length} others that were seen are in time`;
}

/** Who signs, by who renews. The agent of Istio asks whomever it is told to. */
const AUTHORITIES: Partial<Record<ManagerId, readonly string[]>> = {
  istiod: ['kubectl', 'logs', '-n', 'istio-system', 'deploy/istiod'],
  'istio-agent': ['kubectl', 'logs', '-n', 'cert-manager', 'deploy/cert-manager-istio-csr'],
  spire: ['kubectl', 'logs', '-n', 'spire-system', 'ds/spire-agent'],
  linkerd: ['kubectl', 'logs', '-n', 'linkerd', 'deploy/linkerd-identity'],
};

function lookInto(manager: ManagerId, { namespace, name }: PodName): Step[] {
  const container = manager === 'linkerd' ? 'linkerd-proxy' : 'istio-proxy';
  const logs = ['kubectl', 'logs', '-n', namespace, name, '-c', container];
  const authority = AUTHORITIES[manager];
  return [
    manualStep('proxy', 'see why the proxy gets no new certificate', logs),
    ...(authority ? [manualStep('authority', 'see what the authority says of its requests', authority)] : []),
  ];
}
