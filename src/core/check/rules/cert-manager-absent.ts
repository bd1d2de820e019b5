import type { CertificateFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { causeDefinition } from '../issuance/cause.ts';
import { wasRead } from '../readings.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const CERT_MANAGER_ABSENT = causeDefinition({
  code: 'CERT_MANAGER_ABSENT',
  title: 'there are Certificates, and nothing acts on them',
  meaning:
    'The definitions of cert-manager are installed, no controller of it is among the workloads, and Certificates stay without a condition, or past their time of renewal, without any try. It was removed and its definitions were kept, it runs for other namespaces alone (--namespace), or it was never installed beside them.',
  prove: [
    'kubectl get deployments -A | grep cert-manager: none',
    'kubectl -n NS get certificate NAME -o yaml: no status, or renewalTime in the past and no condition Issuing',
  ],
  fix: [
    'install cert-manager, in the version of its definitions',
    'or let the one that runs elsewhere watch this namespace',
  ],
  source: 'cert-manager documentation, Installation; pkg/controller/certificates/trigger',
});

/** As soon as this a controller that runs has said something, or begun. Milliseconds. */
const PATIENCE = { unjudged: 10 * 60_000, due: 3_600_000 } as const;

export const certManagerAbsent: Check = {
  id: 'cert-manager-absent',
  title: 'a controller acts on Certificates',
  codes: [CERT_MANAGER_ABSENT],
  applies: ({ inventory }) => inventory.facts('certificate').length > 0,
  run: judge,
};

function judge({ inventory }: CheckInput): Draft[] {
  if (!wasRead(inventory, 'controllers')) return [];
  if (inventory.facts('controller').some(({ product }) => product === 'cert-manager')) return [];
  // At the time of the reading: what is due at another time that is asked about says nothing of who acts today.
  const then = Date.parse(inventory.snapshot.takenAt);
  const left = inventory.facts('certificate').filter((certificate) => isLeft(certificate, then));
  const [first] = left;
  if (!first) return [];
  const refs = left.map(({ namespace, name }) => ref.object('certificate', name, namespace));
  return [
    draft(CERT_MANAGER_ABSENT, {
      layer: 'ingress',
      placement: refs[0]!,
      also: [
        ...refs.slice(1),
        ...left.map(({ namespace, secretName }) => ref.secret(namespace, secretName, 'tls.crt')),
      ],
      message: `no controller of cert-manager is among the workloads, and nothing acts on ${list(refs)}`,
      evidence: left
        .slice(0, 3)
        .map(({ seen, namespace, name, created, ready, renewalTime }) =>
          inventory.evidence(
            seen,
            ready
              ? `${namespace}/${name}: renewalTime ${renewalTime}, and it is not being issued`
              : `${namespace}/${name}: no condition since ${created}`,
          ),
        ),
      impact: 'nothing is issued or renewed; every certificate that is there will end',
      fix: [
        manualStep('look', 'look for a controller under another name, and what it watches', [
          'kubectl',
          'get',
          'deployments',
          '-A',
        ]),
        manualStep('install', 'install cert-manager, in the version of its definitions'),
      ],
    }),
  ];
}

function isLeft(
  { created, ready, issuing, renewalTime, renewalDisabled, lastFailureTime, renewalWindows, ari }: CertificateFact,
  then: number,
): boolean {
  if (!ready) return issuing === undefined && Date.parse(created ?? '') < then - PATIENCE.unjudged;
  if (issuing || lastFailureTime || renewalDisabled || renewalWindows || ari) return false;
  return Date.parse(renewalTime ?? '') < then - PATIENCE.due;
}
