import { componentsNamed } from '../../check/components.ts';
import type { CsrFact, Seen } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Judgement, PlaybookStep, StepContext } from '../playbook.ts';

/**
 * A request that is younger than what a finding waits for: nobody should be alarmed by it, but whoever comes with a
 * symptom of it waits for just this one.
 */
export const youngRequests: PlaybookStep = {
  id: 'young-requests',
  question: 'Does a request of this moment wait, for approval or for its signature?',
  command: () => 'kubectl get csr --sort-by=.metadata.creationTimestamp',
  sources: ['csrs'],
  causes: ['CSR_PENDING', 'CSR_NOT_ISSUED'],
  applies: (context) => young(context).length > 0,
  judge: (context) => young(context).flatMap((csr) => judge(context, csr)),
};

/** Those that no finding tells of yet; of a kubelet where the symptom is about kubelets. */
function young({ inventory, findings, reading }: StepContext): Seen<CsrFact>[] {
  const told = new Set(findings.flatMap(({ placement, also = [] }) => [placement, ...also]));
  return inventory.facts('csr').filter(({ name, state, signerName }) => {
    if ((state !== 'pending' && state !== 'approved') || told.has(ref.csr(name))) return false;
    const isNamed = reading.subjects.has(ref.csr(name).toLowerCase());
    const isMeant =
      reading.playbooks.includes('csr') ||
      (reading.playbooks.includes('kubelet-tls') && signerName === 'kubernetes.io/kubelet-serving');
    return isNamed || isMeant;
  });
}

function judge({ inventory }: StepContext, { seen, name, state, signerName, username }: Seen<CsrFact>): Judgement[] {
  const object = ref.csr(name);
  if (state === 'pending') {
    return [
      {
        is: 'supports',
        code: 'CSR_PENDING',
        object,
        message: `the request ${name} of ${username} for ${signerName} waits for approval`,
        evidence: [inventory.evidence(seen, `${name} of ${username} for ${signerName} is pending`)],
        fix: [
          manualStep('approve', 'compare its names with the addresses of the node, and approve it', [
            'kubectl',
            'certificate',
            'approve',
            name,
          ]),
        ],
      },
    ];
  }
  const unarmed = componentsNamed(inventory, 'kube-controller-manager').find(
    ({ flags }) => !Object.keys(flags).some((flag) => flag.startsWith('cluster-signing') && flag.endsWith('key-file')),
  );
  if (!signerName.startsWith('kubernetes.io/') || !unarmed) return [];
  return [
    {
      is: 'supports',
      code: 'CSR_NOT_ISSUED',
      object,
      also: [unarmed.object],
      message: `the request ${name} of ${username} is approved and nobody signs it: ${unarmed.object} was given no certificate and key to sign with`,
      evidence: [
        inventory.evidence(seen, `${name} for ${signerName} is approved, without a certificate`),
        inventory.evidence(unarmed.seen, `${unarmed.object} has no --cluster-signing-key-file`),
      ],
    },
  ];
}
