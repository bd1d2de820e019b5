import type { ManagerId } from '../../../core/model/manager.ts';
import type { RoleId } from '../../../core/model/role.ts';
import type { DistributionId } from '../../../core/parse/distribution.ts';

/** When a file that is not there is missed. Whatever else is absent has every right to be. */
export type Expectation =
  | 'never'
  /** This node runs the API server. */
  | 'control-plane'
  /** It runs etcd too: with external etcd these files belong to somebody else. */
  | 'stacked-etcd'
  /** The static Pod manifest of that name stands here, and its process reads the file. */
  | `manifest ${string}`;

/** One known file of a tree. A path is relative to the tree's folder of certificates, or to the tree for kubeconfigs. */
export interface CatalogueFile {
  readonly path: string;
  readonly role: RoleId;
  /** Where its private key is: a path, or in the file itself. Absent: no key belongs to it. */
  readonly key?: string;
  /** A CA's key may be kept elsewhere. */
  readonly keyMayBeAway?: true;
  readonly expected: Expectation;
  /** Differs from the distribution's for the role. */
  readonly manager?: ManagerId;
}

export interface Tree {
  readonly id: string;
  readonly title: string;
  readonly distribution: DistributionId;
  /** Its folder. */
  readonly root: string;
  /** Folders under the root that may hold the certificates, the first that exists does; `.`: the root itself. */
  readonly folders: readonly string[];
  readonly files: readonly CatalogueFile[];
  readonly kubeconfigs: readonly { readonly path: string; readonly expected: Expectation }[];
  /** Leftovers of rotations, which nobody reads: not listed. */
  readonly leftovers?: RegExp;
  /** The equivalent command a person would type. */
  readonly command: string;
}

/** A leaf with its key beside it. */
function pair(name: string, role: RoleId, expected: Expectation = 'never'): CatalogueFile {
  return { path: `${name}.crt`, role, key: `${name}.key`, expected };
}

function ca(name: string, role: RoleId, expected: Expectation = 'never'): CatalogueFile {
  return { ...pair(name, role, expected), keyMayBeAway: true };
}

/** kubernetes/kubernetes: cmd/kubeadm/app/phases/certs/certlist.go; app/constants for the kubeconfigs. */
const KUBEADM_FILES: readonly CatalogueFile[] = [
  ca('ca', 'cluster-ca', 'control-plane'),
  pair('apiserver', 'apiserver-serving', 'control-plane'),
  pair('apiserver-kubelet-client', 'apiserver-kubelet-client', 'control-plane'),
  ca('front-proxy-ca', 'front-proxy-ca', 'control-plane'),
  pair('front-proxy-client', 'front-proxy-client', 'control-plane'),
  ca('etcd/ca', 'etcd-ca', 'stacked-etcd'),
  pair('etcd/server', 'etcd-server', 'stacked-etcd'),
  pair('etcd/peer', 'etcd-peer', 'stacked-etcd'),
  pair('etcd/healthcheck-client', 'etcd-healthcheck-client', 'stacked-etcd'),
  pair('apiserver-etcd-client', 'apiserver-etcd-client', 'stacked-etcd'),
  { path: 'sa.key', role: 'service-account-key', expected: 'control-plane' },
  { path: 'sa.pub', role: 'service-account-key', expected: 'control-plane' },
];

const KUBEADM_KUBECONFIGS: Tree['kubeconfigs'] = [
  // People move the two away on purpose.
  { path: 'admin.conf', expected: 'never' },
  { path: 'super-admin.conf', expected: 'never' },
  { path: 'controller-manager.conf', expected: 'manifest kube-controller-manager' },
  { path: 'scheduler.conf', expected: 'manifest kube-scheduler' },
  { path: 'kubelet.conf', expected: 'manifest kube-apiserver' },
];

