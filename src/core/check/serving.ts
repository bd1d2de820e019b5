import type { DelegationFact, GatewayFact, IngressFact, RouteFact, Seen } from '../model/facts.ts';
import { ALL_INGRESS_PRODUCTS } from '../model/ingress-products.ts';
import { ref } from '../model/ref.ts';
import type { Certificate } from '../x509/certificate.ts';
import { patternTakes } from './host-names.ts';
import { memo } from './memo.ts';
import { keeperOfIngress } from './outside-keepers.ts';

/** An Ingress, Gateway, ListenerSet or route that says: for this host, show what this Secret holds. */
export interface ServingClaim {
  /** The object's ref. */
  readonly object: string;
  /** Host or `*.` pattern; undefined: every host. */
  readonly host?: string;
  readonly namespace: string;
  readonly secretName: string;
  /** False where the Secret stands in another namespace that does not allow the reference. */
  readonly granted: boolean;
  /** Other Secrets of the same listener, which may cover the host in its stead. */
  readonly alternatives: readonly string[];
  readonly seen: number;
}

/** Every claim of the snapshot, in the order of its facts. Objects whose controller takes no Secret are left out. */
export const servingClaims = memo((inventory): readonly ServingClaim[] => [
  ...inventory
    .facts('ingress')
    .filter((fact) => keeperOfIngress(fact, inventory.facts('ingressClass'))?.bypasses !== true)
    .flatMap(ingressClaims),
  ...inventory.facts('gateway').flatMap(gatewayClaims),
  ...inventory.facts('route').flatMap((route) => routeClaims(route, inventory.facts('delegation'))),
]);

/** The claims that decide what a client which asks for this host is shown. */
export function claimsFor(claims: readonly ServingClaim[], host: string): readonly ServingClaim[] {
  const byHost = indexOf(claims);
  const wanted = host.toLowerCase();
  const wildcard = `*${wanted.slice(Math.max(0, wanted.indexOf('.')))}`;
  const exact = byHost.get(wanted);
  return exact ?? (byHost.get(wildcard) ?? []).filter((claim) => patternTakes(claim.host, host));
}

const indexes = new WeakMap<readonly ServingClaim[], ReadonlyMap<string | undefined, readonly ServingClaim[]>>();

/** Claims by their host or pattern: thousands of hosts are looked up among as many. */
function indexOf(claims: readonly ServingClaim[]): ReadonlyMap<string | undefined, readonly ServingClaim[]> {
  const known = indexes.get(claims) ?? Map.groupBy(claims, ({ host }) => host?.toLowerCase());
  indexes.set(claims, known);
  return known;
}

/** The issuer of what cert-manager puts into a Secret until the real one comes: pkg/controller/certificates/issuing. */
const TEMPORARY = 'cert-manager.local';

const STAND_INS: ReadonlyMap<string, string> = new Map([
  ...ALL_INGRESS_PRODUCTS.flatMap(([, { title, standIns = [] }]) => standIns.map((name) => [name, title] as const)),
  [TEMPORARY, 'cert-manager'],
]);

/** Who made a certificate to show while there is no real one: a controller's title, `cert-manager`, or nobody. */
export function standInOf({ subject, issuer }: Certificate): string | undefined {
  return commonNames(subject, issuer).flatMap((name) => STAND_INS.get(name) ?? [])[0];
}

function commonNames(...names: readonly string[]): string[] {
  return names.flatMap((name) => /(?:^|[,+])CN=([^,+]+)/.exec(name)?.[1] ?? []);
}

/** Whether a certificate is a controller's own stand-in, or cert-manager's temporary one. */
export function isFallback(certificate: Certificate): boolean {
  return standInOf(certificate) !== undefined;
}

/** An entry without hosts stands for all hosts of the rules. */
function ingressClaims({ namespace, name, tls, hosts, seen }: Seen<IngressFact>): ServingClaim[] {
  return tls.flatMap((entry) => {
    const { secretName } = entry;
    if (!secretName) return [];
    const base = {
      object: ref.object('ingress', name, namespace),
      namespace,
      secretName,
      granted: true,
      alternatives: [],
      seen,
    };
    const named = (entry.hosts.length > 0 ? entry.hosts : hosts).filter(Boolean);
    return named.length > 0 ? named.map((host) => ({ ...base, host })) : [base];
  });
}

function gatewayClaims({ kind, namespace, name, listeners, seen }: Seen<GatewayFact>): ServingClaim[] {
  const terminating = listeners.filter(({ mode }) => mode !== 'Passthrough');
  return terminating.flatMap(({ hostname, secrets }) =>
    secrets.map((secret) => ({
      object: ref.object(kind, name, namespace),
      ...(hostname && { host: hostname }),
      namespace: secret.namespace,
      secretName: secret.name,
      granted: secret.granted,
      alternatives: secrets.filter((other) => other !== secret).map((other) => `${other.namespace}/${other.name}`),
      seen,
    })),
  );
}

/** A Secret of another namespace has to be delegated to the route's (Contour's TLSCertificateDelegation). */
function routeClaims(
  { kind, namespace, name, hosts, secrets, passthrough, seen }: Seen<RouteFact>,
  delegations: readonly DelegationFact[],
): ServingClaim[] {
  if (passthrough) return [];
  return secrets.flatMap((secret) =>
    hosts.map((host) => ({
      object: ref.object(kind, name, namespace),
      host,
      namespace: secret.namespace,
      secretName: secret.name,
      granted: secret.namespace === namespace || isDelegated(delegations, secret, namespace),
      alternatives: [],
      seen,
    })),
  );
}

/** Whether a namespace may use the Secret of another one. */
export function isDelegated(
  delegations: readonly DelegationFact[],
  secret: { readonly namespace: string; readonly name: string },
  namespace: string,
): boolean {
  return delegations
    .filter((one) => one.namespace === secret.namespace)
    .flatMap(({ secrets }) => secrets)
    .some(({ name, namespaces }) => name === secret.name && namespaces.some((to) => to === '*' || to === namespace));
}
