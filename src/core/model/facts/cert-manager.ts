/** Kinds of fact of this file. A new kind is one more line here. */
export interface CertManagerFactKinds {
  certificate: CertificateFact;
  certificateRequest: CertificateRequestFact;
  order: OrderFact;
  challenge: ChallengeFact;
  issuer: IssuerFact;
  issuerCredential: IssuerCredentialFact;
  externalIssuer: ExternalIssuerFact;
  keystore: KeystoreFact;
}

/** A condition of a status. */
export interface ConditionFact {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The issuer that something names; the group is cert-manager's own or that of an external issuer. */
export interface IssuerReference {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
}

/** cert-manager's Certificate, as far as renewal and ownership need it. Durations are Go's: `2160h0m0s`. */
export interface CertificateFact {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  /** RFC 3339. */
  readonly created?: string;
  /** Ref of the object that its shim made it for: `ingress/NS/NAME`. */
  readonly owner?: string;
  readonly secretName: string;
  readonly commonName?: string;
  /** The whole subject as RFC 4514 text, in place of its parts. */
  readonly literalSubject?: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emails?: readonly string[];
  readonly issuer: IssuerReference;
  readonly isCA: boolean;
  readonly usages?: readonly string[];
  /** Keystores that are kept beside the pair: their data keys, and where their passwords lie. */
  readonly keystores?: readonly {
    readonly kind: 'pkcs12' | 'jks';
    readonly key: string;
    readonly passwordSecret?: { readonly name: string; readonly key: string };
  }[];
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly renewBeforePercentage?: number;
  readonly privateKey?: { readonly algorithm?: string; readonly size?: number; readonly rotationPolicy?: string };
  readonly revisionHistoryLimit?: number;
  /** A self-signed stand-in is written until the real one is there (annotation issue-temporary-certificate). */
  readonly temporary?: true;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly renewalTime?: string;
  readonly ready?: ConditionFact;
  /** How often it was issued. */
  readonly revision?: number;
  /** Secret of an issuance's private key, while it lasts. */
  readonly nextPrivateKeySecretName?: string;
  /** Since when it is, or is not, being issued: the last change of `issuing`. RFC 3339. */
  readonly issuingSince?: string;
  readonly issuing?: ConditionFact;
  readonly lastFailureTime?: string;
  readonly failedIssuanceAttempts?: number;
  readonly renewalDisabled?: true;
  /** Renewals are held back to these times (spec.renewal.windows). */
  readonly renewalWindows?: readonly RenewalWindow[];
  /** What the CA advises (ACME Renewal Information, RFC 9773). */
  readonly ari?: {
    readonly start?: string;
    readonly end?: string;
    readonly nextCheck?: string;
    readonly error?: string;
    /** Why the window is as it is: a page of the CA. */
    readonly explanation?: string;
  };
}

/** When a Certificate may be renewed: from each moment of a crontab line, for a while. */
export interface RenewalWindow {
  readonly cron: string;
  /** Go's duration. */
  readonly duration: string;
  /** IANA name; absent: UTC. */
  readonly timezone?: string;
}

/** cert-manager's CertificateRequest: one try to issue; the chain that it was issued is a placement. */
export interface CertificateRequestFact {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly created?: string;
  /** UID of the Certificate that it is for. */
  readonly owner?: string;
  readonly certificateName?: string;
  readonly revision?: number;
  readonly issuer: IssuerReference;
  readonly isCA: boolean;
  readonly usages?: readonly string[];
  readonly duration?: string;
  readonly approved?: ConditionFact;
  readonly denied?: ConditionFact;
  readonly invalid?: ConditionFact;
  readonly ready?: ConditionFact;
  readonly failureTime?: string;
  /** What the signed request asks for, and the key that it proves; absent: it does not read. */
  readonly asks?: {
    readonly spki: string;
    readonly subject: string;
    readonly dnsNames: readonly string[];
    readonly ipAddresses: readonly string[];
    readonly uris: readonly string[];
    readonly emails: readonly string[];
  };
}

/** cert-manager's ACME Order. */
export interface OrderFact {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly created?: string;
  /** UID of the CertificateRequest that it is for. */
  readonly owner?: string;
  readonly issuer: IssuerReference;
  readonly dnsNames: readonly string[];
  /** `pending`, `valid`, `errored`, ...; absent: not begun. */
  readonly state?: string;
  readonly reason?: string;
  readonly url?: string;
  readonly failureTime?: string;
  readonly authorizations: readonly {
    readonly url?: string;
    readonly identifier: string;
    readonly wildcard: boolean;
    readonly initialState?: string;
    /** Types that the CA offers: `http-01`, `dns-01`. */
    readonly offers: readonly string[];
  }[];
}

/** cert-manager's ACME Challenge. Of the key authorization nothing is kept. */
export interface ChallengeFact {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly created?: string;
  /** UID of the Order that it is for. */
  readonly owner?: string;
  readonly issuer: IssuerReference;
  /** `HTTP-01` or `DNS-01`. */
  readonly type: string;
  /** The base domain, for wildcards too. */
  readonly dnsName: string;
  readonly wildcard: boolean;
  /** Public: it is the name of the page that HTTP-01 asks for. */
  readonly challengeToken?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly presented: boolean;
  readonly processing: boolean;
  /** It is being deleted, and its clean-up has not ended. */
  readonly deleting?: true;
  readonly solver?: SolverFact;
}

/** One way in which an ACME issuer proves names. */
export interface SolverFact {
  readonly type: 'http01' | 'dns01' | 'unknown';
  /** `ingress`, `gatewayHTTPRoute`, or the DNS provider: `route53`, `webhook`, ... */
  readonly provider: string;
  /** For which names; all empty: for every name. */
  readonly dnsNames: readonly string[];
  readonly dnsZones: readonly string[];
  readonly matchLabels?: Readonly<Record<string, string>>;
  /** Ingress class that its solver Ingress gets; by field or by the old annotation. */
  readonly className?: string;
  readonly classBy?: 'ingressClassName' | 'class';
  /** An Ingress that is edited instead of a new one. */
  readonly ingressName?: string;
  /** Refs of the Gateways that carry its route. */
  readonly parents?: readonly string[];
  readonly webhook?: { readonly group: string; readonly name: string };
}

/** cert-manager's Issuer or ClusterIssuer. */
export interface IssuerFact {
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly namespace?: string;
  readonly name: string;
  /** `acme`, `ca`, `selfSigned`, `vault`, `venafi`. */
  readonly type: string;
  readonly caSecretName?: string;
  readonly ready?: ConditionFact;
  /** Since when it is, or is not, ready. RFC 3339. */
  readonly readySince?: string;
  /** When its spec was written last, as far as managedFields tell. RFC 3339. */
  readonly changed?: string;
  readonly acme?: {
    readonly server: string;
    readonly email?: string;
    /** Of the account that was registered. */
    readonly accountUri?: string;
    readonly preferredChain?: string;
    readonly profile?: string;
    readonly solvers: readonly SolverFact[];
  };
  readonly vault?: {
    readonly server: string;
    readonly path: string;
    /** `kubernetes`, `appRole`, `tokenSecretRef`, `clientCertificate`, `aws`. */
    readonly auth: string;
    readonly role?: string;
    readonly serviceAccount?: string;
    readonly hasCaBundle: boolean;
  };
  /** Secrets that it reads, in its own namespace or, for a ClusterIssuer, in cert-manager's. */
  readonly credentials?: readonly IssuerSecret[];
}

/** A Secret that an issuer reads, and for what. */
export interface IssuerSecret {
  /** `ACME account key`, `route53 credentials`. */
  readonly use: string;
  readonly name: string;
  readonly key?: string;
  /** cert-manager makes it where it is not there. */
  readonly made?: true;
}

/** Whether a Secret that an issuer names can be used; nothing of its value is kept. */
export interface IssuerCredentialFact extends IssuerSecret {
  /** Ref of the issuer. */
  readonly issuer: string;
  /** Where cert-manager looks for it. */
  readonly namespace: string;
  readonly state: 'present' | 'secret-missing' | 'key-missing' | 'empty' | 'padded';
  /** Namespaces that have a Secret of this name. */
  readonly elsewhere?: readonly string[];
}

/** A keystore in a Secret, as far as the password that is named for it leads. */
export interface KeystoreFact {
  readonly namespace: string;
  readonly secret: string;
  /** Data key: `keystore.p12`. */
  readonly key: string;
  readonly kind: 'pkcs12' | 'jks';
  /** The Certificate that asks for it. */
  readonly certificate: string;
  /** `SECRET#KEY` in the same namespace. */
  readonly passwordSecret?: string;
  readonly state: 'opened' | 'locked' | 'damaged' | 'missing' | 'password-missing';
  readonly reason?: string;
}

/** An issuer of another group than cert-manager's own, which a controller of its own serves. */
export interface ExternalIssuerFact extends IssuerReference {
  /** Absent: it is there for every namespace. */
  readonly namespace?: string;
  readonly state: 'found' | 'missing' | 'unread';
  /** Why it is missing or unread. */
  readonly reason?: string;
  /** By custom these say Ready as cert-manager's own do; absent: it says nothing. */
  readonly ready?: ConditionFact;
}
