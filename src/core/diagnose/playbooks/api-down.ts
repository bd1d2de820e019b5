import { podsOf } from '../control-plane.ts';
import type { Playbook } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';

const EXPLAINED_BY = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'CLIENT_REFUSED',
  'KEY_MISMATCH',
  'EXPECTED_FILE_MISSING',
  'BAD_DATA',
  'CHAIN_UNTRUSTED',
  'ISSUER_REPLACED',
  'CERT_NOT_YET_VALID',
  'CLOCK_SKEW',
  'API_NOT_READY',
];
const ETCD = ['etcd-server', 'etcd-peer', 'etcd-ca', 'apiserver-etcd-client'] as const;
const OWN = [
  'apiserver-serving',
  'apiserver-kubelet-client',
  'front-proxy-client',
  'service-account-key',
  'cluster-ca',
] as const;

/** The API server does not answer at all: it ends at its start when a certificate that it needs is of no use. */
export const apiDown: Playbook = {
  id: 'api-down',
  layer: 'cluster',
  title: 'The API server does not answer (connection refused), or is not ready',
  patterns: [
    /The connection to the server (?<host>[\w.:-]+?)(?::\d+)? was refused/i,
    /dial tcp (?<host>[\d.]+):(?:6443|443): connect: (?:connection refused|no route to host)/i,
    /(?:kube-?)?api-?server[^\n]*(?:crash|down|restart|not ready|does not (?:answer|start)|unavailable|refus)/i,
    /etcdserver: (?:request timed out|leader changed|no leader)|failed to (?:dial|connect to) etcd|context deadline exceeded[^\n]*etcd/i,
    /\[-\]etcd failed|readyz check failed/i,
  ],
  targets: ['node', 'cluster'],
  explainedBy: EXPLAINED_BY,
  roles: [...ETCD, ...OWN],
  reads: ['kubeadm-files', 'node-handshakes'],
  causes: [],
  steps: [
    findingsStep({
      id: 'etcd',
      question: 'Do etcd and the API server take each other: certificates of both sides in their time, of one CA?',
      command:
        'kubeadm certs check-expiration | grep etcd; crictl logs $(crictl ps -a --name kube-apiserver -q | head -1) 2>&1 | tail',
      codes: EXPLAINED_BY,
      roles: [...ETCD],
      sources: ['kubeadm-files', 'node-handshakes'],
    }),
    findingsStep({
      id: 'own',
      question: 'Can the API server load its own certificates and keys?',
      command: 'kubeadm certs check-expiration; ls -l /etc/kubernetes/pki',
      codes: EXPLAINED_BY,
      roles: [...OWN],
      sources: ['kubeadm-files'],
    }),
    {
      id: 'log',
      question: 'What does the API server say at its end?',
      command: () => 'crictl logs $(crictl ps -a --name kube-apiserver -q | head -1)',
      sources: ['pod-logs'],
      applies: ({ inventory }) => podsOf(inventory, 'kube-apiserver').length > 0,
      wants: ({ inventory }) =>
        podsOf(inventory, 'kube-apiserver')
          .slice(0, 1)
          .map(({ namespace, name }) => want.podLog({ namespace, pod: name }, 'what the API server says')),
      judge: () => [],
    },
  ],
  hides: [
    { cause: 'CERT_EXPIRED', hidden: 'API_NOT_READY' },
    { cause: 'CERT_EXPIRED', hidden: 'CLIENT_REFUSED' },
    { cause: 'CHAIN_EXPIRED', hidden: 'API_NOT_READY' },
    { cause: 'KEY_MISMATCH', hidden: 'API_NOT_READY' },
  ],
  next: [
    { title: 'Does its container run?', command: 'crictl ps -a --name kube-apiserver; journalctl -u kubelet -n 50' },
    {
      title: 'Is a load balancer or a firewall before it?',
      command: 'curl -k https://SERVER:6443/healthz, from the node itself and from elsewhere',
    },
  ],
};