/** kubespray keeps the same files in `ssl`; a folder that was given may be the folder of certificates itself. */
export function kubeadmTree(root: string): Tree {
  return {
    id: 'kubeadm-files',
    title: 'kubeadm files',
    distribution: 'kubeadm',
    root,
    folders: ['pki', 'ssl', '.'],
    files: KUBEADM_FILES,
    kubeconfigs: KUBEADM_KUBECONFIGS,
    command: `kubeadm certs check-expiration --cert-dir ${root}/pki`,
  };
}

/** kubernetes/kubernetes: pkg/kubelet/certificate. kubelet.crt is the pair that the kubelet makes for itself. */
export const KUBELET_TREE: Tree = {
  id: 'kubelet-files',
  title: 'kubelet files',
  distribution: 'kubeadm',
  root: '/var/lib/kubelet/pki',
  folders: ['.'],
  files: [
    {
      path: 'kubelet-client-current.pem',
      role: 'kubelet-client',
      key: 'kubelet-client-current.pem',
      expected: 'never',
    },
    {
      path: 'kubelet-server-current.pem',
      role: 'kubelet-serving',
      key: 'kubelet-server-current.pem',
      expected: 'never',
    },
    pair('kubelet', 'kubelet-serving-self-signed'),
  ],
  kubeconfigs: [],
  leftovers: /^kubelet-(client|server)-\d{4}-.*\.pem$/,
  command: 'openssl x509 -in /var/lib/kubelet/pki/kubelet-client-current.pem -noout -subject -enddate',
};

const MINIKUBE_TREE: Tree = {
  ...kubeadmTree('/var/lib/minikube/certs'),
  id: 'minikube-files',
  title: 'minikube files',
  distribution: 'minikube',
  folders: ['.'],
  kubeconfigs: [],
  command: 'kubeadm certs check-expiration --cert-dir /var/lib/minikube/certs',
};

/** k3s-io/k3s: pkg/daemons/control/deps. RKE2 is built on it and has the same names. */
function rancherTrees(name: 'k3s' | 'rke2', title: string): Tree[] {
  const common = { distribution: name, command: `${name} certificate check --output table`, kubeconfigs: [] } as const;
  return [
    {
      ...common,
      id: `${name}-files`,
      title: `${title} server files`,
      root: `/var/lib/rancher/${name}/server/tls`,
      folders: ['.'],
      files: [
        ca('server-ca', 'cluster-ca'),
        ca('client-ca', 'cluster-ca'),
        ca('request-header-ca', 'front-proxy-ca'),
        ca('etcd/server-ca', 'etcd-ca'),
        ca('etcd/peer-ca', 'etcd-ca'),
        pair('serving-kube-apiserver', 'apiserver-serving'),
        pair('client-kube-apiserver', 'apiserver-kubelet-client'),
        pair('client-auth-proxy', 'front-proxy-client'),
        pair('etcd/server-client', 'etcd-server'),
        pair('etcd/peer-server-client', 'etcd-peer'),
        pair('etcd/client', 'apiserver-etcd-client'),
        pair('client-admin', 'admin-client'),
        pair('client-controller', 'controller-manager-client'),
        pair('client-scheduler', 'scheduler-client'),
        pair('kube-controller-manager/kube-controller-manager', 'controller-manager-serving'),
        pair('kube-scheduler/kube-scheduler', 'scheduler-serving'),
        { path: 'service.key', role: 'service-account-key', expected: 'never' },
      ],
      leftovers: /^temporary-certs\//,
    },
    {
      ...common,
      id: `${name}-agent-files`,
      title: `${title} agent files`,
      root: `/var/lib/rancher/${name}/agent`,
      folders: ['.'],
      files: [pair('client-kubelet', 'kubelet-client'), pair('serving-kubelet', 'kubelet-serving')],
      // Images, containers' files and the like: only the folder's own files are of interest.
      leftovers: /\//,
    },
    {
      ...common,
      id: `${name}-kubeconfig`,
      title: `${title} kubeconfig`,
      root: `/etc/rancher/${name}`,
      folders: ['.'],
      files: [],
      kubeconfigs: [{ path: `${name}.yaml`, expected: 'never' }],
      leftovers: /\//,
    },
  ];
}

