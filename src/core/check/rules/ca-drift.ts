import type { CodeDefinition } from '../../model/finding.ts';
import { ref, refBase } from '../../model/ref.ts';
import { type RoleId, roleInfo } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { restartApiServer, restartComponent } from '../restart.ts';
import type { Check, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const CA_DRIFT: CodeDefinition = {
  code: 'CA_DRIFT',
  severity: 'warning',
  title: 'what the cluster publishes as its CA is not what stands in the files of its control plane',
  meaning:
    'A CA file was replaced and not everything has followed: the API server still verifies clients by the old one (extension-apiserver-authentication is what it trusts now), the controller-manager has not spread the new one to Pods (kube-root-ca.crt), or joining nodes are told the old one (cluster-info). New certificates are refused by whoever knows the old CA alone.',
  prove: [
    'kubectl -n kube-system get cm extension-apiserver-authentication -o jsonpath="{.data.client-ca-file}" | openssl x509 -noout -fingerprint',
    'openssl x509 -noout -fingerprint -in /etc/kubernetes/pki/ca.crt: another one',
  ],
  fix: ['while a CA is being replaced: let every bundle hold old and new; else restart what has not loaded the file'],
  prevent: ['replace a CA by the documented way, which trusts both for a while'],
  source: 'kubernetes.io, Manual Rotation of CA Certificates; pkg/controlplane/controller/clusterauthenticationtrust',
  since: '0.1.0',
};

interface Published {
  readonly file: RoleId;
  readonly bundle: RoleId;
  /** The one object that holds it, where others have the same role. */
  readonly within?: string;
  /** The component that goes on publishing it; absent: it was written once, by `kubeadm init`. */
  readonly by?: 'kube-apiserver' | 'kube-controller-manager';
}

/** What is published of a CA file, and who brings it there. */
const PUBLISHED: readonly Published[] = [
  { file: 'cluster-ca', bundle: 'client-ca-bundle', by: 'kube-apiserver' },
  { file: 'cluster-ca', bundle: 'root-ca-bundle', by: 'kube-controller-manager' },
  { file: 'front-proxy-ca', bundle: 'requestheader-ca-bundle', by: 'kube-apiserver' },
  {
    file: 'cluster-ca',
    bundle: 'kubeconfig-ca',
    within: ref.configMap('kube-public', 'cluster-info', 'kubeconfig'),
  },
];

export const caDrift: Check = {
  id: 'ca-drift',
  title: 'the cluster publishes the CAs that stand in its files',
  codes: [CA_DRIFT],
  applies: ({ inventory }) => isOfThisCluster(inventory) && filesOf(inventory, 'cluster-ca').length > 0,
  run: ({ inventory }) => {
    if (!isOfThisCluster(inventory)) return [];
    return PUBLISHED.flatMap((published) => judge(inventory, filesOf(inventory, published.file), published));
  },
};

/**
 * Files of a node say something of the cluster of the kubeconfig only when that cluster has the node, or, where that could
 * not be read, when its API server shows the certificate that is in the files.
 */
function isOfThisCluster(inventory: Inventory): boolean {
  const [viewpoint] = inventory.facts('viewpoint');
  if (!viewpoint || inventory.facts('node').length === 0) return showsFile(inventory);
  return (
    viewpoint.side === 'control-plane-node' &&
    viewpoint.node !== undefined &&
    inventory.facts('node').some(({ name }) => name === viewpoint.node)
  );
}

function showsFile(inventory: Inventory): boolean {
  const stored = new Set(filesOf(inventory, 'apiserver-serving').map(({ leaf }) => leaf!.sha256));
  const servers = inventory.facts('cluster').flatMap(({ server }) => URL.parse(server) ?? []);
  return servers.some(({ hostname, port }) => {
    const shown = inventory.placement(ref.tls(hostname.replace(/^\[|\]$/g, ''), Number(port || 443)))?.leaf;
    return shown !== undefined && stored.has(shown.sha256);
  });
}

function filesOf(inventory: Inventory, role: RoleId): Placed[] {
  return placementsOfRole(inventory, role).filter(
    ({ placement, leaf }) => leaf !== undefined && placement.ref.startsWith('file:/etc/kubernetes/'),
  );
}

function judge(inventory: Inventory, files: readonly Placed[], { bundle, within, by }: Published): Draft[] {
  if (files.length === 0) return [];
  const keys = new Set(files.map(({ leaf }) => leaf!.spki));
  const bundles = Map.groupBy(
    placementsOfRole(inventory, bundle).filter(({ placement }) => !within || refBase(placement.ref) === within),
    ({ placement }) => refBase(placement.ref),
  );
  const drifted = [...bundles].filter(
    ([, members]) => members.some(({ leaf }) => leaf) && !members.some(({ leaf }) => leaf && keys.has(leaf.spki)),
  );
  const [first] = drifted;
  const refs = drifted.map(([base]) => base);
  return first ? [report(inventory, { files, role: bundle, by, refs, members: first[1] })] : [];
}

interface Drift {
  readonly files: readonly Placed[];
  readonly role: RoleId;
  readonly by: Published['by'];
  readonly refs: readonly string[];
  readonly members: readonly Placed[];
}

function report(inventory: Inventory, { files, role, by, refs, members }: Drift): Draft {
  const stored = files.map(({ placement }) => placement.ref);
  return draft(CA_DRIFT, {
    layer: 'cluster',
    placement: refs[0]!,
    also: refs.slice(1),
    message: `${list(refs)} (${by ? roleInfo(role).title : 'what joining nodes are told'}) ${refs.length > 1 ? 'do' : 'does'} not hold the CA that stands in ${list(stored)}`,
    evidence: [...files, ...members].map(({ placement, leaf }) =>
      inventory.evidence(placement.seen, `${placement.ref}: key ${leaf?.subjectKeyId ?? leaf?.spki.slice(0, 16)}`),
    ),
    impact: by ? roleInfo(role).breaks : 'no node can join: kubeadm join refuses the API server',
    fix: by ? fixFor(inventory, by) : rewrite(),
  });
}

/** kubeadm writes cluster-info at `init` alone (cmd/kubeadm/app/phases/bootstraptoken/clusterinfo). */
function rewrite(): Step[] {
  return [
    manualStep(
      'see',
      'see whether a CA is being replaced; when the file is right, have kubeadm write cluster-info anew',
      ['kubeadm', 'init', 'phase', 'bootstrap-token', '--kubeconfig', '/etc/kubernetes/admin.conf'],
    ),
  ];
}

function fixFor(inventory: Inventory, by: string): Step[] {
  const title = `see whether a CA is being replaced; when the file is right, restart ${by}, which publishes it`;
  const restart = by === 'kube-apiserver' ? restartApiServer(inventory) : restartComponent(inventory, by);
  return [manualStep('see', title), ...restart];
}
