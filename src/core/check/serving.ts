import type { GatewayFact, IngressFact, Seen } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import type { Certificate } from '../x509/certificate.ts';
import { patternTakes } from './host-names.ts';
import { memo } from './memo.ts';

/** An Ingress, Gateway or ListenerSet that says: for this host, show what this Secret holds. */
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
    .filter((fact) => !usesNoSecret(fact))
    .flatMap(ingressClaims),
  ...inventory.facts('gateway').flatMap(gatewayClaims),
]);

/** The claims that decide what a client which asks for this host is shown. */
export function claimsFor(claims: readonly ServingClaim[], host: string): ServingClaim[] {
  const exact = claims.filter((claim) => claim.host?.toLowerCase() === host.toLowerCase());
  if (exact.length > 0) return exact;
  return claims.filter((claim) => claim.host?.startsWith('*.') && patternTakes(claim.host, host));
}

/** Subjects of the certificates that ingress controllers show when they have none for the host. */
const FALLBACKS = ['Kubernetes Ingress Controller Fake Certificate', 'TRAEFIK DEFAULT CERT', 'cert-manager.local'];

/** Whether a certificate is a controller's own stand-in, or cert-manager's temporary one. */
export function isFallback({ subject, issuer }: Certificate): boolean {
  return FALLBACKS.some((name) => subject.includes(`CN=${name}`) || issuer.includes(`CN=${name}`));
}

/** Annotations by which the certificate comes from elsewhere: a cloud load balancer, or the backend itself. */
const BYPASSES = [
  'alb.ingress.kubernetes.io/certificate-arn',
  'ingress.gcp.kubernetes.io/pre-shared-cert',
  'networking.gke.io/managed-certificates',
];

function usesNoSecret({ className, annotations }: IngressFact): boolean {
  const effective = className ?? annotations['kubernetes.io/ingress.class'];
  if (effective === 'alb' || BYPASSES.some((name) => annotations[name] !== undefined)) return true;
  return annotations['nginx.ingress.kubernetes.io/ssl-passthrough'] === 'true';
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
