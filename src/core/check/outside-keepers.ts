import type { GatewayFact, IngressClassFact, IngressFact, LoadBalancerFact, RouteFact } from '../model/facts.ts';

/** Where a certificate is kept that no Secret shows. */
export interface OutsideKeeper {
  /** Who keeps and renews it. */
  readonly title: string;
  /** What says so, as a clause. */
  readonly sign: string;
  /** Whether a Secret that the object names is left unused. */
  readonly bypasses: boolean;
}

interface AnnotationSign {
  readonly key: string;
  readonly title: string;
  readonly bypasses: boolean;
}

/** Annotations by which the certificate comes from elsewhere, by the guides of each controller. */
const ANNOTATIONS: readonly AnnotationSign[] = [
  { key: 'alb.ingress.kubernetes.io/certificate-arn', title: 'AWS Certificate Manager', bypasses: true },
  { key: 'networking.gke.io/managed-certificates', title: 'Google-managed certificates', bypasses: true },
  { key: 'ingress.gcp.kubernetes.io/pre-shared-cert', title: 'certificates in Google Cloud', bypasses: true },
  { key: 'networking.gke.io/certmap', title: 'Google Certificate Manager', bypasses: true },
  { key: 'networking.gke.io/pre-shared-certs', title: 'certificates in Google Cloud', bypasses: true },
  { key: 'appgw.ingress.kubernetes.io/appgw-ssl-certificate', title: 'Azure Application Gateway', bypasses: true },
  { key: 'kubernetes.azure.com/tls-cert-keyvault-uri', title: 'Azure Key Vault', bypasses: false },
  { key: 'traefik.ingress.kubernetes.io/router.tls.certresolver', title: "Traefik's own ACME store", bypasses: true },
];

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PASSTHROUGH = 'nginx.ingress.kubernetes.io/ssl-passthrough';

/** The AWS Load Balancer Controller, and the one that is built into EKS Auto Mode (guides of both, IngressClass). */
const ALB_CONTROLLER = /^(ingress\.k8s\.aws|eks\.amazonaws\.com)\/alb$/;

/**
 * Who keeps the certificate of an Ingress, where that is not a Secret.
 * @param classes of the cluster: a class may have any name
 */
export function keeperOfIngress(
  { className, annotations }: IngressFact,
  classes: readonly IngressClassFact[],
): OutsideKeeper | undefined {
  const annotated = keeperIn(annotations);
  if (annotated) return annotated;
  const named = className ?? annotations[CLASS_ANNOTATION];
  const own = classes.find((one) => (named === undefined ? one.default : one.name === named));
  if (own ? ALB_CONTROLLER.test(own.controller) : named === 'alb') {
    return {
      title: 'AWS Certificate Manager',
      sign: `its class is ${own?.name ?? named}: the controller looks for a certificate of the host in ACM`,
      bypasses: true,
    };
  }
  if (annotations[PASSTHROUGH] !== 'true') return undefined;
  return { title: 'the backend itself', sign: `${PASSTHROUGH} is true: TLS goes on to the backend`, bypasses: true };
}

/** Clouds by a part of the annotation of a Service. */
const CLOUDS: readonly (readonly [part: string, title: string])[] = [
  ['aws-', 'AWS Certificate Manager or IAM'],
  ['do-', 'DigitalOcean'],
  ['oci-', 'Oracle Cloud, from a Secret that its controller uploads'],
  ['alibaba-', 'Alibaba Cloud'],
  ['elb.', 'Huawei Cloud'],
];

/** Who keeps the certificate with which the load balancer of a Service ends TLS. */
export function keeperOfLoadBalancer({ annotation, certificates }: LoadBalancerFact): OutsideKeeper {
  const title = CLOUDS.find(([part]) => annotation.includes(`/${part}`))?.[1] ?? 'its cloud';
  return { title, sign: `${annotation} is ${certificates.join(', ')}`, bypasses: true };
}

/** The same of a Gateway, whose listeners may take options of their implementation. */
export function keeperOfGateway({ annotations, listeners }: GatewayFact): OutsideKeeper | undefined {
  return keeperIn(annotations) ?? listeners.map(({ options = {} }) => keeperIn(options)).find(Boolean);
}

function keeperIn(annotations: Readonly<Record<string, string>>): OutsideKeeper | undefined {
  const found = ANNOTATIONS.find(({ key }) => annotations[key] !== undefined);
  return found && { title: found.title, sign: `${found.key} is ${annotations[found.key]}`, bypasses: found.bypasses };
}

const TRAEFIKS: ReadonlySet<string> = new Set<RouteFact['kind']>(['IngressRoute', 'IngressRouteTCP', 'TLSStore']);

/** A route that takes TLS without a Secret: passed on to the backend, or by a resolver of the controller. */
export function keeperOfRoute({ kind, passthrough, resolver }: RouteFact): OutsideKeeper | undefined {
  if (passthrough) return { title: 'the backend itself', sign: 'it passes TLS on', bypasses: true };
  if (resolver === undefined || !TRAEFIKS.has(kind)) return undefined;
  return { title: "Traefik's own ACME store", sign: `its certResolver is ${resolver}`, bypasses: true };
}
