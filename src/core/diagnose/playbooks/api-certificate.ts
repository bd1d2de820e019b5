import { manualStep } from '../../model/step.ts';
import { componentRef } from '../control-plane.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';
import { findingsOf, findingsStep } from '../steps.ts';
import { speakersClock } from './speakers-clock.ts';

const EXPLAINED_BY = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'SERVED_DIFFERS_FROM_STORED',
  'PROCESS_OLDER_THAN_FILE',
  'NAME_NOT_COVERED',
  'KUBECONFIG_CA_STALE',
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
    /Get "?https:\/\/(?<host>[^/":\s]+):(?<port>6443|443|8443|16443)\/(?:api|apis|healthz|readyz|version|openapi)\b[^\n]*(?:x509|certificate)/i,
    /error retrieving resource lock[^\n]*(?:x509|certificate)/i,
    /(?:kubectl|kubelet|kube-?config|API ?server|cluster is frozen|control plane)[^\n]*(?:x509|certificate (?:has )?expired|expired certificate|unknown authority|is frozen)/i,
    /couldn't validate the identity of the API Server|kubeadm join|cluster-info/i,
  ],
  sharedPatterns: [/x509: certificate is valid for [^\n]*, not (?<host>[\w.:-]+)/],
  targets: ['node', 'cluster'],
  explainedBy: EXPLAINED_BY,
  roles: [
    'apiserver-serving',
    'cluster-ca',
    'kubeconfig-ca',
    'admin-client',
    'super-admin-client',
    'user-client',
    'controller-manager-client',
    'scheduler-client',
    'kubelet-client',
    'root-ca-bundle',
  ],
  kinds: ['kubeconfig', 'configmap', 'node'],
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
    {
      id: 'restarted',
      question: 'Did the API server start before its certificate was renewed?',
      command: () => 'crictl ps --name kube-apiserver; stat -c %y /etc/kubernetes/pki/apiserver.crt',
      sources: ['apiserver-handshake', 'kubeadm-files'],
      applies: (context) => notTakenOver(context).length > 0,
      causes: ['PROCESS_OLDER_THAN_FILE'],
      judge: neverRestarted,
    },
    findingsStep({
      id: 'kubeconfig-ca',
      question: 'Does the CA inside each kubeconfig verify what the API server serves?',
      command: 'openssl s_client -connect SERVER:6443 -CAfile CA_OF_THE_KUBECONFIG </dev/null',
      codes: ['KUBECONFIG_CA_STALE', 'CA_DRIFT', 'STALE_COPY'],
      sources: ['kubeconfig', 'apiserver-handshake'],
    }),
    speakersClock,
    findingsStep({
      id: 'clients',
      question: 'Are the client certificates inside the kubeconfigs in their time?',
      command: 'kubeadm certs check-expiration; kubectl config view --raw',
      codes: EXPLAINED_BY,
      roles: [
        'admin-client',
        'super-admin-client',
        'user-client',
        'controller-manager-client',
        'scheduler-client',
        'kubelet-client',
      ],
      sources: ['kubeconfig', 'kubeadm-files'],
    }),
  ],
  hides: [
    { cause: 'CHAIN_EXPIRED', hidden: 'CHAIN_UNTRUSTED' },
    { cause: 'KUBECONFIG_CA_STALE', hidden: 'CHAIN_INCOMPLETE' },
    { cause: 'KUBECONFIG_CA_STALE', hidden: 'CHAIN_UNTRUSTED' },
  ],
  next: [
    { title: 'Does anything answer at all, by the address in the kubeconfig?', command: 'kubectl version -v=6' },
    { title: 'Is the clock of the machine that says so right?', command: 'timedatectl' },
  ],
};

function notTakenOver(context: StepContext) {
  return findingsOf(context, { codes: ['SERVED_DIFFERS_FROM_STORED'], roles: ['apiserver-serving'], kinds: [] });
}

/** The file is new, what is served is old: the process has what it read at its start. */
function neverRestarted(context: StepContext): Judgement[] {
  const found = notTakenOver(context);
  const [first] = found;
  if (!first) return [];
  const { inventory } = context;
  const process = inventory.facts('process').find(({ program }) => program === 'kube-apiserver');
  const file = process?.files.find(({ path }) => first.evidence.some(({ fact }) => fact.includes(path)));
  const since = process
    ? `, it runs since ${process.started}${file?.modified ? ` and the file changed ${file.modified}` : ''}`
    : '';
  return [
    {
      is: 'supports',
      code: 'PROCESS_OLDER_THAN_FILE',
      object: componentRef(inventory, 'kube-apiserver'),
      also: [
        ...new Set([
          ...found.flatMap(({ placement, also = [] }) => [placement, ...also]),
          ...(file ? [`file:${file.path}`] : []),
        ]),
      ],
      message: `the API server was not restarted after its certificate had been renewed, and serves the one that it read at its start${since}`,
      evidence: [
        ...first.evidence,
        ...(process
          ? [inventory.evidence(process.seen, `kube-apiserver (process ${process.pid}) started ${process.started}`)]
          : []),
      ],
      impact: first.impact,
      fix: [
        ...first.fix,
        manualStep(
          'others',
          'then the controller-manager and the scheduler in the same way, and etcd one member at a time',
          [],
          'restart',
        ),
        manualStep('copies', 'copy the renewed admin.conf over the kubeconfigs of people', [
          'cp',
          '/etc/kubernetes/admin.conf',
          '~/.kube/config',
        ]),
      ],
      explains: found.flatMap(({ placement, also = [] }) =>
        [placement, ...also].flatMap((place) => [
          { code: 'SERVED_DIFFERS_FROM_STORED', placement: place },
          { code: 'CERT_EXPIRED', placement: place },
        ]),
      ),
    },
  ];
}
