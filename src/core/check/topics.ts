/** A question that people ask about certificates in Kubernetes, and its answer. */
export interface Topic {
  /** What is typed after `explain`. */
  readonly id: string;
  readonly question: string;
  /** Paragraphs. */
  readonly answer: readonly string[];
  /** Commands that show or do it. */
  readonly commands: readonly string[];
  /** Codes and other topics that go deeper. */
  readonly see: readonly string[];
  /** There is something to say of a cluster as well: in-cluster.ts says it. */
  readonly ofCluster?: true;
}

export const TOPICS: readonly Topic[] = [
  {
    id: 'layers',
    question: 'Which certificates does a cluster have, and who keeps them?',
    answer: [
      'Three layers, kept by different hands and on different clocks. The cluster layer is how API server, etcd, kubelets and their clients know each other: a year for leaves and ten for CAs with kubeadm, hidden and rotated by the provider on a managed cluster. The ingress layer is what the outside sees: Secrets that an Ingress or Gateway names, most often kept by cert-manager. The mesh layer is what workloads show each other: a day or less, rotated by the proxies, under a CA that often nobody rotates.',
      'When the first layer ends the cluster stands still though Pods go on; the second takes a site away from its users; the third breaks calls between services, one reconnect at a time.',
    ],
    commands: ['kubectl certs layers', 'kubectl certs layers --layer mesh -o wide'],
    see: ['which-layer', 'expiry-at-one-year'],
  },
  {
    id: 'which-layer',
    question: 'Something says x509: which layer is it?',
    answer: [
      'Look at who speaks to whom. kubectl, kubelet or a controller that names port 6443, 10250 or 2379: the cluster layer. A browser, or curl to a public host: the ingress layer. "upstream connect error", a sidecar or a linkerd-proxy in the log: the mesh. "failed calling webhook" lies between: the API server is the client, and the certificate belongs to whoever runs the webhook.',
      'A mesh does not replace ingress certificates, nor the other way round: the first are for workloads of this cluster, the second for clients that know only public names.',
    ],
    commands: ['kubectl certs check', 'kubectl certs check HOST:PORT'],
    see: ['layers', 'CA_BUNDLE_MISMATCH', 'NAME_NOT_COVERED'],
    ofCluster: true,
  },
  {
    id: 'expiry-at-one-year',
    question: 'Why does a kubeadm cluster stop after one year?',
    answer: [
      'kubeadm gives its leaves 8760 hours and renews them only when it is told to, or when it upgrades the cluster. A cluster that is upgraded at least once a year never notices. One that is not loses its API server, its controllers and its admin kubeconfig on the same day, because they were all made in the same minute. Connections that are open survive, so the failure shows at the next restart.',
      'From kubeadm 1.31 on the lifetime can be set: certificateValidityPeriod in ClusterConfiguration (v1beta4). The API server also keeps a certificate in memory for its calls to itself, a year long in older versions, that only a restart renews.',
    ],
    commands: ['kubeadm certs check-expiration', 'kubectl certs check --layer cluster --at +90d'],
    see: ['renew-all', 'CERT_EXPIRED', 'CA_EXPIRES_BEFORE_LEAF'],
  },
  {
    id: 'renew-all',
    question: 'Is "kubeadm certs renew all" enough?',
    answer: [
      'No. It writes new files on the node where it runs, and nothing else: the CAs, kubelet.conf, everything under /var/lib/kubelet/pki, the other control plane nodes and every copy of admin.conf stay as they were. It keeps no backup and stops at the first error, and it exits 0 when a file is missing or a CA is external.',
      'The controller-manager and the scheduler hold their kubeconfig from their start and need a restart; etcd and recent API servers read new files by themselves. Restarting the kubelet does not restart static Pods, and deleting their mirror Pods does not either: move each manifest out of /etc/kubernetes/manifests, wait until its container is gone, move it back, one component and one node at a time. Then compare what is served with what is stored.',
    ],
    commands: ['kubectl certs check --layer cluster', 'crictl ps'],
    see: ['expiry-at-one-year', 'SERVED_DIFFERS_FROM_STORED', 'STALE_COPY'],
  },
  {
    id: 'managed-clusters',
    question: 'Who renews on EKS, GKE, AKS, k3s, RKE2, Talos and OpenShift?',
    answer: [
      'On EKS, GKE and AKS the provider rotates the control plane; what is left to you are kubeconfigs with an embedded CA when that CA is replaced, and the two layers above. k3s and RKE2 renew what is near its end, but only at their start: a server that runs for a year untouched expires. Talos rotates its own but not the kubeconfig it gave you. The operators of OpenShift rotate everything, and need approvals after a long pause. kops makes certificates with each node: rolling the nodes is the renewal.',
    ],
    commands: ['kubectl certs layers --layer cluster'],
    see: ['expiry-at-one-year', 'CSR_PENDING'],
  },
  {
    id: 'which-issuer',
    question: "Let's Encrypt or a private CA?",
    answer: [
      "A public CA where clients are not yours: browsers, customers, anything that comes with its own trust store. A private CA (cert-manager's CA issuer, Vault, a cloud CA) for everything inside: its clients can be given the root, names need not exist in public DNS, nothing appears in the public transparency logs, and lifetimes and rates are yours to set.",
      'A private CA brings a duty: its root has to reach every client, and its own end comes. Distribute old and new root together while one replaces the other.',
    ],
    commands: ['kubectl get clusterissuers,issuers -A', 'kubectl certs check --layer ingress'],
    see: ['ISSUER_REPLACED', 'CA_EXPIRES_BEFORE_LEAF', 'CHAIN_UNTRUSTED'],
    ofCluster: true,
  },
  {
    id: 'gateway-api',
    question: 'Does this work with the Gateway API instead of Ingress?',
    answer: [
      'Yes. A listener with protocol HTTPS names its Secrets in tls.certificateRefs, and cert-manager makes them when the Gateway, not the HTTPRoute, carries the issuer annotation and the listener has a hostname. The Gateway support of cert-manager has to be switched on, and the CRDs have to be there when it starts.',
      'A Secret in another namespace needs a ReferenceGrant beside the Secret; cert-manager makes none there. "Programmed" says that the configuration is on its way, not that the new certificate is served.',
    ],
    commands: ['kubectl certs layers gateway/NAME', 'kubectl describe gateway NAME'],
    see: ['SECRET_MISSING', 'NAME_NOT_COVERED'],
    ofCluster: true,
  },
  {
    id: 'non-http',
    question: 'How do databases, brokers and gRPC services get certificates?',
    answer: [
      'Write a cert-manager Certificate yourself, mount its Secret as a volume, and have the program read the files. A mounted Secret follows a renewal within a minute or two, but not with subPath and not in environment variables; and the program has to load the files again, by itself or by a restart.',
      'The inventory names the Pods that mount a Secret as its consumers. Only a handshake proves what a process holds: give it the address with --probe, with postgres://, mysql://, smtp:// and their like for protocols that upgrade to TLS.',
    ],
    commands: ['kubectl get certificates -A', 'kubectl certs check --probe postgres://db.shop.svc:5432'],
    see: ['SERVED_DIFFERS_FROM_STORED', 'SECRET_UNUSED'],
    ofCluster: true,
  },
  {
    id: 'mesh-and-cert-manager',
    question: 'Do I need cert-manager when I have a service mesh?',
    answer: [
      'For what comes from outside, yes: the certificates of a mesh name workloads and are trusted by the mesh alone. The two meet where cert-manager keeps the CA of the mesh, through istio-csr, a cacerts Secret, or the issuer Secret of Linkerd. That is worth doing, since a CA plugged in by hand is rotated by nobody.',
    ],
    commands: ['kubectl certs layers --layer mesh'],
    see: ['layers', 'CERT_EXPIRING'],
    ofCluster: true,
  },
  {
    id: 'monitoring',
    question: 'Which alerts tell of an expiry in time?',
    answer: [
      'One for each layer, and one from outside. kube-state-metrics has no expiry of control plane files, and apiserver_client_certificate_expiration_seconds is a histogram of what is left to clients that called, not a date: a rule that subtracts time() from it never fires. The ready metric of cert-manager stays 1 while renewals fail, until the certificate ends. A probe of the real address sees what clients see.',
      'Days alone mislead: thirty days are long for a certificate of 45 days and nothing for a CA. The policy of check uses a share of the lifetime as well.',
    ],
    commands: ['kubectl certs check --fail-on critical -q', 'kubectl certs layers --expiring-within 30d'],
    see: ['policy', 'CERT_EXPIRING'],
  },
  {
    id: 'verdicts',
    question: 'What do the exit codes of check mean?',
    answer: [
      '0 ok, 1 warning, 2 critical, 3 unknown: the worst of critical, unknown, warning and ok. Information never changes the verdict. Unknown means that a source in scope was denied, unreachable, cut off or read in part, so that nothing can be said about it; a source that does not exist here is not unknown. --fail-on chooses from which status on the exit code is not 0.',
      'Others: 64 bad usage, 65 unreadable input, 69 nothing answered at all, 70 a fault of this program, 130 interrupted.',
    ],
    commands: ['kubectl certs check --fail-on critical', 'kubectl certs check -o json'],
    see: ['policy', 'SOURCE_UNREAD'],
  },
  {
    id: 'policy',
    question: 'How do I change the thresholds, or silence a finding?',
    answer: [
      'With a file in YAML that names only what differs from the default; durations are 30d, 720h or 1w, shares 1/3, 33% or 0.33. A threshold is the smaller of an absolute time and a share of the lifetime; a duration alone holds for every lifetime. What renews itself is judged by shares of the time between its due time and its end.',
      'leaf: {warn: {before: 30d, share: 1/3}, critical: {before: 7d, share: 1/10}}\nca: {warn: {before: 180d, share: 1/3}, critical: {before: 30d, share: 1/10}}\nselfRenewing: {warnAfter: 1/3, criticalAfter: 2/3}\nclockSkew: 60s\nminimumBits: {rsa: 2048, ecdsa: 256}\nignore:\n- {code: SECRET_UNUSED, placement: secret/backup/*, reason: restored by hand}',
    ],
    commands: ['kubectl certs check --policy policy.yaml', 'kubectl certs check --warn 60d --critical 14d'],
    see: ['verdicts', 'CERT_EXPIRING'],
  },
];
