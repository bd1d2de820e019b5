import { ref } from '../model/ref.ts';
import type { RoleId } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { livePods } from '../snapshot/live-pods.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type Address, isThisMachine } from './addresses.ts';
import { memo } from './memo.ts';
import { sameIdentity } from './relations.ts';

/** What the components of a node serve. */
const NODE_ROLES: ReadonlySet<RoleId> = new Set<RoleId>([
  'apiserver-serving',
  'etcd-server',
  'etcd-peer',
  'kubelet-serving',
  'kubelet-serving-self-signed',
  'controller-manager-serving',
  'scheduler-serving',
]);

export function isNodeRole(role: RoleId): boolean {
  return NODE_ROLES.has(role);
}

/**
 * The files whose certificate a component of a node should serve at an address: by its own flags where they are known;
 * else by its role, where the address is this machine's or both bear the same names, as kubeadm's do when they are of
 * one node.
 */
export function filesServedAt(
  inventory: Inventory,
  served: Placed & { leaf: Certificate },
  address: Address,
): Placed[] {
  const { files, isHere } = nodeOf(inventory);
  const told = files.find(
    ({ host, port }) =>
      port === address.port && (host === address.host || (isThisMachine(host) && isThisMachine(address.host))),
  );
  if (told)
    return told.paths
      .flatMap((path) => inventory.placement(ref.file(path)) ?? [])
      .filter(hasLeaf)
      .slice(0, 1);
  return inventory.placements.filter(
    (placed) =>
      kindOf(placed.placement.role) === kindOf(served.placement.role) &&
      placed.placement.ref.startsWith('file:') &&
      hasLeaf(placed) &&
      ((isHere && isThisMachine(address.host)) || sameIdentity(placed.leaf, served.leaf)),
  );
}

function hasLeaf(placed: Placed): placed is Placed & { leaf: Certificate } {
  return placed.leaf !== undefined;
}

/** A kubelet serves one of two: which of them, its certificate tells. */
function kindOf(role: RoleId): RoleId {
  return role === 'kubelet-serving-self-signed' ? 'kubelet-serving' : role;
}

interface ServedFile {
  readonly host: string;
  readonly port: number;
  /** The first that is there is served. */
  readonly paths: readonly string[];
}

const nodeOf = memo((inventory): { files: readonly ServedFile[]; isHere: boolean } => {
  const pods = inventory.facts('staticPod');
  const live = livePods(pods, inventory.facts('process'));
  const endpoints = live.flatMap(({ endpoints: all }) => all);
  return {
    files: [
      ...endpoints.flatMap(({ address, port, file }) =>
        file === undefined ? [] : [{ host: address, port, paths: [file] }],
      ),
      ...inventory.facts('kubelet').map(({ address, port, servingFile }) => ({
        host: address,
        port,
        paths: servingFile === undefined ? KUBELET_PAIRS : [servingFile],
      })),
    ],
    // Where the flags are known and name another port, what answers here is somebody else's.
    isHere: pods.length === 0,
  };
});

/** The one that was requested from the cluster goes before the one that the kubelet makes: pkg/kubelet/certificate. */
const KUBELET_PAIRS = ['/var/lib/kubelet/pki/kubelet-server-current.pem', '/var/lib/kubelet/pki/kubelet.crt'];
