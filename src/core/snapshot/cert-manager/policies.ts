import type { CertificateFact, CertificateRequestFact, SecretFact } from '../../model/facts.ts';
import type { Key } from '../../model/placement.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { AdvisedWindow } from './advice.ts';
import { renewalTime } from './renewal-time.ts';
import { certificateViolations, keyViolations, requestViolations } from './spec-match.ts';

/** What cert-manager looks at to decide whether a Certificate is due. */
export interface PolicyInput {
  readonly certificate: CertificateFact;
  /** `unread`: it may be there; then what was issued last stands in for what it holds. */
  readonly secret: SecretFact | 'absent' | 'unread';
  /** The Secret's certificate, or where that is unread the one that was issued last. */
  readonly leaf?: Certificate;
  /** The Secret's private key, by its public half. */
  readonly key?: Key;
  readonly current?: CertificateRequestFact;
  /** What the CA advises for this certificate, where the controller goes by it. */
  readonly advised?: AdvisedWindow;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a policy has against the present state. */
export interface Violation {
  readonly reason: string;
  readonly message: string;
}

type Policy = (input: PolicyInput) => Violation | undefined;

/** Their order is the controller's: the first that has something to say wins (policies.go, NewTriggerPolicyChain). */
const SHARED: readonly Policy[] = [
  secretDoesNotExist,
  secretLacksData,
  keyPairDiffers,
  otherIssuer,
  otherCertificate,
  keyDiffersFromSpec,
  keyDiffersFromRequest,
  requestDiffersFromSpec,
];
const TRIGGER: readonly Policy[] = [...SHARED, renewalIsDue];
const READINESS: readonly Policy[] = [...SHARED, hasExpired];

/**
 * Why cert-manager would issue now; undefined: it would not. The policy chain of its trigger controller, computed from
 * the objects (cert-manager internal/controller/certificates/policies).
 */
export function whyIssue(input: PolicyInput): Violation | undefined {
  return first(TRIGGER, input);
}

/** Why it would say Ready=False; undefined: Ready=True. The chain of its readiness controller. */
export function whyNotReady(input: PolicyInput): Violation | undefined {
  return first(READINESS, input);
}

function first(policies: readonly Policy[], input: PolicyInput): Violation | undefined {
  for (const policy of policies) {
    const violation = policy(input);
    if (violation) return violation;
  }
  return undefined;
}

function secretDoesNotExist({ secret }: PolicyInput): Violation | undefined {
  return secret === 'absent' ? { reason: 'DoesNotExist', message: 'the Secret does not exist' } : undefined;
}

function secretLacksData({ secret }: PolicyInput): Violation | undefined {
  if (typeof secret === 'string') return undefined;
  const lacks = [
    ['tls.key', 'no private key'],
    ['tls.crt', 'no certificate'],
  ].find(([key]) => !secret.keys.includes(key as string));
  return lacks && { reason: 'MissingData', message: `the Secret holds ${lacks[1]}` };
}

/** That a key or certificate does not parse shows in the Secret's problems. */
function keyPairDiffers({ secret, leaf, key }: PolicyInput): Violation | undefined {
  if (typeof secret === 'string') return undefined;
  if (!key) return { reason: 'InvalidKeyPair', message: 'the private key in the Secret does not read' };
  if (!leaf) return { reason: 'InvalidCertificate', message: 'the certificate in the Secret does not read' };
  return leaf.spki === key.spki
    ? undefined
    : { reason: 'InvalidKeyPair', message: 'the private key in the Secret does not match its certificate' };
}

/** Annotations that are there have to agree; a kind that is not there reads as Issuer, a group as cert-manager's. */
function otherIssuer({ secret, certificate: { issuer } }: PolicyInput): Violation | undefined {
  if (typeof secret === 'string') return undefined;
  const { issuer: name, issuerKind: kind = 'Issuer', issuerGroup: group = 'cert-manager.io' } = secret;
  const annotated = name !== undefined || secret.issuerKind !== undefined || secret.issuerGroup !== undefined;
  const agrees = (!annotated || name === issuer.name) && kind === issuer.kind && group === issuer.group;
  return agrees
    ? undefined
    : { reason: 'IncorrectIssuer', message: `the Secret was issued by ${kind}.${group}/${name ?? ''}` };
}

function otherCertificate({ secret, certificate }: PolicyInput): Violation | undefined {
  if (typeof secret === 'string' || secret.certificateName === undefined) return undefined;
  return secret.certificateName === certificate.name
    ? undefined
    : { reason: 'IncorrectCertificate', message: `the Secret was issued for Certificate ${secret.certificateName}` };
}

function keyDiffersFromSpec({ secret, key, certificate }: PolicyInput): Violation | undefined {
  if (typeof secret === 'string' || !key) return undefined;
  const fields = keyViolations(key, certificate);
  return fields.length > 0
    ? { reason: 'SecretMismatch', message: `the private key is not as ${fields.join(', ')} has it now` }
    : undefined;
}

function keyDiffersFromRequest({ secret, key, current }: PolicyInput): Violation | undefined {
  if (typeof secret === 'string' || !key || !current?.asks || current.asks.spki === key.spki) return undefined;
  return {
    reason: 'SecretMismatch',
    message: `the private key in the Secret is not the one of CertificateRequest ${current.name}: somebody else wrote the Secret`,
  };
}

function requestDiffersFromSpec({ current, leaf, certificate }: PolicyInput): Violation | undefined {
  if (current) {
    const fields = requestViolations(current, certificate);
    return fields.length > 0
      ? { reason: 'RequestChanged', message: `${fields.join(', ')} changed since CertificateRequest ${current.name}` }
      : undefined;
  }
  const fields = leaf ? certificateViolations(leaf, certificate) : [];
  return fields.length > 0
    ? { reason: 'SecretMismatch', message: `the certificate is not as ${fields.join(', ')} has it now` }
    : undefined;
}

/** Advice of the CA takes the place of the time that is computed, and of windows: only its start is looked at. */
function renewalIsDue({ certificate, leaf, advised, now }: PolicyInput): Violation | undefined {
  if (!leaf || certificate.renewalDisabled) return undefined;
  if (advised) {
    const message = `the window that its CA advises opened at ${rfc3339(advised.start)}`;
    return now < advised.start ? undefined : { reason: 'Renewing', message };
  }
  const { at, windows } = renewalTime(certificate, leaf);
  if (at > now || windows === 'unreadable') return undefined;
  return { reason: 'Renewing', message: `its renewal was due at ${rfc3339(at)}` };
}

function hasExpired({ leaf, now }: PolicyInput): Violation | undefined {
  return leaf && now > leaf.notAfter
    ? { reason: 'Expired', message: `the certificate ended at ${rfc3339(leaf.notAfter)}` }
    : undefined;
}
