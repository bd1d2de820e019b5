import { ISSUANCE_CODES } from '../check/implied-causes.ts';
import type { RoleId } from '../model/role.ts';

/** What may stand behind a code, beside the edges of playbooks and of the keepers of Secrets. */
export interface BehindEdge {
  readonly effects: readonly string[];
  readonly causes: readonly string[];
  /** Only where it was found at such a place (`tls`, `secret`, `pod`). */
  readonly at?: readonly string[];
  /** Only where what stands there has such a role. */
  readonly roles?: readonly RoleId[];
}

/** Codes that say no more than that an issuance does not go on. */
const UNSETTLED = ['ISSUANCE_FAILING', 'ISSUANCE_STUCK', 'ISSUER_NOT_READY', 'REQUEST_NOT_APPROVED'];
const SELF_CHECKS = ['SELF_CHECK_CLOSED', 'SELF_CHECK_UNREACHABLE', 'SELF_CHECK_WRONG_ANSWER'];
const OF_THE_SECRET = ['SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA', 'NAME_NOT_COVERED', 'CERT_EXPIRED'];

/**
 * What rules and playbooks name as causes of their findings, by code: a finding is no root as long as one of these may
 * be there unseen.
 */
export const BEHIND_EDGES: readonly BehindEdge[] = [
  {
    effects: ['CERT_EXPIRED', 'CHAIN_EXPIRED', 'CHAIN_NOT_CONFORMING'],
    at: ['tls'],
    causes: ['SERVED_DIFFERS_FROM_STORED', 'REPLICAS_DIFFER', 'HOST_CLAIMED_TWICE', 'PROCESS_OLDER_THAN_FILE'],
  },
  { effects: ['CERT_EXPIRED'], at: ['kubeconfig'], causes: ['STALE_COPY'] },
  {
    effects: ['CERT_EXPIRED'],
    roles: ['kubelet-client', 'kubelet-serving'],
    causes: ['CSR_PENDING', 'CSR_DENIED', 'CSR_NOT_ISSUED', 'KUBELET_NOT_ROTATING'],
  },
  { effects: ['CERT_EXPIRED', 'CERT_NOT_YET_VALID'], at: ['pod'], causes: ['ROTATION_STUCK', 'CLOCK_SKEW'] },
  {
    effects: ['SERVED_DIFFERS_FROM_STORED'],
    causes: ['TLS_ENDED_IN_FRONT', 'REPLICAS_DIFFER', 'HOST_CLAIMED_TWICE', 'MOUNT_NEVER_REFRESHES', ...OF_THE_SECRET],
  },
  { effects: ['REPLICAS_DIFFER', 'STALE_COPY'], causes: ['HOST_CLAIMED_TWICE', 'KEY_MISMATCH'] },
  { effects: ['DEFAULT_CERTIFICATE_SERVED', 'NO_CERTIFICATE_SERVED'], causes: OF_THE_SECRET },
  {
    effects: ['CHAIN_INCOMPLETE', 'CHAIN_UNTRUSTED'],
    causes: ['ISSUER_REPLACED', 'SERVED_DIFFERS_FROM_STORED', 'DEFAULT_CERTIFICATE_SERVED', 'KUBECONFIG_CA_STALE'],
  },
  {
    effects: ['CHAIN_INCOMPLETE', 'CHAIN_UNTRUSTED'],
    at: ['tls'],
    causes: ['BACKEND_UNTRUSTED', 'ISSUER_TLS_UNTRUSTED'],
  },
  {
    effects: ['CHAIN_CONSTRAINED', 'CHAIN_WRONG_USAGE', 'CHAIN_UNTRUSTED'],
    at: ['pod'],
    causes: ['MESH_ISSUER_UNFIT'],
  },
  {
    effects: ['NAME_NOT_COVERED'],
    at: ['tls'],
    causes: ['DEFAULT_CERTIFICATE_SERVED', 'SERVED_DIFFERS_FROM_STORED', 'SECRET_MISSING'],
  },
  { effects: ['SECRET_MISSING'], causes: ['DELEGATED_SECRET_UNNAMED', 'SECRET_NOT_DELEGATED'] },
  {
    effects: ['CA_BUNDLE_MISMATCH'],
    causes: ['CA_INJECTION_STUCK', 'ISSUER_REPLACED', 'SERVED_DIFFERS_FROM_STORED', 'CERT_MANAGER_CAINJECTOR_DOWN'],
  },
  { effects: ['API_SERVICE_UNAVAILABLE'], causes: ['CA_BUNDLE_MISMATCH', 'FRONT_PROXY_NAME', 'CERT_EXPIRED'] },
  {
    effects: ['LEADER_SILENT', 'API_NOT_READY'],
    causes: ['KUBECONFIG_CA_STALE', 'PROCESS_OLDER_THAN_FILE', 'CERT_EXPIRED'],
  },
  { effects: ['KUBELET_SILENT'], causes: ['CLOCK_SKEW', 'CERT_EXPIRED', 'CSR_PENDING', 'CSR_NOT_ISSUED'] },
  { effects: ['CSR_PENDING', 'CSR_NOT_ISSUED'], causes: ['LEADER_SILENT'] },
  { effects: ['CLIENT_REFUSED'], causes: ['CERT_EXPIRED', 'CERT_NOT_YET_VALID', 'ISSUER_REPLACED', 'KEY_MISMATCH'] },
  { effects: ['ROUTE_REFUSED'], causes: ['DELEGATED_SECRET_UNNAMED', 'SECRET_NOT_DELEGATED', 'SECRET_MISSING'] },
  {
    effects: ['ROTATION_STUCK'],
    causes: ['AGENT_TOKEN_STALE', 'TOKEN_AUDIENCE_WRONG', 'ROOT_REPLACED_WITHOUT_OVERLAP'],
  },
  { effects: ['GATEWAY_CREDENTIAL_MISSING'], causes: ['SECRET_WRONG_NAMESPACE', 'RBAC_MISSING'] },
  { effects: UNSETTLED, causes: ISSUANCE_CODES.filter((code) => !UNSETTLED.includes(code)) },
  { effects: SELF_CHECKS, causes: ['SOLVER_CLASS_UNSERVED', 'PROXY_PROTOCOL_BYPASSED'] },
];
