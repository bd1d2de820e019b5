import type { ConditionFact } from './cert-manager.ts';

/** Kinds of fact of this file. A new kind is one more line here. */
export interface IngressFactKinds {
  ingress: IngressFact;
  gateway: GatewayFact;
  secret: SecretFact;
  ingressClass: IngressClassFact;
  controller: ControllerFact;
  route: RouteFact;
  delegation: DelegationFact;
  externalSecret: ExternalSecretFact;
  trustBundle: TrustBundleFact;
  trustSource: TrustSourceFact;
  trustCopy: TrustCopyFact;
  loadBalancer: LoadBalancerFact;
  managedCertificate: ManagedCertificateFact;
}

export interface IngressFact {
  readonly namespace: string;
  readonly name: string;
  readonly className?: string;
  /** Hosts of the rules. */
  readonly hosts: readonly string[];
  readonly tls: readonly { readonly hosts: readonly string[]; readonly secretName?: string }[];
  readonly addresses: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  /** cert-manager made it to answer an HTTP-01 challenge. */
  readonly solver?: true;
  /** UID of the object that it goes with. */
  readonly owner?: string;
  /** Services that its rules lead to. */
  readonly services?: readonly string[];
}

/** A Gateway or a ListenerSet. */
export interface GatewayFact {
  readonly kind: 'Gateway' | 'ListenerSet';
  readonly namespace: string;
  readonly name: string;
  readonly className?: string;
  readonly listeners: readonly {
    readonly name: string;
    readonly hostname?: string;
    readonly port: number;
    readonly protocol: string;
    readonly mode: string;
    /** Those of its implementation that say something about certificates. */
    readonly options?: Readonly<Record<string, string>>;
    /** Secrets; namespace is the Gateway's own when the reference names none. */
    readonly secrets: readonly { readonly namespace: string; readonly name: string; readonly granted: boolean }[];
  }[];
  /** Of a ListenerSet: those of its Gateway. */
  readonly addresses: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The Gateway that a ListenerSet hangs on. */
  readonly parent?: { readonly namespace: string; readonly name: string };
  /** What its controller says against it as a whole. */
  readonly problems?: readonly string[];
}

/** A Secret that was read: names of its keys, never their values. */
export interface SecretFact {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly keys: readonly string[];
  readonly resourceVersion: string;
  readonly created?: string;
  /** cert-manager's Certificate that owns it, from the annotation. */
  readonly certificateName?: string;
  readonly issuer?: string;
  readonly issuerKind?: string;
  readonly issuerGroup?: string;
  readonly managedBy?: string;
  /** Who wrote data, oldest first, by the field managers that own some of it now. */
  readonly writers?: readonly { readonly manager: string; readonly at?: string }[];
  /** Revocation lists; times are RFC 3339. */
  readonly crls?: readonly {
    readonly key: string;
    readonly issuer: string;
    readonly thisUpdate: string;
    readonly nextUpdate?: string;
  }[];
  /** Why a key that should hold a certificate or key does not parse. */
  readonly problems: readonly string[];
}

export interface IngressClassFact {
  readonly name: string;
  /** `k8s.io/ingress-nginx`. */
  readonly controller: string;
  readonly default: boolean;
}

/** A workload that is known to serve, issue or copy certificates: an ingress controller, a part of cert-manager. */
export interface ControllerFact {
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
  /** `cert-manager`, `cert-manager-webhook`, `ingress-nginx`, `traefik`, ... */
  readonly product: string;
  /** The image's tag. */
  readonly version?: string;
  readonly replicas: number;
  readonly ready: number;
  readonly serviceAccount?: string;
  /** Those of its flags that say something about certificates, classes or resolvers; a switch has an empty value. */
  readonly flags: Readonly<Record<string, string>>;
}

/**
 * A route of any API: which hosts it serves, with whose listeners or with which Secrets of its own. Traefik's TLSStore
 * and TLSOption name Secrets for routes of any host.
 */
export interface RouteFact {
  readonly kind:
    | 'HTTPRoute'
    | 'TLSRoute'
    | 'GRPCRoute'
    | 'HTTPProxy'
    | 'IngressRoute'
    | 'IngressRouteTCP'
    | 'TLSStore'
    | 'TLSOption'
    | 'Route';
  readonly namespace: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly secrets: readonly { readonly namespace: string; readonly name: string }[];
  /** Secrets with the CAs that clients are verified by. */
  readonly clientCas?: readonly { readonly namespace: string; readonly name: string }[];
  /** Gateways or ListenerSets. */
  readonly parents: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly section?: string;
  }[];
  readonly passthrough?: true;
  /** Traefik's own ACME client that gets the certificate. */
  readonly resolver?: string;
  /** What its controller says against it. */
  readonly problems: readonly string[];
}

/** Contour's TLSCertificateDelegation: which Secrets of its namespace others may name. */
export interface DelegationFact {
  readonly namespace: string;
  readonly name: string;
  readonly secrets: readonly { readonly name: string; readonly namespaces: readonly string[] }[];
}

/** external-secrets.io: a copy of something outside into a Secret, again and again. */
export interface ExternalSecretFact {
  readonly namespace: string;
  readonly name: string;
  readonly target: string;
  readonly creationPolicy?: string;
  readonly refreshInterval?: string;
  /** RFC 3339. */
  readonly refreshed?: string;
  readonly ready?: ConditionFact;
}

/** trust-manager's Bundle, or ClusterBundle, which followed it: roots that it copies into every namespace. */
export interface TrustBundleFact {
  readonly kind: 'Bundle' | 'ClusterBundle';
  readonly name: string;
  /** Data key of the target ConfigMap, which bears the Bundle's name. */
  readonly configMapKey?: string;
  readonly secretKey?: string;
  /** `secret/NAME#KEY`, `configmap/NAME#KEY` (`*`: every key), `secrets by label`, `inline`, `default CAs`. */
  readonly sources: readonly string[];
  /** Certificates that stand in its spec: SHA-256 of each. */
  readonly inline?: readonly string[];
  readonly synced?: ConditionFact;
}

/** What a source of a Bundle holds, as far as the trust namespace lets it be seen. */
export interface TrustSourceFact {
  readonly bundle: string;
  /** As the Bundle's fact has it. */
  readonly source: string;
  /** The trust namespace. */
  readonly namespace: string;
  /** What is not there: the object, its key, or any certificate under it. */
  readonly missing?: 'object' | 'key' | 'certificates';
  /** SHA-256 of each certificate. */
  readonly certificates: readonly string[];
}

/** What trust-manager has written of a Bundle: equal copies are one fact. */
export interface TrustCopyFact {
  readonly bundle: string;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly key: string;
  readonly namespaces: readonly string[];
  /** SHA-256 of each certificate, in order of their digits. */
  readonly certificates: readonly string[];
}

/** A Service whose load balancer ends TLS with a certificate that its cloud keeps. */
export interface LoadBalancerFact {
  readonly namespace: string;
  readonly name: string;
  /** Which annotation says so. */
  readonly annotation: string;
  /** ARNs or identifiers; for OCI the Secret that its controller uploads. */
  readonly certificates: readonly string[];
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

/** GKE's ManagedCertificate: Google keeps it at the load balancer. */
export interface ManagedCertificateFact {
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly domains: readonly string[];
  /** `Active`, `Provisioning`, `ProvisioningFailed`, `RenewalFailed`, ... */
  readonly state?: string;
  /** RFC 3339. */
  readonly notAfter?: string;
  /** Domains that are not in order, each with its state: `FailedNotVisible`. */
  readonly failing: readonly { readonly domain: string; readonly state: string }[];
}
