/** Who renews a certificate, and by what share of the lifetime it does so by itself. */
export interface ManagerInfo {
  readonly title: string;
  /** Share of the lifetime after which the manager renews by itself; absent: nobody does so unasked. */
  readonly dueAt?: number;
  /** How a person renews it. */
  readonly renew: string;
}

/** The share of the lifetime at which kubelet, Istio and Linkerd renew: cluster-layer 1.3, mesh-layer 1.2 and 3.1. */
export const MANAGERS = {
  kubeadm: { title: 'kubeadm', renew: 'kubeadm certs renew NAME, then restart what holds it' },
  kubelet: { title: 'kubelet', dueAt: 0.9, renew: 'the kubelet rotates it; restart the kubelet when it is stuck' },
  apiserver: { title: 'kube-apiserver', renew: 'restart kube-apiserver: it makes a new one at start' },
  'cert-manager': { title: 'cert-manager', dueAt: 2 / 3, renew: 'cmctl renew NAME' },
  istiod: { title: 'istiod', dueAt: 0.5, renew: 'istiod and the sidecar rotate it' },
  'istio-agent': {
    title: 'istio-agent',
    dueAt: 0.5,
    renew: 'the sidecar asks the CA that it is told to ask for a new one; restart the pod when it is stuck',
  },
  spire: { title: 'SPIRE', dueAt: 0.5, renew: 'spire-agent renews it; see its entry and its log when it does not' },
  linkerd: { title: 'linkerd', dueAt: 0.7, renew: 'the proxy renews it from linkerd-identity' },
  'external-secrets': {
    title: 'External Secrets',
    renew: 'renew it in the store outside, then kubectl annotate externalsecret NAME force-sync=NOW --overwrite',
  },
  'cluster-api': {
    title: 'Cluster API',
    dueAt: 0.5,
    renew:
      'its control plane provider renews the kubeconfig at half of its life: see the condition of the KubeadmControlPlane',
  },
  provider: { title: 'cloud provider', renew: 'the provider rotates it' },
  k3s: { title: 'k3s', renew: 'restart k3s: it renews at start what is near its end' },
  rke2: { title: 'rke2', renew: 'restart rke2: it renews at start what is near its end' },
  talos: { title: 'Talos', renew: 'talosctl rotate-ca, talosctl kubeconfig' },
  openshift: { title: 'OpenShift operators', renew: 'the cluster operators rotate it' },
  minikube: { title: 'minikube', renew: 'minikube start: it makes what has expired anew' },
  microk8s: { title: 'MicroK8s', renew: 'microk8s refresh-certs' },
  kops: { title: 'kops', renew: 'kops rolling-update cluster --force --yes: new nodes get new certificates' },
  person: { title: 'a person', renew: 'issue a new one and replace it where it stands' },
  unknown: { title: 'unknown', renew: 'find out who made it' },
} as const satisfies Record<string, ManagerInfo>;

export type ManagerId = keyof typeof MANAGERS;

export function managerInfo(id: ManagerId): ManagerInfo {
  return MANAGERS[id];
}
