/** Kinds of fact of this file. A new kind is one more line here. */
export interface IstioFactKinds {
  istioMesh: IstioMeshFact;
  istioWebhook: IstioWebhookFact;
  meshNamespace: MeshNamespaceFact;
  peerAuthentication: PeerAuthenticationFact;
  destinationRule: DestinationRuleFact;
  istioGateway: IstioGatewayFact;
  istioOpinion: IstioOpinionFact;
  istioSync: IstioSyncFact;
  istiod: IstiodFact;
}

/** The mesh configuration of one revision: ConfigMap `istio` or `istio-REVISION`, key `mesh`. */
export interface IstioMeshFact {
  readonly namespace: string;
  /** Name of the ConfigMap. */
  readonly name: string;
  readonly revision: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  /** Where mesh-wide policies stand. */
  readonly rootNamespace: string;
  readonly autoMtls: boolean;
  /** Fingerprints of the roots that are trusted beside the CA's own: `caCertificates[].pem`. */
  readonly extraRoots: readonly string[];
  /** Whom proxies ask for certificates, where that is not istiod. */
  readonly caAddress?: string;
  /** The protocol by which they ask, where it is not istiod's: `GoogleCA`, ... */
  readonly caProvider?: string;
  /** Signers of CertificateSigningRequests that extra roots are for: `caCertificates[].certSigners`. */
  readonly certSigners?: readonly string[];
  /** Gateways by which other networks are reached, of those that are told by address: `meshNetworks.*.gateways`. */
  readonly networkGateways?: readonly { readonly address: string; readonly port: number }[];
}

/** A webhook configuration that injects for a revision, or for a tag that stands for one. */
export interface IstioWebhookFact {
  readonly name: string;
  readonly revision: string;
  readonly tag?: string;
}

/** What a namespace says about meshes. */
export interface MeshNamespaceFact {
  readonly name: string;
  /** Label istio-injection: `enabled` or `disabled`. */
  readonly istioInjection?: string;
  /** Label istio.io/rev: a revision or a tag. */
  readonly revision?: string;
  /** Label istio.io/dataplane-mode: `ambient` or `none`. */
  readonly dataplaneMode?: string;
  /** Annotation linkerd.io/inject. */
  readonly linkerdInject?: string;
}

export type MtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

export interface PeerAuthenticationFact {
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339: of two at one level the older one counts. */
  readonly created?: string;
  /** Absent: the namespace's own, or the mesh's in the root namespace. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Absent: it says nothing, and what stands above counts. */
  readonly mode?: MtlsMode;
  /** By container port. */
  readonly ports: Readonly<Record<string, MtlsMode>>;
}

/** How clients are told to speak to a host. */
export interface DestinationRuleFact {
  readonly namespace: string;
  readonly name: string;
  readonly created?: string;
  readonly host: string;
  /** Namespaces of the clients that it is for; empty: all. `.` is its own. */
  readonly exportTo: readonly string[];
  /** Every place in it that says a mode: `trafficPolicy`, a port, a subset. Where none is, auto mTLS decides. */
  readonly tls: readonly {
    readonly mode: 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';
    readonly port?: number;
    readonly subset?: string;
    readonly credentialName?: string;
  }[];
}

/** Istio's own Gateway (networking.istio.io). */
export interface IstioGatewayFact {
  readonly namespace: string;
  readonly name: string;
  /** Labels of the Pods that it configures. */
  readonly selector: Readonly<Record<string, string>>;
  readonly servers: readonly {
    readonly port: number;
    readonly protocol: string;
    readonly hosts: readonly string[];
    /** `SIMPLE`, `MUTUAL`, `PASSTHROUGH`, `AUTO_PASSTHROUGH`, `ISTIO_MUTUAL`; absent: no TLS. */
    readonly mode?: string;
    readonly credentialName?: string;
  }[];
}

/** What istioctl says of a mesh: a second opinion beside what was read. */
export interface IstioOpinionFact {
  /** `analyze`, `version`, `proxy-status`. */
  readonly command: string;
  readonly messages: readonly {
    readonly code: string;
    readonly level: string;
    readonly message: string;
    /** Ref of the object that it is about: `gateway/NS/NAME`. */
    readonly object?: string;
  }[];
  readonly client?: string;
  readonly servers: readonly string[];
  /** Proxies that istiod has no connection to, or whose secrets it could not send. */
  readonly behind: readonly string[];
}

/** What every istiod that was seen said of the proxies that are connected to it (/debug/syncz). */
export interface IstioSyncFact {
  /** How many istiods were asked; all of them answered. */
  readonly istiods: number;
  /** Proxies that at least one of them has a connection to. */
  readonly connected: number;
  /** Running Pods with a proxy that none of them has one to: how many, and some of them. */
  readonly unconnectedCount: number;
  readonly unconnected: readonly { readonly namespace: string; readonly name: string }[];
  /** Proxies that did not acknowledge what was sent, or refused it: how many, and some of them. */
  readonly behindCount: number;
  readonly behind: readonly {
    readonly namespace: string;
    readonly name: string;
    /** `CDS`, `LDS`, `RDS`, `EDS`, `SDS`. */
    readonly behind: readonly string[];
    readonly error?: string;
  }[];
}

/** Variables of an istiod that say where the certificates come from that it hands out, where they are set. */
export interface IstiodFact {
  readonly namespace: string;
  /** Name of its Pod. */
  readonly name: string;
  /** EXTERNAL_CA: `ISTIOD_RA_KUBERNETES_API`, ... */
  readonly externalCa?: string;
  /** K8S_SIGNER, or CERT_SIGNER_DOMAIN: who signs the requests that it makes for proxies. */
  readonly signer?: string;
  /** ENABLE_CA_SERVER=false: it signs nothing. */
  readonly signsNothing?: true;
  /** PILOT_CERT_PROVIDER: who signs what it serves itself. */
  readonly certProvider?: string;
}
