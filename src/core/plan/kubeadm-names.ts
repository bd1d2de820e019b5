import type { RoleId } from '../model/role.ts';

/** Components in the order in which they may be restarted: who answers others before who asks them. */
export const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type Component = (typeof COMPONENTS)[number];

/** What `kubeadm certs renew` calls a certificate, and who has it in memory. */
export interface KubeadmName {
  readonly name: string;
  readonly role: RoleId;
  /** Role of the CA that signs it. */
  readonly ca: 'cluster-ca' | 'etcd-ca' | 'front-proxy-ca';
  /** Path in the folder of certificates, or of kubeconfigs. */
  readonly file: string;
  /** It stands in a kubeconfig, not in a pair of files. */
  readonly kubeconfig?: true;
  /** Who holds it; absent: it is read anew at each use. */
  readonly holder?: Component;
  /** The holder shows it to whoever connects, so that a handshake tells whether it has been taken up. */
  readonly served?: true;
  /** It is made and used on nodes with an etcd of their own only. */
  readonly etcd?: true;
  /** Not on every control-plane node, and often moved away on purpose. */
  readonly optional?: true;
}

/**
 * In the order of renewal: etcd's before the API server's, then the kubeconfigs.
 * @see kubernetes/kubernetes cmd/kubeadm/app/phases/certs/certlist.go and phases/certs/renewal/manager.go; what each
 *   process keeps: etcd client/pkg/transport/listener.go, apiserver pkg/server/dynamiccertificates, client-go transport
 */
export const KUBEADM_NAMES: readonly KubeadmName[] = [
  {
    name: 'etcd-server',
    file: 'etcd/server.crt',
    role: 'etcd-server',
    ca: 'etcd-ca',
    holder: 'etcd',
    served: true,
    etcd: true,
  },
  {
    name: 'etcd-peer',
    file: 'etcd/peer.crt',
    role: 'etcd-peer',
    ca: 'etcd-ca',
    holder: 'etcd',
    served: true,
    etcd: true,
  },
  {
    name: 'etcd-healthcheck-client',
    file: 'etcd/healthcheck-client.crt',
    role: 'etcd-healthcheck-client',
    ca: 'etcd-ca',
    etcd: true,
  },
  {
    name: 'apiserver-etcd-client',
    file: 'apiserver-etcd-client.crt',
    role: 'apiserver-etcd-client',
    ca: 'etcd-ca',
    holder: 'kube-apiserver',
    etcd: true,
  },
  {
    name: 'apiserver',
    file: 'apiserver.crt',
    role: 'apiserver-serving',
    ca: 'cluster-ca',
    holder: 'kube-apiserver',
    served: true,
  },
  {
    name: 'apiserver-kubelet-client',
    file: 'apiserver-kubelet-client.crt',
    role: 'apiserver-kubelet-client',
    ca: 'cluster-ca',
    holder: 'kube-apiserver',
  },
  {
    name: 'front-proxy-client',
    file: 'front-proxy-client.crt',
    role: 'front-proxy-client',
    ca: 'front-proxy-ca',
    holder: 'kube-apiserver',
  },
  kubeconfig('controller-manager.conf', 'controller-manager-client', 'kube-controller-manager'),
  kubeconfig('scheduler.conf', 'scheduler-client', 'kube-scheduler'),
  kubeconfig('admin.conf', 'admin-client'),
  { ...kubeconfig('super-admin.conf', 'super-admin-client'), optional: true },
];

/** What kubeadm makes and never renews. */
export const KUBEADM_CAS = [
  { name: 'ca', role: 'cluster-ca' },
  { name: 'front-proxy-ca', role: 'front-proxy-ca' },
  { name: 'etcd-ca', role: 'etcd-ca' },
] as const satisfies readonly { readonly name: string; readonly role: RoleId }[];

function kubeconfig(name: string, role: RoleId, holder?: Component): KubeadmName {
  return { name, file: name, role, ca: 'cluster-ca', kubeconfig: true, ...(holder && { holder }) };
}
