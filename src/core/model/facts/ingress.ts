/** Kinds of fact of this file. A new kind is one more line here. */
export interface IngressFactKinds {
  ingress: IngressFact;
  gateway: GatewayFact;
  secret: SecretFact;
  certificate: CertificateFact;
  issuer: IssuerFact;
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
    /** Secrets; namespace is the Gateway's own when the reference names none. */
    readonly secrets: readonly { readonly namespace: string; readonly name: string; readonly granted: boolean }[];
  }[];
  readonly addresses: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
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
  readonly managedBy?: string;
  /** Why a key that should hold a certificate or key does not parse. */
  readonly problems: readonly string[];
}

/** cert-manager's Certificate, as far as renewal and ownership need it. */
export interface CertificateFact {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly issuer: { readonly name: string; readonly kind: string; readonly group: string };
  readonly isCA: boolean;
  readonly notAfter?: string;
  readonly renewalTime?: string;
  readonly ready?: { readonly status: string; readonly reason: string; readonly message: string };
  /** How often it was issued. */
  readonly revision?: number;
  /** Secret of an issuance's private key, while it lasts. */
  readonly nextPrivateKeySecretName?: string;
  /** Since when it is, or is not, being issued: the last change of `issuing`. RFC 3339. */
  readonly issuingSince?: string;
  readonly issuing?: { readonly status: string; readonly reason: string; readonly message: string };
  readonly lastFailureTime?: string;
  readonly failedIssuanceAttempts?: number;
  readonly renewalDisabled?: true;
}

/** cert-manager's Issuer or ClusterIssuer. */
export interface IssuerFact {
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly namespace?: string;
  readonly name: string;
  /** `acme`, `ca`, `selfSigned`, `vault`, `venafi`. */
  readonly type: string;
  readonly caSecretName?: string;
  readonly ready?: { readonly status: string; readonly reason: string; readonly message: string };
}
