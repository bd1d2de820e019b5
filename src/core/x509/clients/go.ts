import type { Certificate } from '../certificate.ts';
import { sameBytes } from '../der-values.ts';
import { EXTENSION } from '../extensions.ts';
import type { Objection, RuleCode } from '../rules.ts';
import type { Client, Enforcement, Situation } from './client.ts';
import { checkGoConstraints, goConstrains, isWellFormedForGo } from './go-constraints.ts';

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
  extra: checkExtra,
};

function checkExtra(path: readonly Certificate[], situation: Situation): Objection[] {
  return [...checkMembers(path, situation), ...checkGoConstraints(path, situation)];
}

function checkMembers(path: readonly Certificate[], { pool }: Situation): Objection[] {
  return path.flatMap((certificate, index) => {
    const issuer = path[index + 1];
    const object = (rule: string, message: string, source: string): Objection => ({
      rule,
      certificate: certificate.sha256,
      message,
      source,
    });
    const objections: Objection[] = [];
    if (issuer && !sameBytes(certificate.issuerRaw, issuer.subjectRaw)) {
      objections.push(
        object(
          'issuer-encoded-differently',
          'its issuer and the subject of that certificate are encoded differently',
          `${VERIFY} findPotentialParents`,
        ),
      );
    }
    if (index > 1 && certificate.pathLen !== undefined && index - 1 > certificate.pathLen) {
      objections.push(
        object(
          'path-length',
          `allows ${certificate.pathLen} intermediates below it, Go counts ${index - 1}`,
          `${VERIFY} isValid`,
        ),
      );
    }
    if (issuer && !/RSA|^ECDSA|^Ed25519$/.test(certificate.signatureAlgorithm.name)) {
      objections.push(
        object(
          'signature-unsupported',
          `is signed with ${certificate.signatureAlgorithm.name}`,
          `${X509} checkSignature`,
        ),
      );
    }
    if (!pool.isAnchor(certificate) || index > 0) objections.push(...checkKind(certificate, object));
    return objections;
  });
}

const curves = ['P-224', 'P-256', 'P-384', 'P-521'];

function checkKind(
  { publicKey, extensions, nameConstraints }: Certificate,
  object: (rule: string, message: string, source: string) => Objection,
): Objection[] {
  const objections: Objection[] = [];
  if (publicKey.algorithm === 'ECDSA' && !curves.includes(publicKey.curve ?? '')) {
    objections.push(
      object(
        'curve-unsupported',
        `its key is on ${publicKey.curve ?? 'a curve of its own'}`,
        `${PARSER} parsePublicKey`,
      ),
    );
  }
  const unhandled = [...(nameConstraints?.permitted ?? []), ...(nameConstraints?.excluded ?? [])].find(
    ({ kind }) => !goConstrains(kind),
  );
  if (unhandled && extensions.some(({ oid, critical }) => critical && oid === EXTENSION.nameConstraints)) {
    objections.push(
      object(
        'name-constraint-unhandled',
        `critical constraints on ${unhandled.kind} names are not understood`,
        `${VERIFY} isValid`,
      ),
    );
  }
  if (extensions.some(({ oid, critical }) => critical && oid === EXTENSION.issuerAltName)) {
    objections.push(
      object('unknown-critical-extension', 'critical issuerAltName is not understood', `${VERIFY} isValid`),
    );
  }
  return objections;
}

/** A DNS name that is no host name still matches itself. */
function hasLiterally(certificate: Certificate | undefined, name: Situation['demands']['name']): boolean {
  return (
    name?.kind === 'dns' &&
    certificate?.dnsNames.some((presented) => presented.toLowerCase() === name.value.toLowerCase()) === true
  );
}
