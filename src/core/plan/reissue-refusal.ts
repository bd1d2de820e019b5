import type { CertificateFact, IssuerFact } from '../model/facts.ts';
import { manualStep, type Step } from '../model/step.ts';
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

/**
 * Who owns a Secret that several Certificates name: the one in the Secret's annotation, else the oldest, then by name.
 * The manual trigger passes this check by, and the other's key would be overwritten (cert-manager
 * internal/controller/certificates/certificates.go, CertificateOwnsSecret).
 */
function belongsToAnother({ certificate, inventory }: Question): Refusal | undefined {
  const { namespace, name, secretName } = certificate;
  const keepers = inventory
    .facts('certificate')
    .filter((each) => each.namespace === namespace && each.secretName === secretName)
    .toSorted(byAge);
  const written = inventory.facts('secret').find((each) => each.namespace === namespace && each.name === secretName);
  const owner = keepers.find((each) => each.name === written?.certificateName) ?? keepers[0];
  if (!owner || owner.name === name) return undefined;
  return {
    reason: `Secret ${secretName} belongs to Certificate ${owner.name}, which names it too: both would overwrite each other`,
    instead: [
      manualStep('rename', `give Certificate ${name} a secretName of its own`, [
        ...['kubectl', '-n', namespace, 'edit', 'certificate', name],
      ]),
      manualStep('owner', 'or renew the owner', [
        ...['kubectl', 'certs', 'renew', `certificate/${namespace}/${owner.name}`],
      ]),
    ],
  };
}

function byAge(a: CertificateFact, b: CertificateFact): number {
  return Date.parse(a.created ?? '') - Date.parse(b.created ?? '') || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
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

const HOUR = 3_600_000;
/** Hours; --certificate-request-maximum-backoff-duration. */
const LONGEST_DELAY = 32;

/**
 * When cert-manager tries again by itself after a failed issuance: 1, 2, 4, ... 32 hours later, by the number of
 * failures in a row (cert-manager pkg/controller/certificates/trigger, its default flags).
 * @returns milliseconds since the epoch; undefined where no issuance has failed
 */
export function nextTry({ issuing, lastFailureTime, failedIssuanceAttempts = 1 }: CertificateFact): number | undefined {
  const failed = Date.parse(lastFailureTime ?? '');
  if (issuing?.status === 'True' || Number.isNaN(failed)) return undefined;
  return failed + Math.min(2 ** (Math.max(failedIssuanceAttempts, 1) - 1), LONGEST_DELAY) * HOUR;
}

function backsOff({ certificate, now }: Question): Refusal | undefined {
  const { namespace, name, issuing, failedIssuanceAttempts = 1, lastFailureTime } = certificate;
  const next = nextTry(certificate);
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

/** The issuer that a Certificate names. */
export function issuerOf({ issuer, namespace }: CertificateFact, inventory: Inventory): IssuerFact | undefined {
  return inventory
    .facts('issuer')
    .find(
      (each) =>
        each.kind === issuer.kind &&
        each.name === issuer.name &&
        (each.kind === 'ClusterIssuer' || each.namespace === namespace),
    );
}

function stateOf(issuer: IssuerFact | undefined, { snapshot }: Inventory): string {
  if (issuer?.ready) return `is not ready: ${issuer.ready.reason}: ${issuer.ready.message}`;
  if (issuer) return 'has not said yet whether it is ready: does the controller of cert-manager run?';
  const unread = snapshot.coverage.find(({ source, state }) => source === 'issuers' && state !== 'complete');
  return unread ? `could not be read: ${unread.reason ?? unread.state}` : 'does not exist';
}
