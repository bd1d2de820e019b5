import type { CsrFact, Seen } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { relativeTime } from '../../view/time.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';
import { findingsOf, findingsStep } from '../steps.ts';
import { youngRequests } from './young-requests.ts';

/** Milliseconds after which a signer that works would have signed. */
const PATIENCE = 2 * 60_000;

/** A CertificateSigningRequest does not become a certificate. */
export const csr: Playbook = {
  id: 'csr',
  layer: 'cluster',
  title: 'A CertificateSigningRequest is pending, denied, or approved without a certificate',
  patterns: [
    /\bcsr\b[^\n]*(?:pending|approved|denied|never|issued|signed)/i,
    /certificate ?signing ?request|no certificate in [^\n]*condition (?:Pending|Approved|Denied)/i,
    /(?<csr>[\w.-]+)\s+\S+\s+kubernetes\.io\/[\w-]+\s+\S+\s+(?:<none>\s+)?(?:Pending|Approved|Denied)/i,
    /(?<name>kubernetes\.io\/(?:kubelet-serving|kube-apiserver-client(?:-kubelet)?|legacy-unknown))(?![\w-])/i,
    /certificate request[^\n]*(?:not signed|was not|denied|approved|pending|waiting)/i,
  ],
  targets: ['csr'],
  explainedBy: [
    'CSR_NOT_ISSUED',
    'CSR_PENDING',
    'CSR_DENIED',
    'CSR_NAMES_FOREIGN',
    'CA_KEY_AWAY',
    'LEADER_SILENT',
    'PROCESS_OLDER_THAN_FILE',
  ],
  roles: ['controller-manager-client', 'cluster-ca'],
  kinds: ['csr', 'lease'],
  reads: ['csrs'],
  causes: [],
  steps: [
    findingsStep({
      id: 'approved',
      question: 'Is the request approved?',
      command: 'kubectl get csr',
      codes: ['CSR_PENDING', 'CSR_DENIED', 'CSR_NAMES_FOREIGN'],
      sources: ['csrs'],
    }),
    {
      id: 'signed',
      question: 'Is anybody told to sign what is approved?',
      command: () => 'kubectl -n kube-system get pod kube-controller-manager-NODE -o yaml | grep cluster-signing',
      sources: ['csrs', 'pods'],
      causes: ['CSR_NOT_ISSUED'],
      applies: (context) => waiting(context).length > 0,
      finds: (context) => findingsOf(context, { codes: ['CSR_NOT_ISSUED'], roles: [], kinds: [] }),
      judge: (context) => waiting(context).flatMap((fact) => judge(context, fact)),
    },
    youngRequests,
  ],
  hides: [
    { cause: 'LEADER_SILENT', hidden: 'CSR_NOT_ISSUED' },
    // Whoever approves compares the names first: it waits for as long as they are not the Node's.
    { cause: 'CSR_NAMES_FOREIGN', hidden: 'CSR_PENDING' },
  ],
  next: [
    {
      title: 'What do the controllers that approve and sign say?',
      command: 'kubectl -n kube-system logs kube-controller-manager-NODE | grep -i certificate',
    },
  ],
};

function waiting({ inventory, now, reading }: StepContext): Seen<CsrFact>[] {
  return inventory.facts('csr').filter(({ name, state, created }) => {
    const isNamed = reading.subjects.has(name.toLowerCase());
    return (
      state === 'approved' && (isNamed || reading.playbooks.includes('csr') || now - Date.parse(created) > PATIENCE)
    );
  });
}

/** Signers of Kubernetes itself are judged by their finding; any other one needs a controller of its own. */
function judge({ inventory, now }: StepContext, { seen, name, signerName, created }: Seen<CsrFact>): Judgement[] {
  const object = ref.csr(name);
  const misleading: Judgement = {
    is: 'misleads',
    object,
    message: `${name} is approved`,
    why: 'to approve it once more changes nothing: what is missing is a signature',
  };
  if (signerName.startsWith('kubernetes.io/')) return [misleading];
  const fact = `${name} for ${signerName} is approved, and ${relativeTime(Date.parse(created), now)} after it was made it has no certificate`;
  const message = `the request ${name} is approved, and no controller signs for ${signerName}`;
  return [
    {
      is: 'supports',
      code: 'CSR_NOT_ISSUED',
      object,
      message,
      evidence: [inventory.evidence(seen, fact)],
      decisive: false,
    },
    misleading,
  ];
}
