import type { LeaseFact, NodeFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref, refBase } from '../../model/ref.ts';
import { type RoleId, roleInfo } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { humanDuration } from '../../view/time.ts';
import { draft } from '../draft.ts';
import { restartKubelet } from '../restart.ts';
import type { Cause, Check, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';

const KUBELET_SILENT: CodeDefinition = {
  code: 'KUBELET_SILENT',
  severity: 'warning',
  title: 'a kubelet has stopped reporting',
  meaning:
    "Its lease is not renewed, or its Node has turned to Unknown. A kubelet whose client certificate has expired, or that no longer trusts the API server's, looks just like a node that is off. Containers on it go on; nothing new is started there.",
  prove: [
    'kubectl -n kube-node-lease get lease NODE -o jsonpath={.spec.renewTime}',
    'on the node: journalctl -u kubelet | grep -E "x509|certificate": expired, unknown authority',
    'on the node: openssl x509 -noout -enddate -in /var/lib/kubelet/pki/kubelet-client-current.pem',
  ],
  fix: [
    'a node that is on: approve or sign its pending request, then restart the kubelet',
    'an expired client certificate without bootstrap file: give it a kubelet.conf from a control-plane node',
  ],
  prevent: ['let the controller-manager sign: the kubelet then renews at 70 to 90 percent of the lifetime'],
  source: 'kubernetes/kubernetes pkg/kubelet/nodelease; kubernetes.io, Troubleshooting kubeadm',
  since: '0.1.0',
};

const LEADER_SILENT: CodeDefinition = {
  code: 'LEADER_SILENT',
  severity: 'critical',
  title: 'the controller-manager or the scheduler has stopped working',
  meaning:
    'No instance of it renews the lease of the leader. When its client certificate has expired the API server answers it 401, whatever the file holds by now: it reads its kubeconfig at its start.',
  prove: [
    'kubectl -n kube-system get lease kube-controller-manager kube-scheduler',
    'crictl ps -a --name kube-scheduler; crictl logs ID: Unauthorized, or x509',
  ],
  fix: ['renew its kubeconfig, then restart it: controller-manager.conf or scheduler.conf'],
  prevent: ['restart both in the run that renews their kubeconfigs'],
  source: 'client-go tools/leaderelection; kubernetes/kubeadm issue 2409',
  since: '0.1.0',
};

export const stoppedReporting: Check = {
  id: 'stopped-reporting',
  title: 'kubelets and the leaders of the control plane report',
  codes: [KUBELET_SILENT, LEADER_SILENT],
  applies: ({ inventory }) => inventory.facts('lease').length + inventory.facts('node').length > 0,
  run: ({ inventory }) => [...silentLeaders(inventory), ...silentKubelets(inventory)],
};

/** A lease may be late by a few renewals while the API server is busy. Milliseconds. */
const PATIENCE = 60_000;

/** How long it has not been renewed, by the cluster's clock at the moment it was read; undefined: it is in order. */
function overdue(inventory: Inventory, { renewed, durationSeconds, seen }: Seen<LeaseFact>): number | undefined {
  const readAt = Date.parse(inventory.coverageOf(seen).at) + clusterAhead(inventory);
  const silent = readAt - Date.parse(renewed);
  return silent > Math.max(3 * durationSeconds * 1000, PATIENCE) ? silent : undefined;
}

/** Lease times are the nodes' own: where the API server's clock is known, it stands for theirs. Milliseconds. */
function clusterAhead(inventory: Inventory): number {
  for (const { placement } of placementsOfRole(inventory, 'apiserver-serving')) {
    const { date, dateReadAt } = inventory.handshake(placement.ref) ?? {};
    if (date && dateReadAt) return Date.parse(date) - Date.parse(dateReadAt);
  }
  return 0;
}

const LEADERS: Readonly<Record<string, RoleId>> = {
  'kube-controller-manager': 'controller-manager-client',
  'kube-scheduler': 'scheduler-client',
};

function silentLeaders(inventory: Inventory): Draft[] {
  return inventory.facts('lease').flatMap((lease) => {
    const role = lease.namespace === 'kube-system' ? LEADERS[lease.name] : undefined;
    const silent = role && overdue(inventory, lease);
    if (!role || silent === undefined) return [];
    return [
      draft(LEADER_SILENT, {
        layer: 'cluster',
        placement: ref.object('lease', lease.name, lease.namespace),
        message: `${lease.name} has not renewed its lease for ${humanDuration(silent)}: no instance of it works (last held by ${lease.holder || 'nobody'})`,
        evidence: [inventory.evidence(lease.seen, `lease ${lease.name} was renewed ${lease.renewed}`)],
        impact: roleInfo(role).breaks,
        fix: [logsOf(lease.name)],
        causes: [...kubeconfigCauses(inventory, role), ...causesIn(inventory, role)],
      }),
    ];
  });
}

function logsOf(component: string): Step {
  return manualStep('logs', 'read on its node why it stopped: Unauthorized, or x509', [
    'crictl',
    'ps',
    '-a',
    '--name',
    component,
  ]);
}

function silentKubelets(inventory: Inventory): Draft[] {
  const leases = new Map(
    inventory.facts('lease').flatMap((lease) => (lease.namespace === 'kube-node-lease' ? [[lease.name, lease]] : [])),
  );
  return inventory.facts('node').flatMap((node) => {
    const lease = leases.get(node.name);
    const silent = lease && overdue(inventory, lease);
    const isUnknown = node.ready?.status === 'Unknown';
    if (silent === undefined && !isUnknown) return [];
    const said = silent === undefined ? undefined : `has not renewed its lease for ${humanDuration(silent)}`;
    return [reportKubelet(inventory, node, said)];
  });
}

function reportKubelet(inventory: Inventory, node: Seen<NodeFact>, said: string | undefined): Draft {
  const { status = 'Unknown', reason = '', message = '' } = node.ready ?? {};
  const condition = `its Node says Ready=${status}${reason && ` (${reason}${message && `: ${message}`})`}`;
  return draft(KUBELET_SILENT, {
    layer: 'cluster',
    placement: ref.object('node', node.name),
    message: `the kubelet of ${node.name} ${said ?? 'does not report'}; ${condition}`,
    evidence: [inventory.evidence(node.seen, condition)],
    impact: roleInfo('kubelet-client').breaks,
    fix: [
      manualStep('look', 'read on the node what the kubelet says: expired, unknown authority, or nothing at all', [
        'journalctl',
        '-u',
        'kubelet',
        '-n',
        '50',
      ]),
      restartKubelet(),
    ],
    causes: [
      { code: 'CLOCK_SKEW', placement: ref.object('node', node.name) },
      ...kubeletCauses(inventory, node.name),
      ...causesIn(inventory, 'apiserver-serving'),
    ],
  });
}

function kubeletCauses(inventory: Inventory, node: string): Cause[] {
  const user = `system:node:${node}`;
  const requests = inventory.facts('csr').filter(({ username }) => username === user);
  const certificates = placementsOfRole(inventory, 'kubelet-client').filter(({ leaf }) =>
    leaf?.subject.includes(`CN=${user}`),
  );
  return [
    ...certificates.map(({ placement }) => ({ code: 'CERT_EXPIRED', placement: placement.ref })),
    ...requests.flatMap(({ name }) =>
      ['CSR_PENDING', 'CSR_DENIED', 'CSR_NOT_ISSUED'].map((code) => ({ code, placement: ref.csr(name) })),
    ),
  ];
}

function causesIn(inventory: Inventory, role: RoleId): Cause[] {
  return placementsOfRole(inventory, role).flatMap(({ placement }) =>
    ['PROCESS_OLDER_THAN_FILE', 'CERT_EXPIRED', 'ISSUER_REPLACED'].map((code) => ({ code, placement: placement.ref })),
  );
}

/** The CA beside a component's client certificate, by which it verifies the API server. */
function kubeconfigCauses(inventory: Inventory, role: RoleId): Cause[] {
  const paths = placementsOfRole(inventory, role).flatMap(
    ({ placement }) => /^kubeconfig:([^#]+)#/.exec(placement.ref)?.[1] ?? [],
  );
  return placementsOfRole(inventory, 'kubeconfig-ca')
    .map(({ placement }) => refBase(placement.ref))
    .filter((base) => paths.some((path) => base.startsWith(`kubeconfig:${path}#`)))
    .map((placement) => ({ code: 'KUBECONFIG_CA_STALE', placement }));
}
