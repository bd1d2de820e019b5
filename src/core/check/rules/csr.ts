import type { CsrFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { relativeTime } from '../../view/time.ts';
import { distributionOf } from '../distributions.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const CSR_PENDING: CodeDefinition = {
  code: 'CSR_PENDING',
  severity: 'warning',
  title: "a kubelet's certificate request waits",
  meaning:
    'It was not approved. The cluster approves client requests of kubelets by itself but never their serving requests: those need a person or an approver, and come back at every rotation. Until then the kubelet keeps its old certificate, or serves none.',
  prove: [
    'kubectl get csr: CONDITION Pending, or Approved without Issued',
    'kubectl describe csr NAME: requestor system:node:NODE, names and addresses equal to those of the Node, no client auth for a serving request',
  ],
  fix: ['compare requestor, names, addresses and usages with the Node, then: kubectl certificate approve NAME'],
  prevent: ['run an approver that checks what is asked against the Node; never approve blindly'],
  source: 'kubernetes.io, Certificate Signing Requests; Certificate Management with kubeadm',
  since: '0.1.0',
};

const CSR_DENIED: CodeDefinition = {
  code: 'CSR_DENIED',
  severity: 'warning',
  title: "a kubelet's certificate request was denied, or failed",
  meaning:
    'The kubelet asks again after a while and keeps its present certificate until that one ends. A failed request was approved, but the signer refused what it asks for.',
  prove: ['kubectl get csr NAME -o jsonpath="{.status.conditions}": type Denied or Failed, with reason and message'],
  fix: ['settle what the message says, delete the request, and restart the kubelet so that it asks at once'],
  prevent: ['keep the names that the kubelet asks for and the addresses of its Node the same'],
  source: 'certificates.k8s.io/v1 CertificateSigningRequestStatus',
  since: '0.1.0',
};

const SIGNERS: Record<string, { what: string; impact: string }> = {
  'kubernetes.io/kubelet-serving': {
    what: 'serving certificate',
    impact:
      'the kubelet serves its old certificate or none: kubectl logs and exec, and metrics that verify it, fail then',
  },
  'kubernetes.io/kube-apiserver-client-kubelet': {
    what: 'client certificate',
    impact: 'when its present certificate ends the node turns NotReady',
  },
};

/** A request is approved and signed within seconds; younger ones are on their way. Milliseconds. */
const PATIENCE = 5 * 60_000;

export const csr: Check = {
  id: 'csr',
  title: "the kubelets' certificate requests are approved",
  codes: [CSR_PENDING, CSR_DENIED],
  applies: ({ inventory }) => inventory.facts('csr').some(isOfKubelet),
  run: (input) => {
    const requests = input.inventory.facts('csr').filter(isOfKubelet);
    const groups = Map.groupBy(requests, ({ signerName, username }) => `${signerName} ${username}`);
    return [...groups.values()].flatMap((group) => judge(input, group));
  },
};

function isOfKubelet({ signerName }: CsrFact): boolean {
  return Object.hasOwn(SIGNERS, signerName);
}

/** The newest request of one node speaks for all: the kubelet asks again and again. */
function judge(input: CheckInput, group: readonly Seen<CsrFact>[]): Draft[] {
  const newest = group.toSorted((a, b) => compare(b.created, a.created) || compare(a.name, b.name));
  const [latest] = newest as [Seen<CsrFact>];
  // That nobody signs what was approved is a matter of the signer.
  if (latest.state === 'issued' || latest.state === 'approved') return [];
  if (latest.state === 'denied' || latest.state === 'failed') return [report(CSR_DENIED, input, newest)];
  const old = newest.some(({ created, state }) => state === latest.state && input.now - Date.parse(created) > PATIENCE);
  return old ? [report(CSR_PENDING, input, newest)] : [];
}

function report(definition: CodeDefinition, { inventory, now }: CheckInput, requests: readonly Seen<CsrFact>[]): Draft {
  const [latest] = requests as [Seen<CsrFact>];
  const { what, impact } = SIGNERS[latest.signerName] as { what: string; impact: string };
  const same = requests.filter(({ state }) => state === latest.state);
  const many = same.length > 1 ? ` (${same.length} requests alike)` : '';
  return draft(definition, {
    layer: 'cluster',
    placement: ref.csr(latest.name),
    also: same.slice(1).map(({ name }) => ref.csr(name)),
    message: `the request ${latest.name} of ${latest.username} for its ${what} ${stateOf(latest)}, made ${relativeTime(Date.parse(latest.created), now)}${many}`,
    evidence: same
      .slice(0, 5)
      .map((one) => inventory.evidence(one.seen, `csr/${one.name}: ${one.state}, signer ${one.signerName}`)),
    impact,
    fix: fixFor(latest, distributionOf(inventory)),
  });
}

function stateOf({ state, reason, message }: CsrFact): string {
  if (state === 'pending') return 'waits for approval';
  const why = [reason, message].filter(Boolean).join(': ');
  return `${state === 'denied' ? 'was denied' : 'failed'}${why ? ` (${why})` : ''}`;
}

function fixFor({ name, state }: CsrFact, distribution: string): Step[] {
  const look = manualStep('look', 'compare requestor, names, addresses and usages with the Node', [
    'kubectl',
    'describe',
    'csr',
    name,
  ]);
  if (state === 'pending') {
    const tool =
      distribution === 'openshift'
        ? ['oc', 'adm', 'certificate', 'approve', name]
        : ['kubectl', 'certificate', 'approve', name];
    return [look, manualStep('approve', 'approve it when they agree', tool)];
  }
  return [
    look,
    manualStep('delete', 'delete it when its reason is settled: the kubelet asks again', [
      'kubectl',
      'delete',
      'csr',
      name,
    ]),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
