/** Kinds of fact of this file. A new kind is one more line here. */
export interface LinkerdFactKinds {
  linkerdCheck: LinkerdCheckFact;
  linkerdConfig: LinkerdConfigFact;
  linkerdLink: LinkerdLinkFact;
  linkerdEdge: LinkerdEdgeFact;
}

/** What `linkerd check` says: a second opinion beside what was read. */
export interface LinkerdCheckFact {
  readonly success: boolean;
  /** A fatal failure ends the list: what would have come after it was not looked at. */
  readonly checks: readonly {
    readonly category: string;
    readonly description: string;
    readonly result: 'success' | 'warning' | 'error';
    readonly error?: string;
  }[];
  /** Of the program that says so: earlier ones look at fewer things. */
  readonly client?: string;
  readonly server?: string;
}

/** A connection between meshed workloads, as their proxies' metrics show it. */
export interface LinkerdEdgeFact {
  readonly source: { readonly namespace: string; readonly name: string };
  readonly destination: { readonly namespace: string; readonly name: string };
  /** Who the server proved to be; absent: no mTLS is known of. */
  readonly serverId?: string;
  /** Why there is no TLS, where that is known. */
  readonly reason?: string;
}

/** The values that a Linkerd control plane was installed with: ConfigMap linkerd-config, key `values`. */
export interface LinkerdConfigFact {
  readonly namespace: string;
  /** The end of every identity: `SA.NS.serviceaccount.identity.NAMESPACE.TRUSTDOMAIN`. */
  readonly trustDomain: string;
  /** Layout of the issuer's Secret: `linkerd.io/tls` or `kubernetes.io/tls`; absent: the values don't say. */
  readonly scheme?: string;
  /** Somebody else, as trust-manager, writes the trust anchors. */
  readonly externalCA: boolean;
  /** Lifetime of workload certificates, seconds. */
  readonly issuanceLifetime?: number;
  /** Fingerprints of the anchors in the values; those in use are in linkerd-identity-trust-roots. */
  readonly anchors: readonly string[];
  /** Who may call a meshed Pod where no policy says so: `all-unauthenticated`, `cluster-authenticated`, ... */
  readonly inboundPolicy?: string;
  /** Ports of which the protocol is not looked at: mTLS between meshed Pods, but no HTTP. */
  readonly opaquePorts?: string;
  /** Ports whose traffic goes past the proxy: no mTLS. */
  readonly skippedInboundPorts?: string;
  readonly skippedOutboundPorts?: string;
}

/** A link to another cluster (multicluster.linkerd.io). */
export interface LinkerdLinkFact {
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string;
  readonly clusterDomain: string;
  readonly gatewayAddresses: readonly string[];
  readonly gatewayPort: number;
  /** The name that the gateway has to prove; empty: the link goes by no gateway. */
  readonly gatewayIdentity: string;
}
