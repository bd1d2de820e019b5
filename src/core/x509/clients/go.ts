import type { Certificate } from '../certificate.ts';
import { sameBytes } from '../der-values.ts';
import { EXTENSION } from '../extensions.ts';
import type { RuleCode } from '../rules.ts';
import type { Client, Enforcement, Situation } from './client.ts';
import { checkGoConstraints, goConstrains, isWellFormedForGo } from './go-constraints.ts';
import { applyOwnRules, findForeignCurve, type OwnRule } from './own-rule.ts';

const VERIFY = 'go crypto/x509/verify.go';
const PARSER = 'go crypto/x509/parser.go';
const X509 = 'go crypto/x509/x509.go';

const at = (file: string, place: string): Enforcement => ({ source: `${file} ${place}` });

const enforces: Partial<Record<RuleCode, Enforcement>> = {
  'issuer-missing': at(VERIFY, 'buildChains'),
  'untrusted-root': at(VERIFY, 'buildChains'),
  expired: at(VERIFY, 'isValid'),
  'not-yet-valid': at(VERIFY, 'isValid'),
  'signature-invalid': at(X509, 'checkSignature'),
  'signature-weak': at(X509, 'checkSignature'),
  'signature-unsupported': at(X509, 'checkSignature'),
  'signature-algorithm-differs': at(PARSER, 'parseCertificate'),
  'key-weak': at('go crypto/rsa/rsa.go', 'checkKeySize'),
  'key-unreadable': at(PARSER, 'parsePublicKey'),
  'not-a-ca': at(X509, 'CheckSignatureFrom'),
  'path-length': at(VERIFY, 'isValid'),
  'key-usage-cert-sign': at(X509, 'CheckSignatureFrom'),
  'extended-key-usage': at(VERIFY, 'checkChainForKeyUsage'),
  'unknown-critical-extension': at(VERIFY, 'isValid'),
  'extension-unreadable': at(PARSER, 'processExtensions'),
  'duplicate-extension': at(PARSER, 'parseCertificate'),
  encoding: at(PARSER, 'parseCertificate'),
  'must-not-be-critical': {
    source: `${PARSER} processExtensions`,
    unless: ({ message }) => !/^(authorityKeyIdentifier|subjectKeyIdentifier|authorityInfoAccess) /.test(message),
  },
  'serial-not-positive': {
    source: `${PARSER} parseCertificate`,
    unless: (_, subject) => !subject?.serialNumber.startsWith('-'),
  },
  'name-constraints-malformed': {
    source: `${PARSER} parseNameConstraintsExtension`,
    unless: (_, subject) => subject?.nameConstraints === undefined || isWellFormedForGo(subject.nameConstraints),
  },
  policy: at(VERIFY, 'policiesValid'),
  'name-mismatch': {
    source: `${VERIFY} VerifyHostname`,
    unless: (_, subject, { demands }) => hasLiterally(subject, demands.name),
  },
};

/** kubectl, the API server, kubelets, Istio and Linkerd's control planes, Prometheus: whatever uses crypto/tls. */
export const go: Client = {
  id: 'go',
  title: 'Go (Kubernetes itself)',
  enforces,
  leniency: { why: 'Go does not check it', source: VERIFY },
  extra: (path, situation) => [
    ...applyOwnRules(ownRules, path, situation.pool),
    ...checkGoConstraints(path, situation),
  ],
};

const curves = ['P-224', 'P-256', 'P-384', 'P-521'];

const ownRules: readonly OwnRule[] = [
  {
    rule: 'issuer-encoded-differently',
    source: `${VERIFY} findPotentialParents`,
    broken: ({ certificate, issuer }) =>
      issuer && !sameBytes(certificate.issuerRaw, issuer.subjectRaw)
        ? 'its issuer and the subject of that certificate are encoded differently'
        : undefined,
  },
  {
    // Self-issued intermediates count, unlike in the RFC.
    rule: 'path-length',
    source: `${VERIFY} isValid`,
    broken: ({ certificate: { pathLen }, index }) =>
      index > 1 && pathLen !== undefined && index - 1 > pathLen
        ? `allows ${pathLen} intermediates below it, Go counts ${index - 1}`
        : undefined,
  },
  {
    rule: 'signature-unsupported',
    source: `${X509} checkSignature`,
    broken: ({ certificate: { signatureAlgorithm }, issuer }) =>
      issuer && !/RSA|^ECDSA|^Ed25519$/.test(signatureAlgorithm.name)
        ? `is signed with ${signatureAlgorithm.name}`
        : undefined,
  },
  {
    rule: 'curve-unsupported',
    source: `${PARSER} parsePublicKey`,
    broken: ({ certificate }) => findForeignCurve(certificate, curves),
  },
  {
    rule: 'name-constraint-unhandled',
    source: `${VERIFY} isValid`,
    broken: ({ certificate }) => findUnhandledConstraint(certificate),
  },
  {
    rule: 'unknown-critical-extension',
    source: `${VERIFY} isValid`,
    broken: ({ certificate }) =>
      hasCritical(certificate, EXTENSION.issuerAltName) ? 'critical issuerAltName is not understood' : undefined,
  },
];

function findUnhandledConstraint(certificate: Certificate): string | undefined {
  const { permitted = [], excluded = [] } = certificate.nameConstraints ?? {};
  const foreign = [...permitted, ...excluded].find(({ kind }) => !goConstrains(kind));
  if (!foreign || !hasCritical(certificate, EXTENSION.nameConstraints)) return undefined;
  return `critical constraints on ${foreign.kind} names are not understood`;
}

function hasCritical({ extensions }: Certificate, wanted: string): boolean {
  return extensions.some(({ oid, critical }) => critical && oid === wanted);
}

/** A DNS name that is no host name still matches itself. */
function hasLiterally(certificate: Certificate | undefined, name: Situation['demands']['name']): boolean {
  return (
    name?.kind === 'dns' &&
    certificate?.dnsNames.some((presented) => presented.toLowerCase() === name.value.toLowerCase()) === true
  );
}
