import type { CertificateFact, IssuerFact } from '../model/facts.ts';
import { kubectlEdit, manualStep, type Step } from '../model/step.ts';
import { backoffOf, nextTry } from '../snapshot/cert-manager/backoff.ts';
import { issuerOf, secretOwner } from '../snapshot/cert-manager/issuance.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { relativeTime, rfc3339 } from '../view/time.ts';

/** Why a Certificate is left alone, and what to do instead. */
export interface Refusal {
  readonly reason: string;
  readonly instead: readonly Step[];
}

interface Question {
  readonly certificate: CertificateFact;
  readonly inventory: Inventory;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The first of these that has something to say wins. */
const REFUSALS: readonly ((question: Question) => Refusal | undefined)[] = [
  belongsToAnother,
  issuanceRuns,
  backsOff,
  issuerIsNotReady,
];

/** Why the Certificate must not be re-issued now; undefined: it may be. */
export function whyNotNow(question: Question): Refusal | undefined {
  for (const refuse of REFUSALS) {
    const refusal = refuse(question);
    if (refusal) return refusal;
  }
  return undefined;
}

/** The manual trigger passes this check by, and the other's key would be overwritten. */
function belongsToAnother({ certificate, inventory }: Question): Refusal | undefined {
  const { namespace, name, secretName } = certificate;
  const { owner } = secretOwner(inventory, certificate);
  if (!owner || owner.name === name) return undefined;
  return {
    reason: `Secret ${secretName} belongs to Certificate ${owner.name}, which names it too: both would overwrite each other`,
    instead: [
      manualStep(
        'rename',
        `give Certificate ${name} a secretName of its own`,
        kubectlEdit('certificate', name, namespace),
      ),
      manualStep('owner', 'or renew the owner', [
        ...['kubectl', 'certs', 'renew', `certificate/${namespace}/${owner.name}`],
      ]),
    ],
  };
}

function issuanceRuns({ certificate, now }: Question): Refusal | undefined {
  const { namespace, name, issuing, issuingSince } = certificate;
  if (issuing?.status !== 'True') return undefined;
  const since =
    issuingSince === undefined ? '' : ` since ${issuingSince} (${relativeTime(Date.parse(issuingSince), now)})`;
  return {
    reason: `cert-manager is issuing it${since}: ${issuing.reason}`,
    instead: [
      manualStep('see', 'see what it waits for', ['cmctl', 'status', 'certificate', name, '-n', namespace]),
      manualStep('drop', 'should it be stuck, delete its newest CertificateRequest: cert-manager makes a new one', [
        ...['kubectl', '-n', namespace, 'get', 'certificaterequests', '--sort-by=.metadata.creationTimestamp'],
      ]),
    ],
  };
}

function backsOff({ certificate, inventory, now }: Question): Refusal | undefined {
  const { namespace, name, issuing, failedIssuanceAttempts = 1, lastFailureTime } = certificate;
  const next = nextTry(certificate, backoffOf(inventory.facts('controller')));
  if (next === undefined || next <= now) return undefined;
  const failures = failedIssuanceAttempts === 1 ? 'its last issuance' : `its last ${failedIssuanceAttempts} issuances`;
  return {
    reason: `${failures} failed, the last one ${relativeTime(Date.parse(lastFailureTime ?? ''), now)}: ${issuing?.message ?? 'cert-manager does not say why'}; cert-manager tries again ${relativeTime(next, now)} (${rfc3339(next)})`,
    instead: [
      manualStep('see', 'see why it failed, and see to the cause', [
        ...['cmctl', 'status', 'certificate', name, '-n', namespace],
      ]),
      manualStep('try', 'then have it tried at once, past the delay', ['cmctl', 'renew', name, '-n', namespace]),
    ],
  };
}

function issuerIsNotReady({ certificate, inventory }: Question): Refusal | undefined {
  const { kind, name, group } = certificate.issuer;
  // Of issuers of other groups nothing is read: cert-manager asks them.
  if (group !== 'cert-manager.io') return undefined;
  const issuer = issuerOf(certificate, inventory);
  if (issuer?.ready?.status === 'True') return undefined;
  const where = kind === 'ClusterIssuer' ? [] : ['-n', certificate.namespace];
  const see = manualStep('see', 'see what it says', ['kubectl', ...where, 'describe', kind.toLowerCase(), name]);
  return { reason: `${kind} ${name} ${stateOf(issuer, inventory)}`, instead: [see] };
}

function stateOf(issuer: IssuerFact | undefined, { snapshot }: Inventory): string {
  if (issuer?.ready) return `is not ready: ${issuer.ready.reason}: ${issuer.ready.message}`;
  if (issuer) return 'has not said yet whether it is ready: does the controller of cert-manager run?';
  const unread = snapshot.coverage.find(({ source, state }) => source === 'issuers' && state !== 'complete');
  return unread ? `could not be read: ${unread.reason ?? unread.state}` : 'does not exist';
}
