import type { ManagerId } from '../model/manager.ts';
import type { RoleId } from '../model/role.ts';

/** Who runs a control plane, and who renews what on it. Sources: cluster-layer reference 5.2. */
interface Distribution {
  /** Renews the control plane's certificates. */
  readonly controlPlane: ManagerId;
  /** Renews the kubelets'. */
  readonly kubelet: ManagerId;
}

const DISTRIBUTIONS = {
  kubeadm: { controlPlane: 'kubeadm', kubelet: 'kubelet' },
  kind: { controlPlane: 'kubeadm', kubelet: 'kubelet' },
  minikube: { controlPlane: 'minikube', kubelet: 'kubelet' },
  k3s: { controlPlane: 'k3s', kubelet: 'k3s' },
  rke2: { controlPlane: 'rke2', kubelet: 'rke2' },
  microk8s: { controlPlane: 'microk8s', kubelet: 'microk8s' },
  talos: { controlPlane: 'talos', kubelet: 'talos' },
  openshift: { controlPlane: 'openshift', kubelet: 'openshift' },
  kops: { controlPlane: 'kops', kubelet: 'kops' },
  eks: { controlPlane: 'provider', kubelet: 'provider' },
  gke: { controlPlane: 'provider', kubelet: 'provider' },
  aks: { controlPlane: 'provider', kubelet: 'provider' },
  unknown: { controlPlane: 'unknown', kubelet: 'unknown' },
} as const satisfies Record<string, Distribution>;

export type DistributionId = keyof typeof DISTRIBUTIONS;

/** What the API tells about a cluster, as far as distributions differ in it. */
export interface ClusterTraits {
  readonly gitVersion?: string;
  /** Names of the served API groups. */
  readonly groups: readonly string[];
  /** Host of the server's URL. */
  readonly host: string;
  readonly nodes: readonly NodeTraits[];
  /** The ConfigMap kube-system/kubeadm-config exists. */
  readonly kubeadmConfig: boolean;
}

interface NodeTraits {
  readonly providerID?: string;
  readonly osImage: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kubeadm?: boolean;
}

type Sign = { readonly of: Exclude<DistributionId, 'unknown'> } & (
  | { readonly version: RegExp }
  | { readonly group: string }
  | { readonly host: RegExp }
  | { readonly label: string }
  | { readonly provider: string }
  | { readonly osImage: RegExp }
  | { readonly kubeadm: true }
);

/** The first sign that is there decides: what says it outright before what only suggests it, kubeadm, which others use too, last. */
const SIGNS: readonly Sign[] = [
  { of: 'openshift', group: 'config.openshift.io' },
  { of: 'k3s', version: /\+k3s/ },
  { of: 'rke2', version: /\+rke2/ },
  { of: 'eks', version: /-eks-/ },
  { of: 'gke', version: /-gke\./ },
  { of: 'k3s', group: 'k3s.cattle.io' },
  { of: 'eks', host: /\.eks\.amazonaws\.com(\.cn)?$/ },
  { of: 'aks', host: /\.azmk8s\.io$/ },
  { of: 'aks', label: 'kubernetes.azure.com/cluster' },
  { of: 'eks', label: 'eks.amazonaws.com/nodegroup' },
  { of: 'gke', label: 'cloud.google.com/gke-nodepool' },
  { of: 'openshift', label: 'node.openshift.io/os_id' },
  { of: 'kops', label: 'kops.k8s.io/instancegroup' },
  { of: 'microk8s', label: 'microk8s.io/cluster' },
  { of: 'minikube', label: 'minikube.k8s.io/name' },
  { of: 'talos', osImage: /^Talos/ },
  { of: 'kind', provider: 'kind' },
  { of: 'k3s', provider: 'k3s' },
  { of: 'kubeadm', kubeadm: true },
];

/** Labels that tell distributions apart. */
export const TELLING_LABELS: readonly string[] = SIGNS.flatMap((sign) => ('label' in sign ? [sign.label] : []));

/** Recognises a distribution, with the evidence in words. */
export function recognizeDistribution(traits: ClusterTraits): {
  readonly id: DistributionId;
  readonly evidence: string;
} {
  for (const sign of SIGNS) {
    const evidence = evidenceOf(sign, traits);
    if (evidence !== undefined) return { id: sign.of, evidence };
  }
  return { id: 'unknown', evidence: 'nothing that was read tells' };
}

function evidenceOf(sign: Sign, traits: ClusterTraits): string | undefined {
  if ('version' in sign)
    return sign.version.test(traits.gitVersion ?? '') ? `server version ${traits.gitVersion}` : undefined;
  if ('group' in sign) return traits.groups.includes(sign.group) ? `API group ${sign.group}` : undefined;
  if ('host' in sign) return sign.host.test(traits.host) ? `server ${traits.host}` : undefined;
  if ('label' in sign)
    return traits.nodes.some(({ labels }) => sign.label in labels) ? `node label ${sign.label}` : undefined;
  if ('provider' in sign)
    return nodeEvidence(traits, 'providerID', (node) => node.providerID?.startsWith(`${sign.provider}://`));
  if ('osImage' in sign) return nodeEvidence(traits, 'osImage', (node) => sign.osImage.test(node.osImage));
  if (traits.kubeadmConfig) return 'ConfigMap kube-system/kubeadm-config';
  return traits.nodes.some(({ kubeadm }) => kubeadm) ? "kubeadm's annotation on nodes" : undefined;
}

function nodeEvidence(
  { nodes }: ClusterTraits,
  field: 'providerID' | 'osImage',
  holds: (node: NodeTraits) => boolean | undefined,
): string | undefined {
  const node = nodes.find(holds);
  return node && `node ${field} ${node[field]}`;
}

/** Roles whose manager does not depend on the control plane's. */
const OTHER_MANAGERS: { readonly [role in RoleId]?: ManagerId | 'kubelet of the distribution' } = {
  'apiserver-loopback': 'apiserver',
  'controller-manager-serving': 'unknown',
  'scheduler-serving': 'unknown',
  'kubelet-client': 'kubelet of the distribution',
  'kubelet-serving': 'kubelet of the distribution',
  'kubelet-serving-self-signed': 'unknown',
  'user-client': 'person',
  'kubeconfig-ca': 'person',
};

/** Who renews a certificate of the cluster layer, by its role and the cluster's distribution (a ClusterFact's). */
export function managerFor(distribution: string, role: RoleId): ManagerId {
  const other = OTHER_MANAGERS[role];
  const known: Distribution = Object.hasOwn(DISTRIBUTIONS, distribution)
    ? DISTRIBUTIONS[distribution as DistributionId]
    : DISTRIBUTIONS.unknown;
  // Whoever hides the control plane restarts it too.
  if (other === undefined || (other === 'apiserver' && known.controlPlane === 'provider')) return known.controlPlane;
  return other === 'kubelet of the distribution' ? known.kubelet : other;
}