/** canonical/microk8s: scripts/cluster and build-scripts/components. */
const MICROK8S_TREE: Tree = {
  id: 'microk8s-files',
  title: 'MicroK8s files',
  distribution: 'microk8s',
  root: '/var/snap/microk8s/current',
  folders: ['certs'],
  files: [
    ca('ca', 'cluster-ca'),
    pair('server', 'apiserver-serving'),
    pair('apiserver-kubelet-client', 'apiserver-kubelet-client'),
    ca('front-proxy-ca', 'front-proxy-ca'),
    pair('front-proxy-client', 'front-proxy-client'),
    pair('kubelet', 'kubelet-serving'),
    { path: 'serviceaccount.key', role: 'service-account-key', expected: 'never' },
  ],
  kubeconfigs: ['client', 'controller', 'scheduler', 'kubelet', 'proxy'].map((name) => ({
    path: `credentials/${name}.config`,
    expected: 'never',
  })),
  command: 'microk8s refresh-certs -c',
};

/** kubernetes/kops: nodeup/pkg/model/kube_apiserver.go; newer ones have a folder for each component. */
const KOPS_TREE: Tree = {
  id: 'kops-files',
  title: 'kops files',
  distribution: 'kops',
  root: '/srv/kubernetes',
  folders: ['.'],
  files: ['', 'kube-apiserver/'].flatMap((folder) => [
    pair(`${folder}server`, 'apiserver-serving'),
    pair(`${folder}kubelet-api`, 'apiserver-kubelet-client'),
    pair(`${folder}apiserver-aggregator`, 'front-proxy-client'),
    ca(`${folder}apiserver-aggregator-ca`, 'front-proxy-ca'),
    ca(`${folder}ca`, 'cluster-ca'),
    { path: `${folder}service-account.pub`, role: 'service-account-key' as const, expected: 'never' as const },
  ]),
  kubeconfigs: [],
  command: 'openssl x509 -in /srv/kubernetes/kube-apiserver/server.crt -noout -enddate',
};

/**
 * The kubeconfigs that a CNI plugin's DaemonSet writes on each node and the plugin calls the API with: Calico's, Multus's
 * and their like. Beside them lie the networks' own configurations.
 */
const CNI_TREE: Tree = {
  id: 'cni-kubeconfigs',
  title: 'kubeconfigs of CNI plugins',
  distribution: 'unknown',
  root: '/etc/cni/net.d',
  folders: ['.'],
  files: [],
  kubeconfigs: [
    { path: 'calico-kubeconfig', expected: 'never' },
    { path: 'multus.d/multus.kubeconfig', expected: 'never' },
    { path: 'whereabouts.d/whereabouts.kubeconfig', expected: 'never' },
  ],
  leftovers: /\.(conf|conflist|json|lock|lastApplied|cilium_bak|bak)$/,
  command: 'kubectl config view --kubeconfig=/etc/cni/net.d/calico-kubeconfig',
};

/** Read where they exist, unless a folder was given. */
export const OTHER_TREES: readonly Tree[] = [
  MINIKUBE_TREE,
  ...rancherTrees('k3s', 'k3s'),
  ...rancherTrees('rke2', 'RKE2'),
  MICROK8S_TREE,
  KOPS_TREE,
  CNI_TREE,
];

/** Who a kubeconfig's users are, by its file name. */
export const KUBECONFIG_ROLES: Readonly<Record<string, RoleId>> = {
  'admin.conf': 'admin-client',
  'super-admin.conf': 'super-admin-client',
  'controller-manager.conf': 'controller-manager-client',
  'scheduler.conf': 'scheduler-client',
  'kubelet.conf': 'kubelet-client',
  'k3s.yaml': 'admin-client',
  'rke2.yaml': 'admin-client',
  'client.config': 'admin-client',
  'controller.config': 'controller-manager-client',
  'scheduler.config': 'scheduler-client',
  'kubelet.config': 'kubelet-client',
};
