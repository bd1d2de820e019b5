import type { PlannedStep, SkippedTarget } from '../model/plan.ts';
import type { Placed } from '../snapshot/inventory.ts';
import { KUBEADM_NAMES } from './kubeadm-names.ts';
import { type KubeadmNode, pathOf, placedNamed } from './kubeadm-node.ts';
import { type Renewed, restoreFiles } from './kubeadm-steps.ts';
import type { RenewalRequest } from './plan-maker.ts';

export interface Refresh {
  readonly steps: readonly PlannedStep[];
  readonly skipped: readonly SkippedTarget[];
  /** Files that the steps write. */
  readonly paths: readonly string[];
}

/**
 * Brings copies of admin.conf up to date: only users that are the same identity by the same CA, and their clusters'
 * CA data, which this node's own file vouches for. Everything else in the copy stays.
 */
export function refreshSteps(
  node: KubeadmNode,
  { refresh }: RenewalRequest,
  renewed: readonly Pick<Renewed, 'name'>[],
): Refresh {
  const after = ['backup', ...(renewed.some(({ name }) => name.name === 'admin.conf') ? ['renew-admin.conf'] : [])];
  const admin = placedNamed(node, KUBEADM_NAMES.find(({ name }) => name === 'admin.conf')!);
  const steps: PlannedStep[] = [];
  const skipped: SkippedTarget[] = [];
  for (const path of refresh) {
    const copy = admin && copyOf(node, path, admin);
    if (admin && copy) steps.push(refreshStep(node, path, { admin, copy, after }));
    else skipped.push({ target: path, reason: whyNone(path, admin), instead: [] });
  }
  return { steps, skipped, paths: steps.flatMap(({ params }) => params?.to ?? []) };
}

function copyOf({ inventory }: KubeadmNode, path: string, { leaf }: Placed): Placed | undefined {
  return inventory.placements.find(
    (placed) =>
      placed.placement.ref.startsWith(`kubeconfig:${path}#users/`) &&
      placed.leaf?.subject === leaf?.subject &&
      placed.leaf?.issuer === leaf?.issuer,
  );
}

function whyNone(path: string, admin: Placed | undefined): string {
  if (!admin?.leaf) return 'there is no admin.conf on this node to refresh it from';
  return `${path} has no user that is a copy of admin.conf's (${admin.leaf.subject})`;
}

/** A person's copy that cannot be written is no reason to undo what the control plane has. */
function refreshStep(
  node: KubeadmNode,
  path: string,
  { admin, copy, after }: { admin: Placed; copy: Placed; after: readonly string[] },
): PlannedStep {
  const user = copy.placement.ref.slice(`kubeconfig:${path}#users/`.length);
  const from = pathOf(admin);
  const requests = [
    { source: 'kubeadm-files', params: { folder: node.folder }, why: 'which certificate admin.conf has' },
    { source: 'kubeconfig', params: { path }, why: 'whether the copy has it' },
  ];
  return {
    id: `refresh-${path}`,
    kind: 'refresh-kubeconfig',
    title: `bring user ${user} of ${path} up to date with ${from}; its other entries stay`,
    command: [],
    risk: 'none',
    target: copy.placement.ref,
    params: { from, to: path, user },
    part: `refresh-${path}`,
    after,
    precheck: { requests, expect: [{ is: 'leaf', ref: copy.placement.ref, sha256: copy.leaf!.sha256 }] },
    verify: {
      requests,
      expect: [
        { is: 'same-leaf', ref: copy.placement.ref, as: admin.placement.ref },
        { is: 'key-match', ref: copy.placement.ref },
      ],
    },
    rollback: restoreFiles(`copy-${path}`, [path]),
  };
}
