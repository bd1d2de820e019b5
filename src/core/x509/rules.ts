import type { ConstrainedName } from './general-name.ts';

/** Every rule that a chain can break: what it demands, and where it stands. The validator's vocabulary. */
export interface Rule {
  readonly expected: string;
  readonly source: string;
}

const rfc5280 = (section: string) => `RFC 5280 section ${section}`;

const table = {
  'issuer-missing': {
    expected: 'the certificate of the issuer, in the chain or among the trust anchors',
    source: rfc5280('6.1'),
  },
  'untrusted-root': { expected: 'a path that ends at a trust anchor', source: rfc5280('6.1') },
  'path-too-long': { expected: 'no more intermediates than the caller allows', source: rfc5280('6.1.1') },
  'budget-exhausted': {
    expected: 'an answer within the effort that is spent on one chain',
    source: 'RFC 4158 section 2.4.2',
  },
  expired: { expected: 'a time not after notAfter', source: rfc5280('4.1.2.5') },
  'not-yet-valid': { expected: 'a time not before notBefore', source: rfc5280('4.1.2.5') },
  'signature-invalid': { expected: "a signature that the issuer's key verifies", source: rfc5280('6.1.3 (a)(1)') },
  'signature-weak': { expected: 'a signature with SHA-256 or better', source: 'RFC 9155 section 2' },
  'signature-unsupported': { expected: 'a signature algorithm that is known', source: rfc5280('6.1.3 (a)(1)') },
  'signature-algorithm-differs': {
    expected: 'the same algorithm inside and outside the signed part',
    source: rfc5280('4.1.1.2'),
  },
  'key-weak': { expected: 'RSA with at least 1024 bits', source: 'NIST SP 800-131A section 3' },
  'key-unreadable': { expected: 'a public key that can be read', source: rfc5280('4.1.2.7') },
  'not-a-ca': { expected: 'basicConstraints with cA TRUE in every issuer', source: rfc5280('6.1.4 (k)') },
  'path-length': {
    expected: "no more intermediates than the issuer's pathLenConstraint",
    source: rfc5280('6.1.4 (l), (m)'),
  },
  'key-usage-cert-sign': { expected: "keyCertSign in the issuer's keyUsage", source: rfc5280('6.1.4 (n)') },
  'key-usage-demanded': { expected: "the demanded bits in the certificate's keyUsage", source: rfc5280('4.2.1.3') },
  'extended-key-usage': {
    expected: 'the purpose, or any purpose, in every extendedKeyUsage of the path',
    source: rfc5280('4.2.1.12'),
  },
  'unknown-critical-extension': { expected: 'no critical extension that is not understood', source: rfc5280('4.2') },
  'extension-unreadable': { expected: 'extensions in DER', source: rfc5280('4.2') },
  'duplicate-extension': { expected: 'each extension once', source: rfc5280('4.2') },
  encoding: { expected: 'a certificate in DER, without unknown fields', source: rfc5280('4.1') },
  'extensions-without-v3': { expected: 'version 3 where there are extensions', source: rfc5280('4.1.2.1') },
  'serial-not-positive': { expected: 'a positive serial number', source: rfc5280('4.1.2.2') },
  'serial-too-long': { expected: 'a serial number of at most 20 octets', source: rfc5280('4.1.2.2') },
  'issuer-empty': { expected: 'an issuer that is not empty', source: rfc5280('4.1.2.4') },
  'ca-subject-empty': { expected: 'a CA with a subject', source: rfc5280('4.1.2.6') },
  'san-not-critical': { expected: 'critical subjectAltName where the subject is empty', source: rfc5280('4.2.1.6') },
  'san-missing': { expected: 'subjectAltName where the subject is empty', source: rfc5280('4.2.1.6') },
  'san-empty': { expected: 'at least one name in subjectAltName', source: rfc5280('4.2.1.6') },
  'aki-missing': {
    expected: "the issuer's key id in every certificate that is not self-signed",
    source: rfc5280('4.2.1.1'),
  },
  'ski-missing': { expected: 'subjectKeyIdentifier in every CA certificate', source: rfc5280('4.2.1.2') },
  'must-not-be-critical': { expected: 'an extension that is not critical', source: rfc5280('4.2') },
  'must-be-critical': { expected: 'a critical extension', source: rfc5280('4.2') },
  'cert-sign-without-ca': { expected: 'keyCertSign in CA certificates only', source: rfc5280('4.2.1.3') },
  'path-length-without-ca': { expected: 'pathLenConstraint only beside cA TRUE', source: rfc5280('4.2.1.9') },
  'key-usage-empty': { expected: 'at least one bit in keyUsage', source: rfc5280('4.2.1.3') },
  'purposes-empty': { expected: 'at least one purpose in extendedKeyUsage', source: rfc5280('4.2.1.12') },
  'name-constraints-in-leaf': { expected: 'nameConstraints in CA certificates only', source: rfc5280('4.2.1.10') },
  'name-constraints-malformed': { expected: 'constraints in the form of their kind', source: rfc5280('4.2.1.10') },
  'name-excluded': { expected: 'names outside the excluded subtrees of every issuer', source: rfc5280('6.1.3 (c)') },
  'name-not-permitted': {
    expected: 'names inside the permitted subtrees of every issuer',
    source: rfc5280('6.1.3 (b)'),
  },
  'name-constraint-unsupported': {
    expected: 'no constrained name of a kind that is not understood',
    source: rfc5280('4.2.1.10'),
  },
  'policies-malformed': {
    expected: 'each policy once, anyPolicy not mapped, no empty constraints',
    source: rfc5280('4.2.1.4, 4.2.1.5, 4.2.1.11'),
  },
  policy: { expected: 'a policy that is valid for the whole path', source: 'RFC 9618 section 5' },
  revoked: { expected: 'a certificate that is not revoked', source: rfc5280('6.3.3') },
  'revocation-unknown': { expected: 'a current revocation list that can be trusted', source: rfc5280('6.3.3') },
  'name-mismatch': { expected: 'a subjectAltName that covers the name', source: 'RFC 9525 section 6' },
} as const satisfies Record<string, Rule>;

export type RuleCode = keyof typeof table;

/** All rules by code. */
export const rules: Readonly<Record<RuleCode, Rule>> = table;

/** What someone has against a certificate: a broken rule, and where the rule stands. */
export interface Objection {
  readonly rule: string;
  /** SHA-256 of the certificate. */
  readonly certificate: string;
  /** What is wrong, for people; untrusted text of the certificate may be in it. */
  readonly message: string;
  readonly source: string;
}

/** One rule of this table that one certificate breaks. */
export interface Reason extends Objection, Rule {
  readonly rule: RuleCode;
  /** For rules about constraints: the name that breaks them. */
  readonly name?: ConstrainedName;
  /** A wildcard breaks the rule by some of the names which it stands for only. */
  readonly byWildcard?: boolean;
  /** The name would be permitted if it were well formed. */
  readonly byForm?: boolean;
}

/** A reason with the rule's own text. */
export function reasonFor(rule: RuleCode, certificate: { readonly sha256: string }, message: string): Reason {
  return { rule, certificate: certificate.sha256, message, ...rules[rule] };
}
