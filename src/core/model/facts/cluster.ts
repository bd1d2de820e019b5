/** Kinds of fact of this file. A new kind is one more line here. */
export interface ClusterFactKinds {
  cluster: ClusterFact;
  credential: CredentialFact;
  caBundle: CaBundleFact;
  csr: CsrFact;
  configMap: ConfigMapFact;
  pod: PodFact;
  podLabels: PodLabelsFact;
  node: NodeFact;
  apiEndpoint: ApiEndpointFact;
  lease: LeaseFact;
  health: HealthFact;
  requestHeader: RequestHeaderFact;
}

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
  /** Why it is not ready, where its condition says so: `CrashLoopBackOff`. */
  readonly unready?: string;
  readonly ip?: string;
  readonly secrets: readonly string[];
  /** Secrets of these that a running container never sees change: mounted by subPath, or taken into the environment. */
  readonly frozenSecrets?: readonly string[];
  readonly configMaps: readonly string[];
  /** A CSI driver that hands certificates to it as files: `csi.cert-manager.io`. */
  readonly csiCertificates?: string;
  /** Values of selected labels and annotations that tell a controller or a mesh proxy. */
  readonly mesh?: {
    readonly kind: 'istio' | 'linkerd' | 'ambient';
    readonly revision?: string;
    /** The proxy is a native sidecar: it stands among the init containers and never ends. */
    readonly native?: true;
    /** Audience of the token that the proxy asks for its certificate with, where it is not the usual one. */
    readonly audience?: string;
    /** Whom the proxy of Istio asks for its certificate, where that is not istiod: CA_ADDR. */
    readonly caAddress?: string;
    readonly traffic?: PodTraffic;
    /** Ports that the kubelet asks by HTTP or gRPC, without an identity, past Istio's agent. */
    readonly probes?: readonly number[];
  };
  /** What it says itself of being in a mesh; `off`: it opted out, or is on the host's network. */
  readonly meshIntent?: 'on' | 'off';
  readonly labels?: Readonly<Record<string, string>>;
  /** The proxy that runs on though every other container of this Pod of a Job has ended well. */
  readonly waitsForSidecar?: string;
}

/** What of a Pod's traffic goes past its proxy, and whom the proxy lets in, where that is not as the mesh installs it. */
export interface PodTraffic {
  /** Ports and ranges of the Pod that are reached past the proxy, in plain text: `25,4190-4191`. */
  readonly skipsInbound?: string;
  /** Ports of others that the Pod reaches past its proxy. */
  readonly skipsOutbound?: string;
  /** Of Istio: the only ports that the proxy stands before; empty: none. */
  readonly onlyInbound?: string;
  /** Of Linkerd: ports of which the protocol is not looked at, beside those of the installation. */
  readonly opaque?: string;
  /** Of Linkerd: who may call where no policy says so: `deny`, `cluster-authenticated`, ... */
  readonly inboundPolicy?: string;
}

/** Labels of Pods that were kept beside the usual ones, since something selects Pods by them. */
export interface PodLabelsFact {
  readonly labels: readonly string[];
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

/** Whom aggregated APIs believe to be the API server: ConfigMap kube-system/extension-apiserver-authentication. */
export interface RequestHeaderFact {
  /** Common names of client certificates; empty: any that the front-proxy CA signed. */
  readonly allowedNames: readonly string[];
}
