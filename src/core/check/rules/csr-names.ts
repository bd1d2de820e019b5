import type { CsrFact, NodeFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, Draft } from '../rule.ts';
import { list } from '../words.ts';

const CSR_NAMES_FOREIGN: CodeDefinition = {
  code: 'CSR_NAMES_FOREIGN',
  severity: 'warning',
  title: 'a kubelet asks for a serving certificate with names that its Node does not have',
  meaning:
    'Whoever approves it lets that node be another server: the request is for names or addresses that are not those of its own Node, or it was not made by a node at all. It may also be harmless, when an address has changed. Approvers have to compare before they approve; an issued one is critical.',
  prove: [
    'kubectl get csr NAME -o jsonpath="{.spec.request}" | base64 -d | openssl req -noout -text: subject and names',
    'kubectl get node NODE -o jsonpath="{.status.addresses}"',
  ],
  fix: ['deny it when the names are not its own; when an address of the node has changed, let the Node say so first'],
  prevent: ['run an approver that compares each request with its Node'],
  source: 'kubernetes.io, Certificate Signing Requests (kubelet-serving signer); pkg/apis/certificates/v1 helpers',
  since: '0.1.0',
};

const SIGNER = 'kubernetes.io/kubelet-serving';

export const csrNames: Check = {
  id: 'csr-names',
  title: 'kubelets ask for the names and addresses of their own Nodes',
  codes: [CSR_NAMES_FOREIGN],
  applies: ({ inventory }) => inventory.facts('csr').some(({ signerName }) => signerName === SIGNER),
  run: ({ inventory }) => {
    const nodes = new Map(inventory.facts('node').map((node) => [node.name, node]));
    return inventory
      .facts('csr')
      .filter(({ signerName, state }) => signerName === SIGNER && state !== 'denied' && state !== 'failed')
      .flatMap((csr) => judge(inventory, csr, nodes));
  },
};

function judge(inventory: Inventory, csr: Seen<CsrFact>, nodes: ReadonlyMap<string, NodeFact>): Draft[] {
  const name = /^system:node:(.+)$/.exec(csr.username)?.[1];
  if (name === undefined) return [report(inventory, csr, `was made by ${csr.username || 'nobody'}, who is no node`)];
  const node = nodes.get(name);
  // Of a node that is gone, or that may not be read, nothing can be said.
  if (!node || csr.subject === '') return [];
  if (!hasOwnSubject(csr))
    return [report(inventory, csr, `is for the subject ${csr.subject}, not for ${csr.username}`)];
  const own = new Set(node.addresses.map(({ address }) => address.toLowerCase()));
  const foreign = [...csr.dnsNames, ...csr.ipAddresses].filter((asked) => !own.has(asked.toLowerCase()));
  return foreign.length > 0
    ? [report(inventory, csr, `asks for ${list(foreign)}, which Node ${name} does not have`)]
    : [];
}

function hasOwnSubject({ subject, username }: CsrFact): boolean {
  const parts = subject.split(/[,+]/);
  return parts.includes(`CN=${username}`) && parts.includes('O=system:nodes');
}

function report(inventory: Inventory, csr: Seen<CsrFact>, what: string): Draft {
  const granted = csr.state === 'issued' || csr.state === 'approved';
  return draft(CSR_NAMES_FOREIGN, {
    severity: granted ? 'critical' : 'warning',
    layer: 'cluster',
    placement: ref.csr(csr.name),
    message: `the request ${csr.name} of ${csr.username}, ${csr.state}, ${what}`,
    evidence: [
      inventory.evidence(
        csr.seen,
        `names ${list([...csr.dnsNames, ...csr.ipAddresses], 6) || 'none'}, subject ${csr.subject}`,
      ),
    ],
    impact: 'its holder can pose as another server to whoever trusts the cluster CA',
    fix: fixFor(csr, granted),
  });
}

function fixFor({ name }: CsrFact, granted: boolean): Step[] {
  const look = manualStep('look', 'compare what it asks for with the Node', ['kubectl', 'describe', 'csr', name]);
  if (granted) return [look, manualStep('who', 'see who approved it, and what runs on that node')];
  return [
    look,
    manualStep('deny', 'deny it unless the Node is about to say the same', ['kubectl', 'certificate', 'deny', name]),
  ];
}
