import type { CodeDefinition, Severity } from '../../model/finding.ts';
import type { RoleId } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const EXPECTED_FILE_MISSING: CodeDefinition = {
  code: 'EXPECTED_FILE_MISSING',
  severity: 'warning',
  title: 'a file that kubeadm makes is not where it ought to be',
  meaning:
    'The process that read it at its start goes on; the next restart fails. Some files are away on purpose and then only information: super-admin.conf stands on one node alone and is often put away, admin.conf may have been deleted, and a cluster with an external etcd has no etcd files.',
  prove: [
    'ls -l /etc/kubernetes /etc/kubernetes/pki /etc/kubernetes/pki/etcd',
    'grep -E "(cert|key|ca)-file|kubeconfig" /etc/kubernetes/manifests/*.yaml: the paths that count are these',
  ],
  fix: ['copy it back from a backup, or make it anew: kubeadm init phase certs NAME makes only what is missing'],
  prevent: ['back up /etc/kubernetes before every change'],
  source: 'kubernetes/kubernetes cmd/kubeadm/app/phases/certs/certlist.go',
  since: '0.1.0',
};

/** Often away on purpose. */
const OPTIONAL: ReadonlySet<RoleId> = new Set<RoleId>(['admin-client', 'super-admin-client']);
/** Not there at all where etcd runs elsewhere. */
const ETCD: ReadonlySet<RoleId> = new Set<RoleId>([
  'etcd-ca',
  'etcd-server',
  'etcd-peer',
  'etcd-healthcheck-client',
  'apiserver-etcd-client',
]);

export const expectedFiles: Check = {
  id: 'expected-files',
  title: 'the files that kubeadm makes are there',
  codes: [EXPECTED_FILE_MISSING],
  applies: ({ inventory }) => inventory.placements.some(isFile),
  run: (input) =>
    input.inventory.placements
      .filter((placed) => isFile(placed) && placed.placement.missing !== undefined)
      .map((placed) => report(input, placed)),
};

function isFile({ placement }: Placed): boolean {
  return placement.manager === 'kubeadm' && /^(?:file|kubeconfig):/.test(placement.ref);
}

function report({ inventory }: CheckInput, placed: Placed): Draft {
  const { ref, layer, missing, seen } = placed.placement;
  const severity = severityOf(inventory, placed);
  return draft(EXPECTED_FILE_MISSING, {
    severity,
    layer,
    placement: ref,
    message: `${ref} is missing: ${missing}`,
    evidence: [inventory.evidence(seen, missing ?? 'missing')],
    impact:
      severity === 'info' ? 'none while it is away on purpose' : `at the next restart: ${impactOf(inventory, placed)}`,
    fix: [
      manualStep('restore', 'copy it back from a backup; kubeadm init phase makes anew only what is missing', [
        'kubeadm',
        'init',
        'phase',
        'certs',
        '--help',
      ]),
    ],
  });
}

function severityOf(inventory: Inventory, { placement }: Placed): Severity {
  if (OPTIONAL.has(placement.role)) return 'info';
  return ETCD.has(placement.role) && hasExternalEtcd(inventory) ? 'info' : 'warning';
}

/** Not one of etcd's own files is there: it runs elsewhere. */
function hasExternalEtcd(inventory: Inventory): boolean {
  return inventory.placements.every(
    ({ placement }) =>
      !ETCD.has(placement.role) || placement.missing !== undefined || !placement.ref.startsWith('file:'),
  );
}
