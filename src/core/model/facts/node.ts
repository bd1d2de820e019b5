import type { RoleId } from '../role.ts';

/** Kinds of fact of this file. A new kind is one more line here. */
export interface NodeFactKinds {
  kubeconfig: KubeconfigFact;
  file: FileFact;
  staticPod: StaticPodFact;
  process: ProcessFact;
  component: ComponentFact;
  etcdMember: EtcdMemberFact;
  kubeadm: KubeadmFact;
  kubelet: KubeletFact;
  acceptance: AcceptanceFact;
  viewpoint: ViewpointFact;
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
  /** Bearer tokens that say when they end, by the user that sends them. */
  readonly tokens?: readonly KubeconfigTokenFact[];
  readonly problems: readonly string[];
}

export interface KubeconfigTokenFact {
  readonly user: string;
  /** RFC 3339. */
  readonly notAfter: string;
  /** Who it says that it is. */
  readonly subject?: string;
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

/** With what a program of the control plane signs, verifies and trusts, by its command line. */
export interface ComponentFact {
  /** `kube-apiserver`, `kube-controller-manager`, ... */
  readonly component: string;
  /** What runs it: a process of this machine, a Pod of the cluster, or the manifest of a static Pod. */
  readonly by: 'process' | 'pod' | 'manifest';
  /** Ref of the Pod or of the manifest's file; `process/PID` of a process. */
  readonly object: string;
  /** Values by the flag's name; those of a flag that is given several times are joined by commas. */
  readonly flags: Readonly<Record<string, string>>;
}

/** A member of the etcd that runs on this node, as etcd itself lists it: with stacked etcd a control-plane node each. */
export interface EtcdMemberFact {
  /** kubeadm gives it the node's name; empty until it has started for the first time. */
  readonly name: string;
  /** Where the others reach it: `https://10.0.0.12:2380`. */
  readonly peerURLs: readonly string[];
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

/** From which side this run looked, and what cannot be seen from there. */
export interface ViewpointFact {
  readonly side: 'control-plane-node' | 'worker-node' | 'pod' | 'node-network' | 'outside';
  /** Name of the node, where that is known. */
  readonly node?: string;
  /** How that was recognised. */
  readonly evidence: string;
  readonly blind: readonly string[];
}
