import type { Playbook } from '../playbook.ts';
import { findingsStep } from '../steps.ts';

const EXPLAINED_BY = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'SERVED_DIFFERS_FROM_STORED',
  'PROCESS_OLDER_THAN_FILE',
  'NAME_NOT_COVERED',
  'CHAIN_UNTRUSTED',
  'CHAIN_INCOMPLETE',
  'ISSUER_REPLACED',
  'CERT_NOT_YET_VALID',
  'CLOCK_SKEW',
  'CA_DRIFT',
  'STALE_COPY',
];

/** kubectl, or another client of the API server, refuses what the API server serves: the frozen cluster and its kin. */
export const apiCertificate: Playbook = {
  id: 'api-certificate',
  layer: 'cluster',
  title: "kubectl refuses the API server's certificate (x509: expired, unknown authority, not valid for)",
  patterns: [
    /Unable to connect to the server:[^\n]*(?:x509|tls|certificate)/i,
    /Get "?https:\/\/(?<host>[^/":]+):(?<port>6443|443|8443|16443)\/(?:api|apis|healthz|readyz|version|openapi)\b[^\n]*x509/i,
    /error retrieving resource lock[^\n]*x509/i,
    /x509: certificate is valid for [^\n]*, not (?<host>[\w.:-]+)/,
  ],
  explainedBy: EXPLAINED_BY,
  roles: [
    'apiserver-serving',
    'cluster-ca',
    'admin-client',
    'super-admin-client',
    'controller-manager-client',
    'scheduler-client',
    'kubelet-client',
  ],
  reads: ['kubeconfig', 'apiserver-handshake', 'kubeadm-files'],
  causes: [],
  steps: [
    findingsStep({
      id: 'served',
      question: 'Does what the API server serves hold: dates, chain, names, and the same as in its files?',
      command: 'openssl s_client -connect SERVER:6443 -showcerts </dev/null; kubeadm certs check-expiration',
      codes: EXPLAINED_BY,
      roles: ['apiserver-serving', 'cluster-ca'],
      sources: ['apiserver-handshake', 'kubeadm-files'],
    }),
    findingsStep({
      id: 'clients',
      question: 'Are the client certificates and the CA inside the kubeconfigs those of today?',
      command: 'kubeadm certs check-expiration; kubectl config view --raw',
      codes: EXPLAINED_BY,
      roles: ['admin-client', 'super-admin-client', 'controller-manager-client', 'scheduler-client', 'kubelet-client'],
      sources: ['kubeconfig', 'kubeadm-files'],
    }),
  ],
  hides: [{ cause: 'CHAIN_EXPIRED', hidden: 'CHAIN_UNTRUSTED' }],
  next: [
    { title: 'Does anything answer at all, by the address in the kubeconfig?', command: 'kubectl version -v=6' },
    { title: 'Is the clock of the machine that says so right?', command: 'timedatectl' },
  ],
};
