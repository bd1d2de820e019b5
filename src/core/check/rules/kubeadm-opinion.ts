import type { KubeadmFact, KubeadmRowFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import type { RoleId } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import { KUBEADM_CAS, KUBEADM_NAMES } from '../../plan/kubeadm-names.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const KUBEADM_DIFFERS: CodeDefinition = {
  code: 'KUBEADM_DIFFERS',
  severity: 'warning',
  title: 'kubeadm says something else of a certificate than its file does',
  meaning:
    'kubeadm certs check-expiration was compared with the files. Believe the file, and of what is in use the handshake: kubeadm reads the folder that its configuration names, only the first certificate of a file, and only the current user of a kubeconfig. A renewal by kubeadm goes where kubeadm looks.',
  prove: [
    'kubeadm certs check-expiration --cert-dir DIR: what kubeadm sees',
    'openssl x509 -noout -enddate -in FILE: what is there',
    'kubectl -n kube-system get cm kubeadm-config -o yaml: certificatesDir',
  ],
  fix: ['give kubeadm the right folder (--cert-dir) and configuration (--config), and run it as root'],
  source: 'kubernetes/kubernetes cmd/kubeadm/app/cmd/certs.go and app/phases/certs/renewal/readwriter.go',
  since: '0.1.0',
};

const KUBEADM_FALLBACK: CodeDefinition = {
  code: 'KUBEADM_FALLBACK',
  severity: 'info',
  title: 'kubeadm works with a default configuration',
  meaning:
    "It could not read its configuration from the cluster: admin.conf has expired, the API server is down, or the ConfigMap kubeadm-config is gone. It exits 0 all the same. It then knows nothing of an external etcd, whose certificates it calls missing, of another folder, or of other validities and algorithms; renew would use kubeadm's defaults.",
  prove: [
    'kubeadm certs check-expiration 2>&1 | grep "Falling back": said in the text form alone, never with -o json',
    'kubectl -n kube-system get cm kubeadm-config',
  ],
  fix: ['pass the configuration that the cluster was made with: --config FILE', 'make the API server answer first'],
  prevent: ['keep the configuration file beside /etc/kubernetes/pki'],
  source: 'kubernetes/kubernetes cmd/kubeadm/app/cmd/certs.go, getInternalCfg',
  since: '0.1.0',
};

export const kubeadmOpinion: Check = {
  id: 'kubeadm-opinion',
  title: 'kubeadm sees what the files hold',
  codes: [KUBEADM_DIFFERS, KUBEADM_FALLBACK],
  applies: ({ inventory }) => inventory.facts('kubeadm').length > 0,
  run: (input) =>
    input.inventory.facts('kubeadm').flatMap((fact) => [...judgeRows(input.inventory, fact), ...fallback(input, fact)]),
};

/** The text has minutes. Milliseconds. */
const PRECISION = 60_000;

const ROLES: ReadonlyMap<string, { readonly role: RoleId; readonly etcd: boolean }> = new Map([
  ...KUBEADM_NAMES.map(({ name, role, etcd = false }) => [name, { role, etcd }] as const),
  ...KUBEADM_CAS.map(({ name, role }) => [name, { role, etcd: role === 'etcd-ca' }] as const),
]);

function judgeRows(inventory: Inventory, fact: Seen<KubeadmFact>): Draft[] {
  return fact.rows.flatMap((row) => {
    const placed = placedFor(inventory, fact, row);
    const difference = placed && differenceOf(fact, row, placed);
    return difference === undefined ? [] : [report(inventory, fact, placed!, `${row.name} ${difference}`)];
  });
}

/** What kubeadm means by a name: its file in the folder, or of a kubeconfig beside it the user of the current context. */
function placedFor(inventory: Inventory, { certDir }: KubeadmFact, { name }: KubeadmRowFact): Placed | undefined {
  const known = ROLES.get(name);
  const all = known ? placementsOfRole(inventory, known.role) : [];
  if (name.endsWith('.conf')) {
    const current = currentUser(inventory, `${certDir.replace(/\/[^/]*$/, '')}/${name}`);
    return all.find(({ placement }) => placement.ref === current);
  }
  return all.find(
    ({ placement }) => placement.ref.startsWith(`file:${certDir}/`) && !/\[[1-9]\d*\]$/.test(placement.ref),
  );
}

/** Where the one user of a kubeconfig stands that kubeadm reads and renews (renewal/readwriter.go). */
function currentUser(inventory: Inventory, path: string): string | undefined {
  const file = inventory.facts('kubeconfig').find((fact) => fact.path === path);
  const context = file?.contexts.find(({ name }) => name === file.currentContext);
  return context && ref.kubeconfigUser(path, context.user);
}

function differenceOf(fact: KubeadmFact, row: KubeadmRowFact, { leaf }: Placed): string | undefined {
  if (row.missing) {
    const isExplained = fact.configuration === 'fallback' && ROLES.get(row.name)?.etcd;
    return leaf && !isExplained ? 'is missing to kubeadm, and it is there' : undefined;
  }
  if (row.expires === undefined) return undefined;
  if (!leaf) return `ends ${row.expires} as kubeadm has it, and it could not be found here`;
  const off = Math.abs(Date.parse(row.expires) - leaf.notAfter);
  return off < PRECISION
    ? undefined
    : `ends ${row.expires} as kubeadm has it, and ${rfc3339(leaf.notAfter)} by its file`;
}

function report(inventory: Inventory, fact: Seen<KubeadmFact>, { placement }: Placed, what: string): Draft {
  return draft(KUBEADM_DIFFERS, {
    layer: 'cluster',
    placement: placement.ref,
    message: `${what}; believe the file, ${placement.ref}`,
    evidence: [inventory.evidence(fact.seen, what), inventory.evidence(placement.seen, `${placement.ref} was read`)],
    impact: 'kubeadm certs renew works on what kubeadm sees: it may renew another file, or none, and exit 0',
    fix: [
      manualStep('compare', 'ask kubeadm again as root, for the folder that the manifests name', [
        'kubeadm',
        'certs',
        'check-expiration',
        '--cert-dir',
        fact.certDir,
      ]),
    ],
  });
}

function fallback({ inventory }: CheckInput, fact: Seen<KubeadmFact>): Draft[] {
  if (fact.configuration !== 'fallback') return [];
  const missing = fact.rows.filter((row) => row.missing && ROLES.get(row.name)?.etcd).map(({ name }) => name);
  const etcd = missing.length > 0 ? `; it calls ${list(missing, 5)} missing, which an external etcd has not` : '';
  return [
    draft(KUBEADM_FALLBACK, {
      layer: 'cluster',
      placement: ref.object('tool', 'kubeadm'),
      message: `kubeadm could not read its configuration from the cluster and took its defaults${etcd}`,
      evidence: [inventory.evidence(fact.seen, 'Falling back to default configuration')],
      impact: 'its list is that of a default cluster, and what it renews gets default validity and algorithm',
      fix: [
        manualStep('config', "pass the cluster's own configuration", [
          'kubeadm',
          'certs',
          'check-expiration',
          '--config',
          'kubeadm-config.yaml',
        ]),
      ],
    }),
  ];
}
