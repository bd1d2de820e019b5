import assert from 'node:assert/strict';
import type { RoleId } from '../../../src/core/model/role.ts';
import { type ClusterTraits, managerFor, recognizeDistribution } from '../../../src/core/parse/distribution.ts';

const NOTHING: ClusterTraits = { groups: [], host: '10.0.0.1', nodes: [], kubeadmConfig: false };
const node = (parts: object) => ({
  nodes: [
    { osImage: 'Debian', labels: {} },
    { osImage: 'Debian', labels: {}, ...parts },
  ],
});
const labelled = (label: string) => node({ labels: { [label]: 'x' } });

describe('recognising a distribution', () => {
  const cases: [title: string, traits: Partial<ClusterTraits>, id: string, evidence: string][] = [
    ['the version of k3s', { gitVersion: 'v1.34.1+k3s1' }, 'k3s', 'server version v1.34.1+k3s1'],
    ['the version of RKE2', { gitVersion: 'v1.34.1+rke2r1' }, 'rke2', 'server version v1.34.1+rke2r1'],
    ['the version of EKS', { gitVersion: 'v1.34.1-eks-3025e55' }, 'eks', 'server version v1.34.1-eks-3025e55'],
    ['the version of GKE', { gitVersion: 'v1.34.1-gke.100' }, 'gke', 'server version v1.34.1-gke.100'],
    [
      "OpenShift's API group",
      { groups: ['apps', 'config.openshift.io'] },
      'openshift',
      'API group config.openshift.io',
    ],
    ["EKS' address", { host: 'x.gr7.eu-west-1.eks.amazonaws.com' }, 'eks', 'server x.gr7.eu-west-1.eks.amazonaws.com'],
    ["AKS' address", { host: 'x.hcp.westeurope.azmk8s.io' }, 'aks', 'server x.hcp.westeurope.azmk8s.io'],
    ["AKS' label", labelled('kubernetes.azure.com/cluster'), 'aks', 'node label kubernetes.azure.com/cluster'],
    ["GKE's label", labelled('cloud.google.com/gke-nodepool'), 'gke', 'node label cloud.google.com/gke-nodepool'],
    ["kops' label", labelled('kops.k8s.io/instancegroup'), 'kops', 'node label kops.k8s.io/instancegroup'],
    ["MicroK8s' label", labelled('microk8s.io/cluster'), 'microk8s', 'node label microk8s.io/cluster'],
    [
      "minikube's label, though kubeadm made it",
      { ...labelled('minikube.k8s.io/name'), kubeadmConfig: true },
      'minikube',
      'node label minikube.k8s.io/name',
    ],
    ["Talos' image", node({ osImage: 'Talos (v1.12.0)' }), 'talos', 'node osImage Talos (v1.12.0)'],
    [
      "kind's provider ID",
      node({ providerID: 'kind://docker/kind/n' }),
      'kind',
      'node providerID kind://docker/kind/n',
    ],
    ["kubeadm's ConfigMap", { kubeadmConfig: true }, 'kubeadm', 'ConfigMap kube-system/kubeadm-config'],
    ["kubeadm's annotation", node({ kubeadm: true }), 'kubeadm', "kubeadm's annotation on nodes"],
    [
      'nothing',
      { gitVersion: 'v1.34.1', ...node({ providerID: 'aws:///eu/i-1' }) },
      'unknown',
      'nothing that was read tells',
    ],
  ];
  for (const [title, traits, id, evidence] of cases) {
    it(`knows ${id} by ${title}`, () => {
      assert.deepEqual(recognizeDistribution({ ...NOTHING, ...traits }), { id, evidence });
    });
  }
});

describe('who renews a certificate of the cluster', () => {
  const cases: [distribution: string, role: RoleId, manager: string][] = [
    ['kubeadm', 'apiserver-serving', 'kubeadm'],
    ['kubeadm', 'kubelet-client', 'kubelet'],
    ['kubeadm', 'apiserver-loopback', 'apiserver'],
    ['gke', 'apiserver-loopback', 'provider'],
    ['minikube', 'apiserver-serving', 'minikube'],
    ['kubeadm', 'kubelet-serving-self-signed', 'unknown'],
    ['k3s', 'apiserver-serving', 'k3s'],
    ['k3s', 'kubelet-serving', 'k3s'],
    ['eks', 'apiserver-serving', 'provider'],
    ['openshift', 'user-client', 'person'],
    ['no such thing', 'etcd-peer', 'unknown'],
    ['constructor', 'etcd-peer', 'unknown'],
  ];
  for (const [distribution, role, manager] of cases) {
    it(`is ${manager} for ${role} on ${distribution}`, () => assert.equal(managerFor(distribution, role), manager));
  }
});
