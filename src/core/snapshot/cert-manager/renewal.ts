import { leavesUnknown } from '../../model/coverage.ts';
import type { CertificateFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { relativeTime, rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Inventory, Placed } from '../inventory.ts';
import { type AdvisedWindow, advisedWindow, followsAdvice } from './advice.ts';
import { backoffOf, nextTry, triesBefore } from './backoff.ts';
import { currentRequest, nextRequest, secretOwner } from './issuance.ts';
import { type PolicyInput, type Violation, whyIssue } from './policies.ts';
import { renewalTime } from './renewal-time.ts';
import { requestViolations } from './spec-match.ts';

/** What cert-manager will do with a Certificate next, when, and why. Times are milliseconds since the epoch. */
export interface Renewal {
  readonly is: 'issuing' | 'waiting to retry' | 'due' | 'scheduled' | 'switched off' | "another's Secret" | 'unknown';
  /** `will be renewed in 12d (2026-12-11T00:00:00Z), because ...` */
  readonly says: string;
  /** When it acts. */
  readonly at?: number;
  /** Tries that are left before the certificate ends, where tries fail. */
  readonly triesLeft?: number;
  /** What the controller has against the present state. */
  readonly violation?: Violation;
}

/** Explains a Certificate's next renewal by the controller's own rules. @param now milliseconds since the epoch */
export function explainRenewal(inventory: Inventory, certificate: CertificateFact, now: number): Renewal {
  const { owner } = secretOwner(inventory, certificate);
  const input = policyInput(inventory, certificate, now);
  if (certificate.issuing?.status === 'True') return issuing(certificate, now);
  if (owner && owner.name !== certificate.name) return notOwner(certificate, owner);
  const violation = whyIssue(input);
  const retry = waits(inventory, input);
  if (violation && retry !== undefined && retry > now) return retrying(inventory, input, { violation, retry });
  if (violation) return { is: 'due', says: `is due: ${violation.message} (${violation.reason})`, at: now, violation };
  if (certificate.renewalDisabled)
    return { is: 'switched off', says: 'is never renewed by itself: spec.renewal.policy is Disabled' };
  return input.leaf ? scheduled(input, input.leaf) : unknown();
}

/** What the policies judge by. Without the Secret what was issued last stands in for it. */
export function policyInput(inventory: Inventory, certificate: CertificateFact, now: number): PolicyInput {
  const { namespace, secretName } = certificate;
  const secret = inventory.facts('secret').find((each) => each.namespace === namespace && each.name === secretName);
  const placed = inventory.placement(ref.secret(namespace, secretName, 'tls.crt'));
  const current = currentRequest(inventory, certificate);
  const key = placed?.placement.key === undefined ? undefined : inventory.key(placed.placement.key);
  const leaf = placed?.leaf ?? (secret ? undefined : issuedLeaf(inventory, certificate));
  const advised = leaf && followsAdvice(inventory.facts('controller')) !== false && advisedWindow(certificate, leaf);
  return {
    certificate,
    secret: secret ?? (isAbsent(inventory, placed?.placement.missing) ? 'absent' : 'unread'),
    ...(leaf && { leaf }),
    ...(key && { key }),
    ...(current && { current }),
    ...(advised && { advised }),
    now,
  };
}

function isAbsent({ snapshot }: Inventory, missing: string | undefined): boolean {
  if (missing !== undefined) return true;
  const readings = snapshot.coverage.filter(({ source }) => source === 'secrets');
  return readings.length > 0 && readings.every(({ state }) => !leavesUnknown(state) && state !== 'not-applicable');
}

/** The certificate that cert-manager was given last: readable where Secrets are not. */
export function issuedLeaf(inventory: Inventory, certificate: CertificateFact): Certificate | undefined {
  return issuedPlace(inventory, certificate)?.leaf;
}

/** Where that certificate was seen. */
export function issuedPlace(inventory: Inventory, certificate: CertificateFact): Placed | undefined {
  const request = currentRequest(inventory, certificate);
  return request && inventory.placement(ref.certificateRequest(request.namespace, request.name));
}

/** Until when a failed issuance holds the next one back; a spec that was changed since is tried at once. */
function waits(inventory: Inventory, { certificate }: PolicyInput): number | undefined {
  const failed = nextRequest(inventory, certificate);
  if (failed && requestViolations(failed, certificate).length > 0) return undefined;
  return nextTry(certificate, backoffOf(inventory.facts('controller')));
}

function issuing({ issuing, issuingSince }: CertificateFact, now: number): Renewal {
  const since =
    issuingSince === undefined ? '' : ` since ${issuingSince} (${relativeTime(Date.parse(issuingSince), now)})`;
  return { is: 'issuing', says: `is being issued${since}: ${issuing?.message || issuing?.reason}` };
}

function notOwner({ secretName }: CertificateFact, owner: CertificateFact): Renewal {
  return {
    is: "another's Secret",
    says: `is not issued: Secret ${secretName} belongs to Certificate ${owner.name}, which names it too`,
  };
}

function retrying(
  inventory: Inventory,
  { certificate, leaf, now }: PolicyInput,
  { violation, retry }: { readonly violation: Violation; readonly retry: number },
): Renewal {
  const attempts = certificate.failedIssuanceAttempts ?? 1;
  const end = leaf?.notAfter;
  const left =
    end === undefined || end < now
      ? undefined
      : triesBefore(end, { next: retry, attempts }, backoffOf(inventory.facts('controller')));
  const failed = attempts === 1 ? 'its last issuance failed' : `its last ${attempts} issuances failed`;
  const rest =
    left === undefined || end === undefined
      ? ''
      : `; ${left === 1 ? 'one try is' : `${left} tries are`} left before it ends ${relativeTime(end, now)}`;
  return {
    is: 'waiting to retry',
    says: `is due (${violation.reason}: ${violation.message}), but ${failed}: the next try is ${relativeTime(retry, now)} (${rfc3339(retry)})${rest}`,
    at: retry,
    ...(left !== undefined && { triesLeft: left }),
    violation,
  };
}

function scheduled({ certificate, advised, now }: PolicyInput, leaf: Certificate): Renewal {
  if (advised) return adviceFollowed(certificate, advised, now);
  const computed = renewalTime(certificate, leaf);
  const told = Date.parse(certificate.renewalTime ?? '');
  const at = computed.windows === 'unreadable' && !Number.isNaN(told) ? told : computed.at;
  return {
    is: 'scheduled',
    says: `will be renewed ${relativeTime(at, now)} (${rfc3339(at)}), because ${reasonOf(certificate, computed)}`,
    at,
  };
}

/** The controller picks a moment in the window, and acts earlier when anything makes it look after the start. */
function adviceFollowed({ renewalTime }: CertificateFact, { start, end }: AdvisedWindow, now: number): Renewal {
  const told = Date.parse(renewalTime ?? '');
  const at = told >= start && told <= end ? told : start;
  return {
    is: 'scheduled',
    says: `will be renewed ${relativeTime(at, now)} (${rfc3339(at)}), because its CA advises ${rfc3339(start)} to ${rfc3339(end)}`,
    at,
  };
}

const WINDOWED = {
  inside: 'that is within spec.renewal.windows',
  'put off': 'spec.renewal.windows put it off',
  'out of reach': 'none of spec.renewal.windows opens in its life',
  unreadable: 'spec.renewal.windows, which cannot be evaluated here, may put it off',
} as const;

function reasonOf(
  { renewBefore, renewBeforePercentage }: CertificateFact,
  { by, ignored, windows }: ReturnType<typeof renewalTime>,
): string {
  const settings = {
    renewBefore: `spec.renewBefore is ${renewBefore}`,
    renewBeforePercentage: `spec.renewBeforePercentage is ${renewBeforePercentage}`,
    'two thirds of its lifetime': 'two thirds of its lifetime will have passed',
  } as const;
  return [settings[by], ...(ignored ? [`spec.${ignored}`] : []), ...(windows ? [WINDOWED[windows]] : [])].join('; ');
}

function unknown(): Renewal {
  return {
    is: 'unknown',
    says: 'is renewed when nobody knows: neither its Secret nor what it was issued could be read',
  };
}
