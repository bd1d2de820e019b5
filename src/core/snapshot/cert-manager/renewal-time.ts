import type { CertificateFact } from '../../model/facts.ts';
import { parseDuration } from '../../parse/duration.ts';
import { intoWindows } from './renewal-windows.ts';
import type { Validity } from './validity.ts';

/** When cert-manager renews a certificate, by which rule, and which setting it passed over. */
export interface RenewalTime {
  /** Milliseconds since the epoch, whole seconds. */
  readonly at: number;
  readonly by: 'renewBefore' | 'renewBeforePercentage' | 'two thirds of its lifetime';
  /** Why spec.renewBefore has no effect. */
  readonly ignored?: string;
  /** What spec.renewal.windows make of it, where there are any. */
  readonly windows?: 'inside' | 'put off' | 'out of reach' | 'unreadable';
}

type Settings = Pick<CertificateFact, 'renewBefore' | 'renewBeforePercentage' | 'renewalWindows'>;

/**
 * The moment by the real lifetime, not by the one that was asked for: renewBefore counts while it is shorter than that,
 * else the percentage (of the lifetime that is left), else two thirds of the lifetime have to pass; windows may put it
 * off further (cert-manager pkg/util/pki/renewaltime.go).
 */
export function renewalTime(settings: Settings, validity: Validity): RenewalTime {
  const wanted = wantedTime(settings, validity);
  const { renewalWindows = [] } = settings;
  if (renewalWindows.length === 0) return wanted;
  const found = intoWindows(renewalWindows, wanted.at, validity);
  return { ...wanted, windows: found.is, ...('at' in found && { at: found.at }) };
}

function wantedTime({ renewBefore, renewBeforePercentage }: Settings, { notBefore, notAfter }: Validity): RenewalTime {
  const lifetime = notAfter - notBefore;
  const before = renewBefore === undefined ? 0 : (parseDuration(renewBefore) ?? 0);
  if (before > 0 && before < lifetime) return { at: toSecond(notAfter - before), by: 'renewBefore' };
  const ignored = before > 0 && { ignored: 'renewBefore is not shorter than the lifetime that the certificate got' };
  const percentage = renewBeforePercentage ?? 0;
  if (percentage > 0 && percentage < 100)
    return { at: toSecond(notAfter - (lifetime * percentage) / 100), by: 'renewBeforePercentage', ...ignored };
  return { at: toSecond(notAfter - lifetime / 3), by: 'two thirds of its lifetime', ...ignored };
}

function toSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
