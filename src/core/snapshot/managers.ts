import type { Observation, Unseen } from '../model/observation.ts';
import type { Placement } from '../model/placement.ts';
import type { RoleId } from '../model/role.ts';
import { managerFor } from '../parse/distribution.ts';

/** Sources of what the cluster of the kubeconfig serves, and of what its own manifests name. */
const OF_THE_CLUSTER: ReadonlySet<string> = new Set([
  'apiserver-handshake',
  'control-plane-handshakes',
  'kubelet-handshakes',
  'manifest-files',
]);
/** What a cluster publishes of its own CAs. */
const PUBLISHED: ReadonlySet<RoleId> = new Set<RoleId>([
  'client-ca-bundle',
  'root-ca-bundle',
  'requestheader-ca-bundle',
]);

/** The distribution that the API told, or `unknown`. */
export function distributionIn(observations: readonly Observation[]): string {
  return observations.flatMap(({ facts }) => facts.cluster ?? [])[0]?.distribution ?? 'unknown';
}

/**
 * Says who renews what one observation placed. A handshake knows a cluster by the host and the issuer alone; what the
 * API tells of the distribution is better.
 */
export function managersOf(
  { source }: Observation,
  distribution: string,
): (placement: Unseen<Placement>) => Unseen<Placement> {
  if (distribution === 'unknown') return (placement) => placement;
  return (placement) =>
    placement.layer === 'cluster' && (OF_THE_CLUSTER.has(source) || PUBLISHED.has(placement.role))
      ? { ...placement, manager: managerFor(distribution, placement.role) }
      : placement;
}
