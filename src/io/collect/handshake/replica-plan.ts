import { findProducts, type ProductFacts, productInfo, servesAs } from '../../../core/check/ingress-controllers.ts';
import type { HostWayFact, PodFact } from '../../../core/model/facts.ts';
import type { IngressProductId } from '../../../core/model/ingress-products.ts';
import type { PlannedHost } from './host-plan.ts';

/** A replica of a controller, the ports on which it may take TLS, and the hosts that it is to be asked for. */
export interface PlannedReplica {
  readonly pod: PodFact;
  readonly ports: readonly number[];
  readonly hosts: readonly PlannedHost[];
}

/** Handshakes through the API server: each is a connection of its own to it. */
const MOST = 64;

/** What is known before replicas are asked. */
export interface ReplicaFacts extends ProductFacts {
  readonly pods: readonly PodFact[];
  readonly ways: readonly HostWayFact[];
  /** Hosts that are served, whether or not they were seen. */
  readonly hosts: readonly PlannedHost[];
}

/**
 * Which replicas are worth a look: where a product has several, where nobody else answered for a host. Each is asked
 * for one host of each set of objects, since these share a Secret; in all no more than `MOST` times.
 */
export function planReplicas(facts: ReplicaFacts): PlannedReplica[] {
  const products = findProducts(facts);
  const byProduct = Map.groupBy(facts.hosts, ({ objects }) => objects.flatMap((one) => products.get(one) ?? [])[0]);
  const seen = new Set(
    facts.ways.filter(({ answers }) => answers.length > 0).map(({ host, port }) => `${host} ${port}`),
  );
  const planned = [...byProduct].flatMap(([product, hosts]) => {
    const { ports = [] } = product === undefined ? {} : productInfo(product);
    const pods = product === undefined ? [] : podsOf(facts.pods, product);
    const chosen = onePerObjects(hosts).filter(({ host, port }) => pods.length > 1 || !seen.has(`${host} ${port}`));
    return chosen.length > 0 ? pods.map((pod) => ({ pod, ports, hosts: chosen })) : [];
  });
  const share = Math.max(1, Math.floor(MOST / Math.max(1, planned.length)));
  return planned.slice(0, MOST).map((one) => ({ ...one, hosts: one.hosts.slice(0, share) }));
}

function onePerObjects(hosts: readonly PlannedHost[]): PlannedHost[] {
  return [...new Map(hosts.toReversed().map((host) => [host.objects.join(' '), host])).values()].reverse();
}

/** Pods of that product that run. */
function podsOf(pods: readonly PodFact[], product: IngressProductId): PodFact[] {
  return pods.filter((pod) => (pod.phase ?? 'Running') === 'Running' && servesAs(product, pod));
}
