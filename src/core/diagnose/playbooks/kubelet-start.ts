import { onNode } from '../control-plane.ts';
import type { Playbook } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';

const EXPLAINED_BY = [
  'KUBELET_CONF_EMBEDDED',
  'CERT_EXPIRED',
  'KUBELET_SILENT',
  'KUBELET_NOT_ROTATING',
  'CSR_PENDING',
  'CSR_DENIED',
  'SECRET_MISSING',
  'EXPECTED_FILE_MISSING',
  'CHAIN_UNTRUSTED',
  'KEY_MISMATCH',
  'BAD_DATA',
  'CLOCK_SKEW',
  'CERT_NOT_YET_VALID',
];

/** A node is NotReady, or its kubelet does not start, because of its own client certificate. */
export const kubeletStart: Playbook = {
  id: 'kubelet-start',
  layer: 'cluster',
  title: 'A kubelet does not start, or its node is NotReady',
  patterns: [
    /unable to load bootstrap kubeconfig|bootstrap-kubelet\.conf/i,
    /failed to run Kubelet[^\n]*/i,
    /existing bootstrap client certificate is expired/i,
    /Kubelet stopped posting node status|NodeStatusUnknown|\bnode\b[^\n]*NotReady/i,
    /kubelet[^\n]*(?:will not|does not|won't|doesn't|cannot|can't|fails? to) (?:start|come|register|join)/i,
    /Failed to ensure lease exists[^\n]*/i,
  ],
  targets: ['node'],
  explainedBy: EXPLAINED_BY,
  roles: ['kubelet-client', 'cluster-ca', 'apiserver-serving'],
  kinds: ['node', 'csr', 'kubeconfig'],
  reads: ['nodes', 'leases', 'kubelet-files'],
  causes: [],
  steps: [
    findingsStep({
      id: 'credential',
      question: "Is the kubelet's client certificate in its time, and does kubelet.conf name the rotated one?",
      command:
        'grep client-certificate /etc/kubernetes/kubelet.conf; openssl x509 -noout -enddate -in /var/lib/kubelet/pki/kubelet-client-current.pem',
      codes: EXPLAINED_BY,
      roles: ['kubelet-client'],
      kinds: ['node'],
      sources: ['kubelet-files', 'nodes', 'leases'],
    }),
    {
      id: 'journal',
      question: 'What does the kubelet say?',
      command: () => 'journalctl -u kubelet -n 100 --no-pager',
      sources: ['journal'],
      applies: ({ inventory }) => onNode(inventory),
      wants: ({ inventory }) =>
        onNode(inventory) ? [want.journal('kubelet', 'what the kubelet of this machine says')] : [],
      judge: ({ sayings }) =>
        sayings.some(({ text }) => /bootstrap-kubelet\.conf: no such file/.test(text))
          ? [
              {
                is: 'misleads',
                message: 'bootstrap-kubelet.conf is not there',
                why: 'it goes after every successful join; the kubelet looks for it only since its own client certificate is of no use, and it must not be made anew blindly',
              },
            ]
          : [],
    },
  ],
  hides: [
    { cause: 'KUBELET_CONF_EMBEDDED', hidden: 'CERT_EXPIRED' },
    { cause: 'KUBELET_CONF_EMBEDDED', hidden: 'KUBELET_SILENT' },
    { cause: 'KUBELET_NOT_ROTATING', hidden: 'KUBELET_SILENT' },
  ],
  next: [
    {
      title: 'Does the machine run, and reach the API server?',
      command: 'ssh NODE curl -k https://SERVER:6443/healthz',
    },
    { title: 'Is the container runtime there?', command: 'crictl info; systemctl status containerd' },
  ],
};
