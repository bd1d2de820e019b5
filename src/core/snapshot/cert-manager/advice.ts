import type { CertificateFact, ControllerFact } from '../../model/facts.ts';
import type { Validity } from './validity.ts';

/** When the CA would have a certificate renewed. Milliseconds since the epoch. */
export interface AdvisedWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * The window of ACME Renewal Information (RFC 9773 section 4.2) for the certificate that is there. One that opens before
 * that was issued is about another: the controller has not asked again yet (cert-manager
 * internal/controller/certificates/policies, CurrentCertificateNearingExpiry).
 */
export function advisedWindow({ ari }: CertificateFact, { notBefore }: Validity): AdvisedWindow | undefined {
  const [start, end] = [Date.parse(ari?.start ?? ''), Date.parse(ari?.end ?? '')];
  return start > notBefore && end >= start ? { start, end } : undefined;
}

/** A feature gate of cert-manager's that is off unless it is asked for; undefined: its flags were not read. */
export function followsAdvice(controllers: readonly ControllerFact[]): boolean | undefined {
  const controller = controllers.find(({ product }) => product === 'cert-manager');
  if (!controller) return undefined;
  const gates = (controller.flags['feature-gates'] ?? '').split(',').map((gate) => gate.trim());
  const said = gates.findLast((gate) => /^ACMEUseARI=/.test(gate)) ?? gates.findLast((gate) => /^AllAlpha=/.test(gate));
  return said?.endsWith('=true') ?? false;
}
