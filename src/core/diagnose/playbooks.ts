import type { Playbook } from './playbook.ts';
import { acmeChallenge } from './playbooks/acme-challenge.ts';
import { apiCertificate } from './playbooks/api-certificate.ts';
import { apiDown } from './playbooks/api-down.ts';
import { backendUnavailable } from './playbooks/backend-unavailable.ts';
import { certManagerIssuer } from './playbooks/cert-manager-issuer.ts';
import { certificateRefused } from './playbooks/certificate-refused.ts';
import { clientCertificates } from './playbooks/client-certificates.ts';
import { csr } from './playbooks/csr.ts';
import { endlessIssuance } from './playbooks/endless-issuance.ts';
import { etcd } from './playbooks/etcd.ts';
import { forbidden } from './playbooks/forbidden.ts';
import { handshakeNoise } from './playbooks/handshake-noise.ts';
import { healthProbes } from './playbooks/health-probes.ts';
import { hostCertificate } from './playbooks/host-certificate.ts';
import { http01SelfCheck } from './playbooks/http01-self-check.ts';
import { istio } from './playbooks/istio.ts';
import { istioGateway } from './playbooks/istio-gateway.ts';
import { istioIssuance } from './playbooks/istio-issuance.ts';
import { kubeletStart } from './playbooks/kubelet-start.ts';
import { kubeletTls } from './playbooks/kubelet-tls.ts';
import { linkerd } from './playbooks/linkerd.ts';
import { linkerdMulticluster } from './playbooks/linkerd-multicluster.ts';
import { meshCalls, waitingJob } from './playbooks/mesh-calls.ts';
import { nodeJoin } from './playbooks/node-join.ts';
import { oldClients } from './playbooks/old-clients.ts';
import { podsAndApi } from './playbooks/pods-and-api.ts';
import { remoteClusters } from './playbooks/remote-clusters.ts';
import { serverReplicas } from './playbooks/server-replicas.ts';
import { TLS_FAILURES } from './playbooks/tls-failures.ts';
import { unauthorized } from './playbooks/unauthorized.ts';
import { webhook } from './playbooks/webhook.ts';

/** Every symptom that is known, the narrower ones first. */
export const PLAYBOOKS: readonly Playbook[] = [
  certificateRefused,
  http01SelfCheck,
  clientCertificates,
  oldClients,
  backendUnavailable,
  endlessIssuance,
  acmeChallenge,
  certManagerIssuer,
  hostCertificate,
  webhook,
  serverReplicas,
  istioGateway,
  istioIssuance,
  istio,
  linkerdMulticluster,
  remoteClusters,
  linkerd,
  meshCalls,
  waitingJob,
  kubeletTls,
  csr,
  etcd,
  healthProbes,
  kubeletStart,
  podsAndApi,
  handshakeNoise,
  unauthorized,
  nodeJoin,
  apiDown,
  apiCertificate,
  forbidden,
  ...TLS_FAILURES,
];
