import type { CaBundleFact } from '../../../core/model/facts.ts';
import type { Layer } from '../../../core/model/layer.ts';
import type { RoleId } from '../../../core/model/role.ts';
import type { System } from '../../../core/parse/kube/system.ts';

/** Secrets by the names that meshes and cert-manager give them, in one namespace. */
export interface ServerSecrets {
  readonly namespace: string;
  readonly layer: Layer;
  readonly secrets: readonly {
    readonly name: string;
    /** Roles by data key. */
    readonly roles: Readonly<Record<string, RoleId>>;
    readonly required?: boolean;
    /** The name by which earlier versions had it. */
    readonly formerly?: string;
  }[];
}

type Service = NonNullable<CaBundleFact['service']>;
type Secrets = ServerSecrets['secrets'];

/** Istio's CA in its two layouts: its own names, and those of kubernetes.io/tls (istio security/pkg/pki/ca). */
const ISTIO_CA: Readonly<Record<string, RoleId>> = {
  'ca-cert.pem': 'istio-ca',
  'cert-chain.pem': 'istio-ca',
  'root-cert.pem': 'istio-root',
  'tls.crt': 'istio-ca',
  'ca.crt': 'istio-root',
};

/** None has to be there: istiod may have its CA from any of several places. */
const ISTIO: Secrets = [
  { name: 'cacerts', roles: ISTIO_CA },
  { name: 'istio-ca-secret', roles: ISTIO_CA },
  { name: 'istiod-tls', roles: { 'tls.crt': 'istiod-serving', 'ca.crt': 'istio-root' } },
];

/** Linkerd's issuer in both schemes, linkerd.io/tls and kubernetes.io/tls (linkerd2 pkg/issuercerts). */
const LINKERD_ISSUER: Secrets[number] = {
  name: 'linkerd-identity-issuer',
  roles: { 'crt.pem': 'linkerd-issuer', 'tls.crt': 'linkerd-issuer', 'ca.crt': 'linkerd-trust-anchor' },
};

/** What lies beside a system's webhook or aggregated API, by the Service that serves it. */
const SECRETS: Readonly<Record<System, { readonly layer: Layer; readonly of: (service: Service) => Secrets }>> = {
  istio: { layer: 'mesh', of: () => ISTIO },
  linkerd: {
    layer: 'mesh',
    of: ({ name }) => [
      { name: `${name}-k8s-tls`, formerly: `${name}-tls`, roles: { 'tls.crt': 'linkerd-webhook' }, required: true },
      // Before 2.9 it was of another type and had other keys.
      { name: `${name}-tls`, roles: { 'tls.crt': 'linkerd-webhook', 'crt.pem': 'linkerd-webhook' } },
      ...(name === 'linkerd-proxy-injector' ? [{ ...LINKERD_ISSUER, required: true }] : []),
    ],
  },
  // The webhook makes this CA by itself and signs a serving certificate that only it holds, in memory.
  'cert-manager': {
    layer: 'ingress',
    of: ({ name }) =>
      name.endsWith('cert-manager-webhook') ? [{ name: `${name}-ca`, roles: { 'tls.crt': 'issuer-ca' } }] : [],
  },
};

/**
 * Other admission servers whose Secrets are not of type kubernetes.io/tls: the certificate job of ingress-nginx and of
 * the Prometheus operator (kube-webhook-certgen), and Gatekeeper's own rotator; names as their charts make them.
 */
const ADMISSION: readonly {
  readonly service: RegExp;
  readonly secret: string;
  readonly roles: Readonly<Record<string, RoleId>>;
}[] = [
  { service: /-controller-admission$/, secret: '-admission', roles: { cert: 'webhook-serving', ca: 'secret-ca' } },
  { service: /-operator$/, secret: '-admission', roles: { cert: 'webhook-serving', ca: 'secret-ca' } },
  { service: /-service$/, secret: '-server-cert', roles: { 'tls.crt': 'webhook-serving' } },
];

/** What lies beside the server of a webhook or aggregated API; none of it when nothing is known of such a server. */
export function serverSecrets(system: System | undefined, service: Service): ServerSecrets {
  const { namespace, name } = service;
  if (system) return { namespace, layer: SECRETS[system].layer, secrets: SECRETS[system].of(service) };
  const known = ADMISSION.filter((item) => item.service.test(name));
  const secrets = known.map((item) => ({ name: name.replace(item.service, item.secret), roles: item.roles }));
  return { namespace, layer: 'cluster', secrets };
}

/** Where a system is looked for when its webhook is called by URL, or when webhooks could not be read. */
export const USUAL_SERVICES: Readonly<Record<System, Service>> = {
  istio: { namespace: 'istio-system', name: 'istiod', port: 443 },
  linkerd: { namespace: 'linkerd', name: 'linkerd-proxy-injector', port: 443 },
  'cert-manager': { namespace: 'cert-manager', name: 'cert-manager-webhook', port: 443 },
};
