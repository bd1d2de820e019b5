import { MalformedCertificate } from '../../src/core/x509/certificate.ts';
import type { Reason } from '../../src/core/x509/rules.ts';
import { validate } from '../../src/core/x509/validate.ts';
import { type Case, groupOf, inputOf } from './cases.ts';

/** The answer to one case, in the form of x509-limbo's results. */
export interface Result {
  readonly id: string;
  readonly actual_result: 'SUCCESS' | 'FAILURE' | 'SKIPPED';
  /** Why, in one line. */
  readonly context: string;
}

/** Puts one case to the validator. `now` (ms) holds where the case names no time. What is no certificate is refused. */
export function judgeCase(one: Case, now: number): Result {
  try {
    const verdict = validate(inputOf(one, now));
    if (groupOf(one) !== 'webpki') return answer(one, verdict.reasons.map(describe));
    // These cases ask for the rules of the public web, which are warnings here and never a refusal.
    const warnings = verdict.warnings.map(({ message, source }) => `warning: ${message} (${source})`);
    return answer(one, [...verdict.reasons.filter((reason) => !isAllowedOnTheWeb(reason)).map(describe), ...warnings]);
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    return answer(one, [error.message]);
  }
}

function answer({ id }: Case, objections: readonly string[]): Result {
  if (objections.length === 0) return { id, actual_result: 'SUCCESS', context: 'conforms' };
  return { id, actual_result: 'FAILURE', context: objections.slice(0, 3).join('; ') };
}

function describe({ rule, message }: Reason): string {
  return `${rule}: ${message}`;
}

/** Baseline Requirements section 7.1.2.5.2: as an exception from RFC 5280 nameConstraints need not be critical. */
function isAllowedOnTheWeb({ rule, message }: Reason): boolean {
  return rule === 'must-be-critical' && message.startsWith('nameConstraints');
}
