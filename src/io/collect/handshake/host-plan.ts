import { patternTakes } from '../../../core/check/host-names.ts';
import { keeperOfIngress, keeperOfRoute } from '../../../core/check/outside-keepers.ts';
import type {
  GatewayFact,
  IngressClassFact,
  IngressFact,
  RouteFact,
  UnaskedHostFact,
} from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import type { Target } from '../../../core/model/target.ts';
import { hostNamed } from '../../../core/parse/address.ts';

/** One host and port that objects of the cluster serve with TLS. */
export interface PlannedHost {
  readonly host: string;
  readonly port: number;
  /** Refs. */
  readonly objects: readonly string[];
  /** IP addresses and names from the status of these objects. */
  readonly addresses: readonly string[];
}

export interface HostPlan {
  readonly hosts: readonly PlannedHost[];
  readonly unasked: readonly UnaskedHostFact[];
}

/** What an object says: these hosts are served here. */
export interface HostClaim extends PlannedHost {
  /** Names that targets know the object by. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The hosts that are to be asked for, each once with every object that serves it, in the order of the objects. */
export function planHosts(claims: readonly HostClaim[], targets: readonly Target[]): HostPlan {
  const wanted = claims.filter((claim) => isWanted(claim, targets));
  const groups = Map.groupBy(wanted, ({ host, port }) => `${host.toLowerCase()} ${port}`);
  const merged = [...groups.values()].map(mergeClaims);
  const judged = merged.map((host) => ({ host, reason: reasonAgainst(host) }));
  return {
    hosts: judged.flatMap(({ host, reason }) =>
      reason === undefined ? [{ ...host, host: hostNamed(host.host) }] : [],
    ),
    unasked: judged.flatMap(({ host: { host, port, objects }, reason }) =>
      reason === undefined ? [] : [{ host, port, objects, reason }],
    ),
  };
}

function mergeClaims(claims: readonly HostClaim[]): PlannedHost {
  const [{ host, port }] = claims as [HostClaim];
  return {
    host,
    port,
    objects: [...new Set(claims.flatMap(({ objects }) => objects))],
    addresses: [...new Set(claims.flatMap(({ addresses }) => addresses))],
  };
}

/** Where every TARGET is an object that serves hosts, or a host, only these are asked for. */
function isWanted(claim: HostClaim, targets: readonly Target[]): boolean {
  if (targets.length === 0 || targets.some((target) => !isNarrow(target))) return true;
  return targets.some((target) => {
    if (target.kind === 'host') return target.host === claim.host.toLowerCase();
    if (target.kind !== 'object' || target.objectKind !== claim.kind || target.name !== claim.name) return false;
    return target.elsewhere === true || target.namespace === undefined || target.namespace === claim.namespace;
  });
}

const SERVING_KINDS: ReadonlySet<string> = new Set([
  'ingress',
  'gateway',
  'listenerset',
  'httproute',
  'tlsroute',
  'grpcroute',
  'httpproxy',
  'ingressroute',
  'route',
]);

function isNarrow(target: Target): boolean {
  return target.kind === 'host' || (target.kind === 'object' && SERVING_KINDS.has(target.objectKind));
}

function reasonAgainst({ host }: PlannedHost): string | undefined {
  if (host === '') return 'it takes every host: there is no name to ask for';
  if (host.startsWith('*'))
    return 'a wildcard is no name that can be asked for: --probe ADDRESS:443#NAME asks for one of its hosts';
  try {
    hostNamed(host);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const HTTPS = 443;

/**
 * Hosts of an Ingress's TLS entries; an entry without hosts stands for those of the rules, and where the certificate
 * comes from elsewhere the rules' hosts are served by it.
 */
export function claimsOfIngress(fact: IngressFact, classes: readonly IngressClassFact[]): HostClaim[] {
  const { namespace, name, tls, hosts, addresses } = fact;
  const entries = tls.flatMap((entry) => (entry.hosts.length > 0 ? entry.hosts : hosts));
  const named = keeperOfIngress(fact, classes) ? [...entries, ...hosts] : entries;
  const object = { kind: 'ingress', namespace, name, objects: [ref.object('ingress', name, namespace)], addresses };
  return [...new Set(named)].map((host) => ({ ...object, host, port: HTTPS }));
}

const TLS_PROTOCOLS: ReadonlySet<string> = new Set(['HTTPS', 'TLS']);

/** One that is refused as a whole serves nothing, whatever stands in it. */
export function claimsOfGateway(fact: GatewayFact): HostClaim[] {
  const { kind, namespace, name, listeners, addresses } = fact;
  if (fact.problems) return [];
  const objects = [ref.object(kind, name, namespace)];
  const object = { kind: kind.toLowerCase(), namespace, name, objects, addresses };
  return listeners
    .filter(({ protocol }) => TLS_PROTOCOLS.has(protocol))
    .map(({ hostname = '', port }) => ({ ...object, host: hostname, port }));
}

/** A route of the Gateway API is served by the TLS listeners that it hangs on; the others stand for themselves. */
export function claimsOfRoute(route: RouteFact, gateways: readonly GatewayFact[]): HostClaim[] {
  const { kind, namespace, name, hosts, secrets, parents } = route;
  const own = ref.object(kind, name, namespace);
  const object = { kind: kind.toLowerCase(), namespace, name };
  if (parents.length === 0) {
    const hasTls = secrets.length > 0 || keeperOfRoute(route) !== undefined;
    return hasTls ? hosts.map((host) => ({ ...object, objects: [own], addresses: [], host, port: HTTPS })) : [];
  }
  return listenersOf(route, gateways).flatMap(({ gateway, listener }) =>
    hosts
      .filter((host) => patternTakes(listener.hostname, host))
      .map((host) => ({
        ...object,
        objects: [ref.object(gateway.kind, gateway.name, gateway.namespace), own],
        addresses: gateway.addresses,
        host,
        port: listener.port,
      })),
  );
}

function listenersOf({ parents }: RouteFact, gateways: readonly GatewayFact[]) {
  return parents.flatMap(({ kind, namespace, name, section }) => {
    const gateway = gateways.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
    if (!gateway) return [];
    return gateway.listeners
      .filter((listener) => TLS_PROTOCOLS.has(listener.protocol) && (section ?? listener.name) === listener.name)
      .map((listener) => ({ gateway, listener }));
  });
}
