import { ISSUANCE_CODES } from '../check/implied-causes.ts';

const ISSUANCE = ['certificates', 'certificaterequests', 'acme', 'issuers'];
const ENTRANCES = ['ingresses', 'gateways', 'routes'];

/**
 * Sources that show a cause: while one of them is unread, that it was not found says nothing. Those of a playbook's own
 * causes are told by its steps.
 */
export const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(ISSUANCE_CODES.map((code) => [code, ISSUANCE])),
  SOLVER_CLASS_UNSERVED: [...ISSUANCE, 'controllers', 'ingresses'],
  DNS_CREDENTIAL_MISSING: [...ISSUANCE, 'issuer-credentials'],
  ISSUING_CA_EXPIRED: [...ISSUANCE, 'secrets'],
  STAGING_CERTIFICATE_KEPT: ['certificates', 'issuers'],
  SECRET_SHARED: ['certificates'],
  SECRET_OVERWRITTEN: ['certificates', 'copiers', 'secrets'],
  BACKEND_UNTRUSTED: ['istio-config', 'ingresses', 'secrets', 'configmaps', 'static-pods', 'kubeadm-files'],
  MOUNT_NEVER_REFRESHES: ['pods', 'server-pods'],
  MESH_ISSUER_UNFIT: ['secrets', 'mesh-bundles'],
  CERT_MANAGER_DOWN: ['controllers', 'pods'],
  CERT_MANAGER_ABSENT: ['controllers', 'pods'],
  CERT_MANAGER_CAINJECTOR_DOWN: ['controllers', 'pods'],
  SECRET_MISSING: ['secrets'],
  KEY_MISMATCH: ['secrets', 'kubeadm-files'],
  BAD_DATA: ['secrets'],
  NAME_NOT_COVERED: ['secrets'],
  CSR_NAMES_FOREIGN: ['csrs', 'nodes'],
  SECRET_WRONG_NAMESPACE: ['secrets'],
  DELEGATED_SECRET_UNNAMED: ['routes'],
  SECRET_NOT_DELEGATED: ['routes'],
  HOST_CLAIMED_TWICE: ENTRANCES,
  DEFAULT_CERTIFICATE_SERVED: ENTRANCES,
  TLS_ENDED_IN_FRONT: ['host-handshakes', 'replica-handshakes'],
  REPLICAS_DIFFER: ['host-handshakes', 'replica-handshakes'],
  SERVED_DIFFERS_FROM_STORED: ['secrets', 'kubeadm-files', 'server-pods', ...ENTRANCES],
  ISSUER_REPLACED: ['secrets', 'issuers', 'kubeadm-files', 'mesh-bundles'],
  KUBECONFIG_CA_STALE: ['kubeconfig', 'apiserver-handshake'],
  KUBECONFIG_WRONG_IDENTITY: ['credential', 'kubeconfig'],
  STALE_COPY: ['kubeadm-files'],
  PROCESS_OLDER_THAN_FILE: ['processes', 'kubeadm-files', 'static-pods'],
  KUBELET_CONF_EMBEDDED: ['kubelet-files'],
  KUBELET_NOT_ROTATING: ['kubelet-files', 'kubelet-config'],
  KUBELET_CLIENT_CA_STALE: ['kubelet-clients', 'kubelet-files'],
  CSR_PENDING: ['csrs'],
  CSR_DENIED: ['csrs'],
  CSR_NOT_ISSUED: ['csrs'],
  LEADER_SILENT: ['leases'],
  CA_DRIFT: ['configmaps', 'kubeadm-files'],
  CA_BUNDLE_MISMATCH: ['cabundles'],
  FRONT_PROXY_NAME: ['configmaps', 'kubeadm-files'],
  CLOCK_SKEW: ['nodes', 'leases'],
  CERT_EXPIRED: ['kubeadm-files', 'node-handshakes', 'kubelet-files', 'mesh-bundles', 'secrets'],
  CHAIN_EXPIRED: ['kubeadm-files', 'node-handshakes', 'mesh-bundles', 'secrets'],
  CERT_NOT_YET_VALID: ['kubeadm-files', 'mesh-bundles', 'secrets'],
  ROTATION_STUCK: ['istio-proxies', 'linkerd-proxies'],
  MESH_ROOTS_DIFFER: ['mesh-bundles', 'istio-control-planes', 'istio-config'],
  ROOT_REPLACED_WITHOUT_OVERLAP: ['mesh-bundles', 'istio-proxies', 'linkerd-proxies'],
  TOKEN_AUDIENCE_WRONG: ['pods', 'istio-control-planes'],
};

/**
 * Sources on whose silence a finding rests: it says that something is not there, or that nobody takes it, and what they
 * hold may say otherwise.
 */
export const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  CHAIN_INCOMPLETE: ['secrets', 'configmaps', 'cabundles', 'public-roots'],
  CHAIN_UNTRUSTED: ['secrets', 'configmaps', 'cabundles', 'public-roots'],
  CHAIN_NOT_CONFORMING: ['secrets', 'cabundles'],
  SECRET_MISSING: ['secrets'],
  GATEWAY_CREDENTIAL_MISSING: ['secrets'],
  DEFAULT_CERTIFICATE_SERVED: ['secrets', 'ingresses', 'gateways', 'routes'],
  CA_BUNDLE_MISMATCH: ['secrets', 'server-pods'],
  ROOT_REPLACED_WITHOUT_OVERLAP: ['secrets', 'mesh-bundles'],
  ISSUER_MISSING: ['issuers'],
  ISSUER_TLS_UNTRUSTED: ['probes'],
  WILDCARD_NEEDS_DNS01: ['certificaterequests', 'acme', 'issuers'],
  NO_SOLVER_FOR_NAME: ['certificaterequests', 'acme', 'issuers'],
  EXPECTED_FILE_MISSING: ['kubeadm-files', 'kubelet-files'],
};
