import type { Placement } from '../../../core/model/placement.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { type DistributionId, managerFor, recognizeDistribution } from '../../../core/parse/distribution.ts';
import type { Certificate } from '../../../core/x509/certificate.ts';
import { isKubeletOwn } from '../local/kubelet-own.ts';

/** Issuers of serving certificates that tell who made a control plane: cluster-layer reference 5.2. */
const ISSUERS: readonly (readonly [RegExp, DistributionId])[] = [
  [/^CN=k3s-server-ca@/, 'k3s'],
  [/^CN=rke2-server-ca@/, 'rke2'],
  [/^CN=kube-apiserver-[a-z-]*signer\b/, 'openshift'],
  [/^CN=kubernetes$/, 'kubeadm'],
  [/^CN=etcd-ca$/, 'kubeadm'],
];

/** Ports of Kubernetes' own components and what is served there: kubernetes.io/docs/reference/networking/ports-and-protocols. */
const PORTS: Readonly<Record<number, RoleId>> = {
  2379: 'etcd-server',
  2380: 'etcd-peer',
  6443: 'apiserver-serving',
  10250: 'kubelet-serving',
  10257: 'controller-manager-serving',
  10259: 'scheduler-serving',
};

/** What a chain is by the port that serves it; anything else belongs to no layer. */
export function servedAt(
  host: string,
  port: number,
  [leaf]: readonly Certificate[],
): Pick<Placement, 'layer' | 'role' | 'manager'> {
  const known = PORTS[port];
  if (!known || !leaf) return { layer: 'none', role: 'served', manager: 'unknown' };
  const role = known === 'kubelet-serving' && isKubeletOwn(leaf) ? 'kubelet-serving-self-signed' : known;
  return asRole(role, host, leaf);
}

export function asRole(role: RoleId, host: string, leaf: Certificate): Pick<Placement, 'layer' | 'role' | 'manager'> {
  return { layer: 'cluster', role, manager: managerFor(distributionOf(host, leaf.issuer), role) };
}

function distributionOf(host: string, issuer: string): string {
  const { id } = recognizeDistribution({ host, groups: [], nodes: [], kubeadmConfig: false });
  return id === 'unknown' ? (ISSUERS.find(([pattern]) => pattern.test(issuer))?.[1] ?? id) : id;
}
