import type { CertificateFact, ControllerFact } from '../../model/facts.ts';
import { parseDuration } from '../../parse/duration.ts';

const HOUR = 3_600_000;

/** How long cert-manager waits after failed issuances, milliseconds. */
export interface Backoff {
  readonly shortest: number;
  readonly longest: number;
}

/** Its default flags (cert-manager cmd/controller/app/options; the second since 1.21). */
const DEFAULT: Backoff = { shortest: HOUR, longest: 32 * HOUR };

/** The delays by the controller's own flags, where it could be read. */
export function backoffOf(controllers: readonly ControllerFact[]): Backoff {
  const flags = controllers.find(({ product }) => product === 'cert-manager')?.flags ?? {};
  const flag = (name: string) => parseDuration(flags[`certificate-request-${name}-backoff-duration`] ?? '');
  return { shortest: flag('minimum') ?? DEFAULT.shortest, longest: flag('maximum') ?? DEFAULT.longest };
}

/**
 * When cert-manager tries again by itself after a failed issuance: 1, 2, 4, ... 32 hours later, by the number of
 * failures in a row (cert-manager pkg/controller/certificates/trigger).
 * @returns milliseconds since the epoch; undefined where no issuance has failed
 */
export function nextTry(
  { issuing, lastFailureTime, failedIssuanceAttempts = 1 }: CertificateFact,
  backoff: Backoff = DEFAULT,
): number | undefined {
  const failed = Date.parse(lastFailureTime ?? '');
  if (issuing?.status === 'True' || Number.isNaN(failed)) return undefined;
  return failed + delayAfter(failedIssuanceAttempts, backoff);
}

/** Tries that are left from the next one to an end, both milliseconds since the epoch. */
export function triesBefore(
  end: number,
  { next, attempts }: { readonly next: number; readonly attempts: number },
  backoff: Backoff = DEFAULT,
): number {
  let tries = 0;
  for (let at = next, failed = attempts; at < end && tries < MOST_TRIES; at += delayAfter(++failed, backoff)) tries++;
  return tries;
}

/** More than anybody counts. */
const MOST_TRIES = 1000;

function delayAfter(attempts: number, { shortest, longest }: Backoff): number {
  return Math.min(shortest * 2 ** (Math.max(attempts, 1) - 1), longest);
}
