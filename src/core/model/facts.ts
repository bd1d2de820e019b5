import type { RoleId } from './role.ts';

/** What sources say beside certificates, by kind. A new kind is one more line here. */
export interface FactKinds {
  cluster: ClusterFact;
  credential: CredentialFact;
  kubeconfig: KubeconfigFact;
  file: FileFact;
  ingress: IngressFact;
  gateway: GatewayFact;
  secret: SecretFact;
  certificate: CertificateFact;
  issuer: IssuerFact;
  caBundle: CaBundleFact;
  csr: CsrFact;
  configMap: ConfigMapFact;
  pod: PodFact;
  node: NodeFact;
  staticPod: StaticPodFact;
  process: ProcessFact;
  kubeadm: KubeadmFact;
  kubelet: KubeletFact;
  acceptance: AcceptanceFact;
  apiEndpoint: ApiEndpointFact;
  lease: LeaseFact;
  health: HealthFact;
  viewpoint: ViewpointFact;
  requestHeader: RequestHeaderFact;
}
export type FactKind = keyof FactKinds;

/** The facts of a snapshot: each record knows the reading (index into coverage) that it comes from. */
export type Facts = { readonly [K in FactKind]?: readonly Seen<FactKinds[K]>[] };
export type Seen<T> = T & { readonly seen: number };

/** Which cluster this is, who runs its control plane, and from which side the tool looks. */
export interface ClusterFact {
  readonly server: string;
  readonly version?: string;
  /** `kubeadm`, `eks`, `k3s`, ...; `unknown` when nothing tells. */
  readonly distribution: string;
  /** How it was recognised. */
  readonly evidence: string;
  /** UID of the namespace kube-system. */
  readonly uid?: string;
}

/** The credential with which this tool speaks to the API server. */
export interface CredentialFact {
  readonly kind: 'certificate' | 'token' | 'exec' | 'basic' | 'service-account' | 'none';
  readonly user: string;
  readonly context: string;
  /** When it ends, RFC 3339; absent: it does not say. */
  readonly notAfter?: string;
  /** Who the certificate or token says it is. */
  readonly subject?: string;
  /** The placement of a client certificate. */
  readonly ref?: string;
}

/** One user, cluster or context entry of a kubeconfig that has something worth saying. */
export interface KubeconfigFact {
  readonly path: string;
  readonly currentContext?: string;
  readonly contexts: readonly {
    readonly name: string;
    readonly cluster: string;
    readonly user: string;
    readonly namespace?: string;
  }[];
  readonly clusters: readonly {
    readonly name: string;
    readonly server: string;
    readonly insecure?: true;
    readonly tlsServerName?: string;
  }[];
  readonly problems: readonly string[];
}

