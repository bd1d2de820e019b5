import { apiEndpoints } from './cluster/api-endpoints.ts';
import { caBundles } from './cluster/ca-bundles.ts';
import { configMaps } from './cluster/config-maps.ts';
import { credential } from './cluster/credential.ts';
import { csrs } from './cluster/csrs.ts';
import { health } from './cluster/health.ts';
import { kubeconfig } from './cluster/kubeconfig.ts';
import { leases } from './cluster/leases.ts';
import { nodes } from './cluster/nodes.ts';
import { pods } from './cluster/pods.ts';
import { version } from './cluster/version.ts';
import { apiServerHandshake } from './handshake/api-server.ts';
import { controlPlaneHandshakes } from './handshake/control-planes.ts';
import { hostHandshakes } from './handshake/hosts.ts';
import { kubeletClients } from './handshake/kubelet-clients.ts';
import { kubeletHandshakes } from './handshake/kubelets.ts';
import { nodeHandshakes } from './handshake/node.ts';
import { probedServices } from './handshake/probed-services.ts';
import { probes } from './handshake/probes.ts';
import { replicaHandshakes } from './handshake/replicas.ts';
import { serverPods } from './handshake/server-pods.ts';
import { acme } from './ingress/acme.ts';
import { certificateRequests } from './ingress/certificate-requests.ts';
import { certificates } from './ingress/certificates.ts';
import { chainEvents } from './ingress/chain-events.ts';
import { controllers } from './ingress/controllers.ts';
import { copiers } from './ingress/copiers.ts';
import { externalIssuers } from './ingress/external-issuers.ts';
import { gateways } from './ingress/gateways.ts';
import { ingresses } from './ingress/ingresses.ts';
import { issuerCredentials } from './ingress/issuer-credentials.ts';
import { issuers } from './ingress/issuers.ts';
import { keystores } from './ingress/keystores.ts';
import { loadBalancers } from './ingress/load-balancers.ts';
import { managedClusters } from './ingress/managed-clusters.ts';
import { routes } from './ingress/routes.ts';
import { secrets } from './ingress/secrets.ts';
import { trustCopies } from './ingress/trust-copies.ts';
import { webhookEndpoints } from './ingress/webhook-endpoints.ts';
import { etcdMembers } from './local/etcd-members.ts';
import { kubeadm } from './local/kubeadm.ts';
import { kubeletConfig } from './local/kubelet-config.ts';
import { manifestFiles } from './local/manifest-files.ts';
import { processes } from './local/processes.ts';
import { publicRoots } from './local/public-roots.ts';
import { staticPods } from './local/static-pods.ts';
import { targets } from './local/targets.ts';
import { kubeadmFiles, kubeletFiles, otherTrees } from './local/trees.ts';
import { meshBundles } from './mesh/bundles.ts';
import { istioConfig } from './mesh/istio-config.ts';
import { istioControlPlanes } from './mesh/istio-control-planes.ts';
import { istioProxies } from './mesh/istio-proxies.ts';
import { istioSync } from './mesh/istio-sync.ts';
import { istioctlOpinion } from './mesh/istioctl-opinion.ts';
import { linkerdCheck } from './mesh/linkerd-check.ts';
import { linkerdConfig } from './mesh/linkerd-config.ts';
import { linkerdGateways } from './mesh/linkerd-gateways.ts';
import { linkerdProxies } from './mesh/linkerd-proxies.ts';
import { meshNamespaces } from './mesh/mesh-namespaces.ts';
import { meshServices } from './mesh/mesh-services.ts';
import type { Source } from './source.ts';
import { viewpoint } from './viewpoint.ts';

/** Places that certificates, or facts about them, are read from. One line each. */
const READ_SOURCES: readonly Source[] = [
  kubeconfig,
  credential,
  nodes,
  version,
  apiEndpoints,
  health,
  leases,
  kubeadmFiles,
  kubeletFiles,
  ...otherTrees,
  targets,
  staticPods,
  manifestFiles,
  processes,
  etcdMembers,
  kubeletConfig,
  kubeadm,
  apiServerHandshake,
  nodeHandshakes,
  controlPlaneHandshakes,
  kubeletHandshakes,
  kubeletClients,
  viewpoint,
  probes,
  ingresses,
  gateways,
  certificates,
  issuers,
  acme,
  chainEvents,
  controllers,
  routes,
  copiers,
  caBundles,
  webhookEndpoints,
  issuerCredentials,
  istioConfig,
  linkerdConfig,
  meshServices,
  pods,
  secrets,
  certificateRequests,
  externalIssuers,
  managedClusters,
  loadBalancers,
  keystores,
  configMaps,
  meshBundles,
  trustCopies,
  meshNamespaces,
  istioControlPlanes,
  istioSync,
  istioProxies,
  istioctlOpinion,
  serverPods,
  linkerdProxies,
  linkerdGateways,
  linkerdCheck,
  csrs,
  ...probedServices,
  hostHandshakes,
  replicaHandshakes,
];

/**
 * The catalogue. Order matters: a source may only wait for those above it, and the first one to see a placement
 * speaks for it.
 */
export const SOURCES: readonly Source[] = [...READ_SOURCES, publicRoots(READ_SOURCES.map(({ id }) => id))];
