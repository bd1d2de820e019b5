/**
 * What a certificate does where it was found. `use` decides which checks and which extended key usage apply:
 * server and client authenticate themselves, ca signs, bundle is trusted, key has no certificate, issued is a
 * record of an issuance.
 */
export interface RoleInfo {
  readonly title: string;
  readonly use: 'server' | 'client' | 'peer' | 'ca' | 'bundle' | 'key' | 'issued' | 'file';
  /** False where no client of a default cluster verifies it: its expiry is information, not an outage. */
  readonly verified: boolean;
  /** Who uses it. */
  readonly consumers: readonly string[];
  /** What breaks, and how, when it ends. */
  readonly breaks: string;
}

/** Consumers and blast radius: cluster-layer reference 1.1 to 1.4, ingress-layer 4, mesh-layer 1 and 3. */
export const ROLES = {
  'cluster-ca': role(
    'cluster CA',
    'ca',
    ['every component and kubeconfig'],
    'everything signed by it fails at once, whatever the leaf says; renewal of leaves cannot fix it',
  ),
  'apiserver-serving': role(
    'API server serving',
    'server',
    ['kubectl', 'kubelets', 'controller-manager', 'scheduler', 'every pod that calls the API'],
    'every client that verifies it stops: kubectl, kubelets, controllers; the cluster is frozen, running pods go on',
  ),
  'apiserver-kubelet-client': role(
    'API server to kubelet client',
    'client',
    ['kube-apiserver'],
    'kubectl logs, exec, attach and port-forward fail: the kubelet answers 401',
  ),
  'apiserver-etcd-client': role(
    'API server to etcd client',
    'client',
    ['kube-apiserver'],
    'the API server cannot open etcd connections and crash-loops',
  ),
  'apiserver-loopback': role(
    'API server loopback',
    'server',
    ['kube-apiserver itself'],
    "the API server's calls to itself fail: quota admission and others refuse new pods although every file is fine",
  ),
  'front-proxy-ca': role(
    'front-proxy CA',
    'ca',
    ['kube-apiserver', 'aggregated API servers'],
    'no front-proxy client certificate is accepted any more: aggregated APIs answer 401',
  ),
  'front-proxy-client': role(
    'front-proxy client',
    'client',
    ['kube-apiserver'],
    'aggregated APIs (metrics.k8s.io and others) answer 401: kubectl top, autoscalers, namespace deletion',
  ),
  'etcd-ca': role('etcd CA', 'ca', ['etcd', 'kube-apiserver'], 'etcd members and the API server refuse each other'),
  'etcd-server': role(
    'etcd serving',
    'server',
    ['kube-apiserver', 'etcdctl'],
    'the API server cannot open etcd connections and crash-loops',
  ),
  'etcd-peer': role(
    'etcd peer',
    'peer',
    ['the other etcd members'],
    'members refuse each other as they reconnect; with several, quorum is lost',
  ),
  'etcd-healthcheck-client': role(
    'etcd healthcheck client',
    'client',
    ['kubeadm', 'etcdctl', 'backup jobs'],
    'etcd backups and kubeadm join or upgrade fail',
  ),
  'service-account-key': role(
    'service account key pair',
    'key',
    ['controller-manager', 'kube-apiserver'],
    'it never expires; when the halves differ no service account token verifies',
  ),
  'admin-client': role(
    'cluster admin client',
    'client',
    ['people', 'kubeadm'],
    'its holders get 401 from the API server',
  ),
  'super-admin-client': role(
    'break-glass admin client',
    'client',
    ['people in an emergency'],
    'the break-glass way in is closed',
  ),
  'controller-manager-client': role(
    'controller-manager client',
    'client',
    ['kube-controller-manager'],
    'no ReplicaSets, endpoints, tokens and no CSR signing: kubelet certificates start to die too',
  ),
  'scheduler-client': role('scheduler client', 'client', ['kube-scheduler'], 'new pods stay Pending'),
  'kubelet-client': role(
    'kubelet client',
    'client',
    ['kubelet'],
    'the node turns NotReady; no pod on it can be started or changed',
  ),
  'kubelet-serving': role(
    'kubelet serving',
    'server',
    ['kube-apiserver', 'metrics-server', 'Prometheus'],
    'only clients that verify it fail: metrics-server, Prometheus, an API server with --kubelet-certificate-authority',
  ),
  'kubelet-serving-self-signed': role(
    'kubelet serving, self-signed',
    'server',
    ['nobody verifies it'],
    'nothing on a default cluster',
    false,
  ),
  'user-client': role(
    'kubeconfig user',
    'client',
    ['whoever uses this kubeconfig'],
    'its holder gets 401 from the API server',
  ),
  'kubeconfig-ca': role(
    'kubeconfig CA',
    'bundle',
    ['whoever uses this kubeconfig'],
    'its holder no longer trusts the API server',
  ),
  'controller-manager-serving': role(
    'controller-manager serving',
    'server',
    ['probes', 'Prometheus'],
    'metrics and health probes that verify it fail',
    false,
  ),
  'scheduler-serving': role(
    'scheduler serving',
    'server',
    ['probes', 'Prometheus'],
    'metrics and health probes that verify it fail',
    false,
  ),
  'webhook-ca': role(
    'webhook caBundle',
    'bundle',
    ['kube-apiserver'],
    'the API server cannot call the webhook: with failurePolicy Fail the matching writes are refused',
  ),
  'apiservice-ca': role('APIService caBundle', 'bundle', ['kube-apiserver'], 'the aggregated API is unavailable'),
  'crd-conversion-ca': role(
    'CRD conversion caBundle',
    'bundle',
    ['kube-apiserver'],
    'objects of the kind cannot be converted, reads fail too',
  ),
  'root-ca-bundle': role(
    'cluster CA published to pods',
    'bundle',
    ['every pod that calls the API'],
    'pods no longer trust the API server',
  ),
  'client-ca-bundle': role(
    'client CA in force',
    'bundle',
    ['kube-apiserver', 'aggregated API servers'],
    'client certificates are refused with 401',
  ),
  'requestheader-ca-bundle': role(
    'front-proxy CA in force',
    'bundle',
    ['aggregated API servers'],
    'aggregated APIs answer 401',
  ),
  'csr-issued': role(
    'issued by a CertificateSigningRequest',
    'issued',
    ['whoever asked for it'],
    'its holder is refused; the object is only the record of the issuance',
    false,
  ),
  'ingress-tls': role(
    'ingress TLS',
    'server',
    ['browsers and API clients of the host'],
    'users of the host see a certificate error',
  ),
  'gateway-tls': role(
    'gateway TLS',
    'server',
    ['browsers and API clients of the host'],
    'users of the host see a certificate error',
  ),
  'ingress-served': role(
    'served for a host',
    'server',
    ['browsers and API clients of the host'],
    'users of the host see a certificate error',
  ),
  'ingress-client-ca': role(
    'CA of ingress clients',
    'bundle',
    ['the ingress controller'],
    'client certificates are refused with 400',
  ),
  'webhook-serving': role(
    'webhook serving',
    'server',
    ['kube-apiserver'],
    'the API server cannot call the webhook: with failurePolicy Fail the matching writes are refused',
  ),
  'tls-secret': role(
    'TLS Secret',
    'server',
    ['whatever mounts or names it'],
    'whatever serves it shows an expired certificate',
  ),
  keystore: role(
    'keystore',
    'server',
    ['Java and other programs that read keystores'],
    'whatever serves it shows an expired certificate',
  ),
  'issuer-ca': role(
    'issuing CA',
    'ca',
    ['cert-manager issuers'],
    'nothing new can be issued by it, and what it issued is refused',
  ),
  'remote-client': role(
    'client of another cluster',
    'client',
    ['Cluster API or Argo CD here'],
    'this cluster gets 401 from the other one: nothing is deployed, repaired or upgraded there',
  ),
  'remote-trust': role(
    'CA of another cluster',
    'bundle',
    ['Cluster API or Argo CD here'],
    'this cluster no longer trusts the API server of the other one',
  ),
  'remote-ca': role(
    'CA that Cluster API made for another cluster',
    'ca',
    ['every component of the other cluster'],
    'everything that it signed in the other cluster is refused',
  ),
  'secret-ca': role('CA in a Secret', 'bundle', ['whatever mounts it'], 'whatever verifies by it refuses its peers'),
  'configmap-bundle': role(
    'trust bundle in a ConfigMap',
    'bundle',
    ['whatever mounts it'],
    'whatever verifies by it refuses its peers',
  ),
  // Linkerd's proxies take an anchor for a bare key and do not look at its dates (webpki trust anchors).
  'pod-env': role(
    "certificate in a pod's environment",
    'bundle',
    ['the pod'],
    'nothing by its date; the pod refuses peers whose certificates another anchor vouches for',
    false,
  ),
  'certificate-request': role(
    'issued by a CertificateRequest',
    'issued',
    ['the Certificate that asked'],
    'the object is only the record of the issuance',
    false,
  ),
  'istio-ca': role(
    'Istio CA',
    'ca',
    ['istiod', 'every workload of the mesh'],
    'no workload certificate can be issued; the mesh stops within the lifetime of the last ones',
  ),
  'istio-root': role('Istio root', 'bundle', ['every workload of the mesh'], 'workloads refuse each other and istiod'),
  'istiod-serving': role(
    'istiod serving',
    'server',
    ['sidecars', 'kube-apiserver'],
    'sidecars get neither configuration nor certificates, and injection fails',
  ),
  'linkerd-trust-anchor': role(
    'Linkerd trust anchor',
    'bundle',
    ['every meshed pod'],
    'identity stops issuing; meshed pods refuse each other within a day',
  ),
  'linkerd-issuer': role(
    'Linkerd identity issuer',
    'ca',
    ['linkerd-identity'],
    'every workload certificate ends with it: the mesh is down at that moment',
  ),
  'linkerd-webhook': role(
    'Linkerd webhook serving',
    'server',
    ['kube-apiserver'],
    'pods are not injected or not created',
  ),
  'workload-svid': role(
    'workload certificate',
    'peer',
    ['the workload and its peers'],
    "the pod's mTLS connections fail",
  ),
  intermediate: role(
    'issuing CA in a chain',
    'ca',
    ['whoever verifies the chain'],
    'the chain no longer verifies where this certificate is needed',
  ),
  'public-root': role(
    'public root',
    'bundle',
    ['browsers and API clients'],
    'clients no longer accept what it vouches for',
  ),
  'given-ca': role(
    'trust anchor given with --ca',
    'bundle',
    ['the clients that are checked for'],
    'those clients no longer accept what it vouches for',
  ),
  served: role('served', 'server', ['whoever connects'], 'clients see an expired certificate'),
  file: role('file', 'file', ['whoever reads it'], 'whoever serves or trusts it fails'),
} as const satisfies Record<string, RoleInfo>;

export type RoleId = keyof typeof ROLES;

export function roleInfo(id: RoleId): RoleInfo {
  return ROLES[id];
}

function role(
  title: string,
  use: RoleInfo['use'],
  consumers: readonly string[],
  breaks: string,
  verified = true,
): RoleInfo {
  return { title, use, verified, consumers, breaks };
}
