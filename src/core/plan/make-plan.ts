import { renewSteps } from '../check/remedy.ts';
import { managerInfo } from '../model/manager.ts';
import type { Plan, SkippedTarget } from '../model/plan.ts';
import { roleInfo } from '../model/role.ts';
import type { Placed } from '../snapshot/inventory.ts';
import { rfc3339 } from '../view/time.ts';
import { certManager } from './cert-manager.ts';
import { kubeadm } from './kubeadm.ts';
import { kubeadmNode } from './kubeadm-node.ts';
import { isChosen, type PlanMaker, type RenewalRequest } from './plan-maker.ts';

/** Who can renew, in the order in which their steps run: what others stand on first. */
export const PLAN_MAKERS: readonly PlanMaker[] = [kubeadm, certManager];

/** Every name of a manager's own that is a TARGET of `renew`. */
export const RENEWAL_NAMES: ReadonlySet<string> = new Set(PLAN_MAKERS.flatMap(({ names }) => names));

/** The plan for a request. @param id names its run. What nobody can renew is skipped with a reason, never silently. */
export function makePlan(request: RenewalRequest, id: string): Plan {
  const parts = PLAN_MAKERS.map((maker) => maker.plan(request));
  const spokenFor = new Set(parts.flatMap((part) => [...part.spokenFor]));
  const rest = request.inventory.placements.filter(
    (placed) => isLeaf(placed) && !spokenFor.has(placed.placement.ref) && isWanted(request, placed),
  );
  return {
    id,
    createdAt: rfc3339(request.now),
    subject: subjectOf(request),
    snapshotTakenAt: request.inventory.snapshot.takenAt,
    steps: parts.flatMap(({ steps }) => steps),
    skipped: [...parts.flatMap(({ skipped }) => skipped), ...rest.map((placed) => othersRenew(request, placed))],
  };
}

/** A lock is taken for it: the node whose files change, else the cluster. */
function subjectOf({ inventory, pkiDir }: RenewalRequest): Plan['subject'] {
  const node = kubeadmNode(inventory, pkiDir);
  if (node) return { kind: 'node', name: node.name ?? pkiDir };
  const { clusterUID, context } = inventory.snapshot.scope;
  return { kind: 'cluster', name: clusterUID ?? context ?? 'unknown' };
}

/** Members of bundles follow their source, and a record of an issuance is nobody's certificate. */
function isLeaf({ placement, leaf }: Placed): boolean {
  const served = placement.ref.startsWith('tls://');
  return leaf !== undefined && !placement.bundle && !served && roleInfo(placement.role).use !== 'issued';
}

/** With `all` and no time, whatever renews itself in other layers is not worth a line each. */
function isWanted(request: RenewalRequest, placed: Placed): boolean {
  const { ref, layer } = placed.placement;
  return isChosen(request, placed) && (request.refs.has(ref) || request.within !== undefined || layer === 'cluster');
}

function othersRenew({ inventory }: RenewalRequest, placed: Placed): SkippedTarget {
  const { title, renew } = managerInfo(placed.placement.manager);
  return {
    target: placed.placement.ref,
    reason: `${title} renews it: ${renew}`,
    instead: renewSteps(inventory, placed),
  };
}