/** A local file that held a certificate, a key, a request or a CRL, or should have. */
export interface FileFact {
  readonly path: string;
  /** `pem`, `der`, `pkcs12`, `jks`, `kubeconfig`, `crl`, `request`, `key`, `unreadable`. */
  readonly format: string;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Last change, RFC 3339. */
  readonly modified: string;
  readonly hasPrivateKey: boolean;
  readonly linkTo?: string;
  readonly problems: readonly string[];
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

/** Where the API server is told to call, and by which caBundle it verifies the answer. */
export interface CaBundleFact {
  readonly kind:
    | 'MutatingWebhookConfiguration'
    | 'ValidatingWebhookConfiguration'
    | 'APIService'
    | 'CustomResourceDefinition';
  readonly name: string;
  /** Position in a webhook configuration's list. */
  readonly index?: number;
  /** The placements' ref without the bundle index. */
  readonly ref: string;
  /** The webhook's own name in its configuration. */
  readonly webhook?: string;
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly url?: string;
  readonly failurePolicy?: string;
  readonly empty: boolean;
  readonly insecure?: true;
  /** APIService condition Available. */
  readonly available?: { readonly status: string; readonly reason: string; readonly message: string };
  /** Ref of what cert-manager's or OpenShift's injector copies the bundle from: `certificate/NS/NAME`. */
  readonly injectedFrom?: string;
  /** What of the bundle does not read. */
  readonly problems?: readonly string[];
}

export interface CsrFact {
  readonly name: string;
  readonly signerName: string;
  readonly username: string;
  readonly state: 'pending' | 'approved' | 'denied' | 'failed' | 'issued';
  readonly reason?: string;
  readonly message?: string;
  readonly created: string;
  readonly subject: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  /** What of the request or the issued certificate does not read. */
  readonly problems?: readonly string[];
}

/** A ConfigMap whose bundle does not read whole. */
export interface ConfigMapFact {
  readonly namespace: string;
  readonly name: string;
  readonly problems: readonly string[];
}

/** A Pod, projected while its page streamed by. */
export interface PodFact {
  readonly namespace: string;
  readonly name: string;
  readonly node?: string;
  readonly owner?: string;
  readonly serviceAccount?: string;
  /** When the oldest of its running containers started, else the Pod itself; RFC 3339. */
  readonly started?: string;
  readonly phase?: string;
  readonly ip?: string;
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
  /** Values of selected labels and annotations that tell a controller or a mesh proxy. */
  readonly mesh?: { readonly kind: 'istio' | 'linkerd' | 'ambient'; readonly revision?: string };
  readonly labels?: Readonly<Record<string, string>>;
}

export interface NodeFact {
  readonly name: string;
  readonly version: string;
  readonly osImage: string;
  readonly providerID?: string;
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  readonly kubeletPort?: number;
  readonly controlPlane: boolean;
  readonly ready?: { readonly status: string; readonly reason: string; readonly message: string };
  /** Those that tell roles, places and distributions apart. */
  readonly labels: Readonly<Record<string, string>>;
  /** kubeadm set this node up: it bears kubeadm's annotation. */
  readonly kubeadm?: true;
}

/** A static Pod of the control plane on this node, by its manifest: what its process reads and where it serves. */
export interface StaticPodFact {
  /** `etcd`, `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`. */
  readonly component: string;
  /** Path of the manifest. */
  readonly manifest: string;
  /** Files of certificates, keys and kubeconfigs that its flags name, as paths of this machine. */
  readonly files: readonly string[];
  readonly endpoints: readonly ServedEndpoint[];
  /** What it shows to whom when it dials. */
  readonly clients?: readonly DialedServer[];
}

/** A server that a component dials with a client certificate of its own. */
export interface DialedServer {
  /** Of the client certificate. */
  readonly role: RoleId;
  readonly certificate: string;
  readonly key: string;
  /** By what it verifies the server. */
  readonly ca?: string;
  /** Addresses that flags name; empty: those are not in its flags, as a kubelet's. */
  readonly servers: readonly { readonly address: string; readonly port: number }[];
}

/** Where a component of the control plane speaks TLS on its node. */
export interface ServedEndpoint {
  readonly role: RoleId;
  /** Address to dial on the node itself. */
  readonly address: string;
  readonly port: number;
  /** The certificate that it ought to serve; absent: one that it keeps in memory. */
  readonly file?: string;
  /** Path of its health over HTTPS, which answers 200 to anyone. */
  readonly health?: string;
}

/** A process of this machine that reads certificates. */
export interface ProcessFact {
  readonly program: string;
  readonly pid: number;
  /** RFC 3339 UTC with milliseconds. */
  readonly started: string;
  /** Files that its flags name, with their last change (RFC 3339) where they can be seen. */
  readonly files: readonly { readonly path: string; readonly modified?: string }[];
}

/** What `kubeadm certs check-expiration` says of this node: a second opinion beside the files. */
export interface KubeadmFact {
  /** Folder of certificates that it was told to look at, as a path of this machine. */
  readonly certDir: string;
  /**
   * What it took its configuration from: the cluster, a file, or nothing (`fallback`): external etcd, another folder
   * and validities are then unknown to it.
   */
  readonly configuration: 'cluster' | 'file' | 'fallback';
  readonly rows: readonly KubeadmRowFact[];
}

export interface KubeadmRowFact {
  /** kubeadm's own name: `apiserver`, `admin.conf`, `etcd-ca`. */
  readonly name: string;
  readonly missing: boolean;
  /** RFC 3339; absent when missing. */
  readonly expires?: string;
  /** The CA's key is not on this machine: kubeadm cannot renew it. */
  readonly externallyManaged: boolean;
}

/** The kubelet of this node, by its configuration file. */
export interface KubeletFact {
  /** Path of its configuration. */
  readonly config: string;
  readonly address: string;
  readonly port: number;
  /** The pair that it is told to serve; absent: it makes or requests one. */
  readonly servingFile?: string;
  /** CA that it verifies its clients by. */
  readonly clientCAFile?: string;
  /** It rotates its client certificate. */
  readonly rotates: boolean;
  /** It requests its serving certificate from the cluster. */
  readonly requestsServing: boolean;
}

/** Whether a server took a client certificate of this node that was shown to it. */
export interface AcceptanceFact {
  /** Ref of what was dialled: `tls://ADDRESS:PORT`. */
  readonly server: string;
  /** Role of what the server serves. */
  readonly serverRole: RoleId;
  /** Ref of the client certificate's placement. */
  readonly client: string;
  readonly accepted: boolean;
  /** A TLS alert, during the handshake or after it; or an HTTP status. */
  readonly answer: string;
}

/** One API server as the cluster itself knows it: an address of the Service `default/kubernetes`. */
export interface ApiEndpointFact {
  readonly address: string;
  readonly port: number;
}

/** A lease by which something shows that it still works: a kubelet, or the leader of a component. */
export interface LeaseFact {
  readonly namespace: string;
  readonly name: string;
  readonly holder: string;
  /** Seconds after which others take the holder for gone. */
  readonly durationSeconds: number;
  /** RFC 3339. */
  readonly renewed: string;
}

/** What the API server says of its own health. */
export interface HealthFact {
  /** Names of the checks that fail: `etcd`, `poststarthook/...`. */
  readonly failing: readonly string[];
}

/** From which side this run looked, and what cannot be seen from there. */
export interface ViewpointFact {
  readonly side: 'control-plane-node' | 'worker-node' | 'pod' | 'node-network' | 'outside';
  /** Name of the node, where that is known. */
  readonly node?: string;
  /** How that was recognised. */
  readonly evidence: string;
  readonly blind: readonly string[];
}

/** Whom aggregated APIs believe to be the API server: ConfigMap kube-system/extension-apiserver-authentication. */
export interface RequestHeaderFact {
  /** Common names of client certificates; empty: any that the front-proxy CA signed. */
  readonly allowedNames: readonly string[];
}
