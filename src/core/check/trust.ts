import { ref } from '../model/ref.ts';
import type { RoleId } from '../model/role.ts';
import { roleInfo } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { nameKey, sameName } from '../x509/name.ts';
import { membersOf } from './bundles.ts';
import { memo } from './memo.ts';
import { isAuthority, secretOf, selfSigned } from './relations.ts';

/** Whom the verifiers of a chain trust. */
export interface Trust {
  readonly anchors: readonly Certificate[];
  /** Where these anchors stand; undefined: whatever public or private root is at hand, since nobody said. */
  readonly givenBy?: string;
}

/** Which CA the peers of a control plane component trust: kubeadm, certlist.go. */
const AUTHORITY: Partial<Record<RoleId, RoleId>> = {
  'apiserver-serving': 'cluster-ca',
  'apiserver-kubelet-client': 'cluster-ca',
  'admin-client': 'cluster-ca',
  'super-admin-client': 'cluster-ca',
  'controller-manager-client': 'cluster-ca',
  'scheduler-client': 'cluster-ca',
  'kubelet-client': 'cluster-ca',
  'front-proxy-client': 'front-proxy-ca',
  'apiserver-etcd-client': 'etcd-ca',
  'etcd-server': 'etcd-ca',
  'etcd-peer': 'etcd-ca',
  'etcd-healthcheck-client': 'etcd-ca',
};

/** The role of the CA that has to have signed what stands in a role of the control plane. */
export function authorityOf(role: RoleId): RoleId | undefined {
  return AUTHORITY[role];
}

/** What stands in a role, by role. */
const byRole = memo((inventory) => Map.groupBy(inventory.placements, ({ placement }) => placement.role));

export function placementsOfRole(inventory: Inventory, role: RoleId): readonly Placed[] {
  return byRole(inventory).get(role) ?? [];
}

export function certificatesOfRole(inventory: Inventory, role: RoleId): Certificate[] {
  return placementsOfRole(inventory, role).flatMap(({ leaf }) => leaf ?? []);
}

/** What was named is judged by `--ca` alone. */
const JUDGED_BY_GIVEN: ReadonlySet<RoleId> = new Set<RoleId>(['file', 'served']);

/** Whom the verifiers of this placement trust; undefined where that is not known and nothing can be said. */
export function trustOf(inventory: Inventory, { placement }: Placed): Trust | undefined {
  const { role, ref: place, layer } = placement;
  const given = certificatesOfRole(inventory, 'given-ca');
  if (given.length > 0 && JUDGED_BY_GIVEN.has(role)) return { anchors: given, givenBy: '--ca' };
  if (given.length > 0 && role === 'ingress-served')
    return { anchors: [...given, ...ownRoots(inventory)], givenBy: '--ca' };
  if (role === 'apiserver-serving' && place.startsWith('tls://')) return trustOfKubeconfig(inventory);
  if (isCredential(inventory, place)) return trustOfRole(inventory, 'client-ca-bundle');
  const authority = authorityOf(role);
  if (authority) return withSuccessors(inventory, trustOfRole(inventory, authority));
  if (layer === 'cluster' && role !== 'file') return undefined;
  const own = ownAnchors(inventory, place);
  return { anchors: own.length > 0 ? [...knownAnchors(inventory), ...own] : knownAnchors(inventory) };
}

function trustOfRole(inventory: Inventory, role: RoleId): Trust | undefined {
  const anchors = certificatesOfRole(inventory, role);
  return anchors.length > 0 ? { anchors, givenBy: `the ${roleInfo(role).title}` } : undefined;
}

/** A node may keep the CA of before while its kubeconfig has the one that followed: the API server is of the latter. */
function withSuccessors(inventory: Inventory, trust: Trust | undefined): Trust | undefined {
  if (!trust) return undefined;
  const followed = certificatesOfRole(inventory, 'kubeconfig-ca').filter((ca) =>
    trust.anchors.every((old) => sameName(old.subjectRaw, ca.subjectRaw) && old.notBefore < ca.notBefore),
  );
  return followed.length > 0 ? { ...trust, anchors: [...trust.anchors, ...followed] } : trust;
}

function isCredential(inventory: Inventory, place: string): boolean {
  return inventory.facts('credential').some((fact) => fact.ref !== undefined && fact.ref === place);
}

/** The CA of the context in force; with none there clients use the system's roots, which are not all at hand. */
function trustOfKubeconfig(inventory: Inventory): Trust | undefined {
  const context = inventory.facts('credential')[0]?.context;
  for (const { path, contexts, clusters, currentContext } of inventory.facts('kubeconfig')) {
    const entry = contexts.find(({ name }) => name === (context ?? currentContext));
    const cluster = clusters.find(({ name }) => name === entry?.cluster);
    if (!cluster || cluster.insecure) continue;
    const place = ref.kubeconfigCluster(path, cluster.name);
    const own = membersOf(inventory, place).flatMap(({ leaf }) => leaf ?? []);
    if (own.length > 0) return { anchors: own, givenBy: place };
  }
  return undefined;
}

/** `ca.crt` beside the certificate in its Secret. */
function ownAnchors(inventory: Inventory, place: string): Certificate[] {
  const secret = secretOf(place);
  if (!secret) return [];
  return membersOf(inventory, ref.secret(secret.namespace, secret.name, 'ca.crt')).flatMap(({ leaf }) => leaf ?? []);
}

/**
 * Every root that somebody here trusts or issues from, public roots among them. An intermediate counts only where its
 * own issuer is not at hand: else a server that forgets to send it would not be found out.
 */
const knownAnchors = memo((inventory) => anchorsAmong(inventory.placements));

/** The same without the public ones: roots that clients of the cluster's own hosts were given. */
const ownRoots = memo(({ placements }) =>
  anchorsAmong(placements.filter(({ placement }) => placement.role !== 'public-root')),
);

function anchorsAmong(placements: readonly Placed[]): readonly Certificate[] {
  const trusted = placements.filter(({ placement, leaf }) => leaf && isTrusted(placement, leaf));
  const unique = new Map(trusted.flatMap(({ leaf }) => (leaf ? [[leaf.sha256, leaf] as const] : [])));
  const subjects = new Set([...unique.values()].map(({ subjectRaw }) => nameKey(subjectRaw)));
  return [...unique.values()].filter((ca) => selfSigned(ca) || !subjects.has(nameKey(ca.issuerRaw)));
}

function isTrusted({ role, bundle }: Placed['placement'], leaf: Certificate): boolean {
  const { use } = roleInfo(role);
  return bundle === true || use === 'ca' || use === 'bundle' || (use === 'file' && isAuthority(leaf));
}

/** Certificates of CAs by their subject, wherever they were seen: what a client could fetch, or a server could add. */
export const authoritiesByName = memo((inventory) =>
  Map.groupBy(
    [...inventory.certificates.values()].filter(({ isCA }) => isCA),
    ({ subjectRaw }) => nameKey(subjectRaw),
  ),
);
