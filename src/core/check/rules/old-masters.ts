import type { CodeDefinition } from '../../model/finding.ts';
import type { RoleId } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, Draft } from '../rule.ts';
import { minorVersion } from '../versions.ts';
import { describe } from '../words.ts';

const MASTERS_CARRIED_ON: CodeDefinition = {
  code: 'MASTERS_CARRIED_ON',
  severity: 'info',
  title: 'a certificate still carries system:masters, which kubeadm gives no more',
  meaning:
    'Since 1.29 kubeadm keeps the group system:masters for super-admin.conf alone and gives the others kubeadm:cluster-admins or no group. A renewal copies the old subject, so that clusters of before carry it on. No RBAC rule can limit such a certificate, and none can take it back: it is waited out, or ended with its CA.',
  prove: ['openssl x509 -noout -subject -in FILE: O = system:masters'],
  fix: [
    'make the certificate anew instead of renewing it: move it away, kubeadm init phase kubeconfig admin, or certs NAME',
    'make the binding first: kubectl create clusterrolebinding kubeadm:cluster-admins --clusterrole=cluster-admin --group=kubeadm:cluster-admins',
  ],
  source: 'kubernetes/kubernetes pull requests 121305, 121837, 119859, 120521; cmd/kubeadm/app/phases/certs/renewal',
  since: '0.1.0',
};

/** Whose subject kubeadm changed in 1.29. */
const CHANGED: ReadonlySet<RoleId> = new Set<RoleId>([
  'admin-client',
  'apiserver-kubelet-client',
  'apiserver-etcd-client',
  'etcd-healthcheck-client',
]);
const CHANGED_IN = 29;

export const oldMasters: Check = {
  id: 'old-masters',
  title: 'no certificate of kubeadm carries system:masters but the one for emergencies',
  codes: [MASTERS_CARRIED_ON],
  applies: ({ inventory }) => (minorVersion(inventory) ?? 0) >= CHANGED_IN && inventory.placements.some(isChanged),
  run: ({ inventory }) =>
    (minorVersion(inventory) ?? 0) >= CHANGED_IN
      ? inventory.placements
          .filter((placed) => isChanged(placed) && isMaster(placed))
          .map((placed) => report(inventory, placed))
      : [],
};

function isChanged({ placement }: Placed): boolean {
  return placement.manager === 'kubeadm' && CHANGED.has(placement.role);
}

function isMaster({ leaf }: Placed): boolean {
  return leaf !== undefined && /(?:^|[,+])O=system:masters(?:$|[,+])/.test(leaf.subject);
}

function report(inventory: Inventory, placed: Placed): Draft {
  const { ref, layer, seen } = placed.placement;
  return draft(MASTERS_CARRIED_ON, {
    layer,
    placement: ref,
    message: `${describe(placed.leaf!, placed)} in ${ref} carries system:masters on, as kubeadm gave it before 1.29`,
    evidence: [inventory.evidence(seen, `subject ${placed.leaf!.subject}`)],
    impact: 'whoever has its key is beyond RBAC until it ends',
    fix: [
      manualStep('anew', 'move it away and make it anew; renewing keeps the old subject', [
        'kubeadm',
        'init',
        'phase',
        ref.startsWith('kubeconfig:') ? 'kubeconfig' : 'certs',
        '--help',
      ]),
    ],
  });
}
