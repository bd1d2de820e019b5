import type { CodeDefinition } from '../../model/finding.ts';

/** The links of an issuance that say in words why it does not go on. */
export type IssuanceLink = 'certificate' | 'request' | 'order' | 'challenge' | 'issuer';

/** Why an issuance does not go on, known by what one of its links says. */
export interface IssuanceCause {
  readonly definition: CodeDefinition;
  /** Words of cert-manager, of CAs and of DNS providers that give it away. */
  readonly patterns: readonly RegExp[];
  /** Which links may say so; absent: any. */
  readonly said?: readonly IssuanceLink[];
  /** What is to be repaired. */
  readonly blames: IssuanceLink;
}

const SINCE = '0.1.0';

/** A definition with what most of them share. */
export function causeDefinition(
  definition: Omit<CodeDefinition, 'since' | 'severity'> & Partial<Pick<CodeDefinition, 'severity'>>,
): CodeDefinition {
  return { severity: 'critical', since: SINCE, ...definition };
}

export const SEE_CHALLENGE = 'kubectl describe challenge -n NS NAME: the reason, and the events whole';
export const SEE_LOGS = 'kubectl logs -n cert-manager deploy/cert-manager | grep -i CERTIFICATE';
export const SEE_ISSUER = 'kubectl describe clusterissuer NAME: the message of the condition Ready';
