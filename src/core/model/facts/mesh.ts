/** Kinds of fact of this file. A new kind is one more line here. */
export interface MeshFactKinds {
  meshControlPlane: MeshControlPlaneFact;
  meshProxy: MeshProxyFact;
}

export type MeshName = 'istio' | 'linkerd';

/** Where a mesh's control plane gets the CA from that signs workload certificates. */
export type MeshCaSource =
  /** It made its own root and rotates it. */
  | 'self-signed'
  /** A person or tool put an issuer (and root) in place; the control plane signs with it. */
  | 'plugged-in'
  /** A plugged-in issuer that cert-manager renews. */
  | 'cert-manager'
  /** istio-csr answers the requests of proxies. */
  | 'istio-csr'
  /** A signer of Kubernetes' CertificateSigningRequests. */
  | 'kubernetes-csr'
  | 'spire'
  /** Another CA that proxies are told to ask. */
  | 'external'
  | 'unknown';

/** One control plane of a mesh: one revision of istiod, or Linkerd's identity. */
export interface MeshControlPlaneFact {
  readonly mesh: MeshName;
  readonly namespace: string;
  /** Name of its Deployment. */
  readonly name: string;
  readonly revision?: string;
  readonly version?: string;
  readonly caSource: MeshCaSource;
  /** How the source of the CA was recognised. */
  readonly caEvidence?: string;
  readonly trustDomain?: string;
  readonly trustDomainAliases?: readonly string[];
  /** Lifetime that workload certificates are issued with, seconds. */
  readonly workloadTtl?: number;
  /** Ref of the placement that it signs with, where that is known. */
  readonly issuer?: string;
}

/** By which way a proxy was asked. */
export type MeshProxyMeans = 'istioctl' | 'linkerd' | 'port-forward' | 'exec';

/** A proxy of a mesh and what it said of its certificates, which are placements `pod/NS/NAME#sds/RESOURCE`. */
export interface MeshProxyFact {
  readonly mesh: MeshName;
  /** `ztunnel` holds an identity of every service account on its node. */
  readonly kind: 'sidecar' | 'gateway' | 'ztunnel';
  readonly namespace: string;
  /** Name of the Pod. */
  readonly name: string;
  readonly means: MeshProxyMeans;
  readonly resources: readonly ProxyResource[];
  /** Seconds by which the proxy's clock is ahead of ours; absent: it told no time. */
  readonly clockAhead?: number;
  readonly version?: string;
  /** Of Istio: the revision that injected it. */
  readonly revision?: string;
}

/** A certificate or trust bundle by the name that the proxy knows it by: `default`, `ROOTCA`, an identity. */
export interface ProxyResource {
  readonly name: string;
  /** `active` is in use, `warming` waits for content, `unavailable` could not be had. */
  readonly state: 'active' | 'warming' | 'unavailable';
  /** Why it could not be had, in the proxy's words. */
  readonly reason?: string;
  /** Who the certificate says the workload is: a SPIFFE ID, or Linkerd's DNS name. */
  readonly identity?: string;
  /** When it ends, RFC 3339, where the certificate itself was not seen. */
  readonly expires?: string;
}
