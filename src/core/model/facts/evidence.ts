/** Kinds of fact of this file. A new kind is one more line here. */
export interface EvidenceFactKinds {
  message: MessageFact;
  service: ServiceFact;
  endpoints: EndpointsFact;
  bootstrapToken: BootstrapTokenFact;
  remoteCluster: RemoteClusterFact;
}

/** What a component said in words: an event, a condition, a line of a log. Secrets in it are taken out by the reader. */
export interface MessageFact {
  readonly from: 'event' | 'condition' | 'log';
  /** Ref of the object that it is about or whose program said it: `pod/NS/NAME`, `challenge/NS/NAME`, `unit/NAME`. */
  readonly object: string;
  /** When it was said last, RFC 3339. */
  readonly at?: string;
  /** An event's or a condition's reason: `FailedCreate`. */
  readonly reason?: string;
  /** At most 2,000 characters; untrusted, so it is shown through core/view/text alone. */
  readonly text: string;
  /** Of an event: `Normal` or `Warning`, and who reported it. */
  readonly type?: string;
  readonly by?: string;
  /** How often an event was seen. */
  readonly count?: number;
  /** Of a Pod's log. */
  readonly container?: string;
}

/** A Service: who a name leads to. */
export interface ServiceFact {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly clusterIPs: readonly string[];
  /** Addresses and names by which the world reaches it: status.loadBalancer, externalIPs, externalName. */
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: string }[];
  /** Empty: whoever made the Service fills in its endpoints. */
  readonly selector: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy?: string;
}

/** How many addresses of a Service are ready: one EndpointSlice. */
export interface EndpointsFact {
  readonly namespace: string;
  /** The Service's name. */
  readonly service: string;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
}

/** A token by which nodes join; its secret half is never read. */
export interface BootstrapTokenFact {
  /** Of its Secret, in kube-system. */
  readonly name: string;
  /** The half before the dot. */
  readonly id: string;
  /** RFC 3339; absent: it does not end. */
  readonly expiration?: string;
  /** Whether cluster-info is signed by it, and whether the API server takes it. */
  readonly signs: boolean;
  readonly authenticates: boolean;
}

/** A Secret with kubeconfigs by which a mesh reaches other clusters. */
export interface RemoteClusterFact {
  readonly namespace: string;
  readonly name: string;
  readonly clusters: readonly {
    /** As the mesh calls it. */
    readonly name: string;
    readonly server: string;
    /** RFC 3339; absent: it has none, or one that does not say when it ends. */
    readonly tokenEnds?: string;
    readonly certificateEnds?: string;
  }[];
}
