import type { Certificate } from '../certificate.ts';
import type { Objection, RuleCode } from '../rules.ts';
import { type Client, decideOnAllPaths, type Enforcement, type Situation } from './client.ts';

const CHROMIUM = 'boringssl pki/verify_certificate_chain.cc';
const FIREFOX = 'nss lib/mozpkix/lib/pkixcheck.cpp';

const at = (file: string, place: string): Enforcement => ({ source: `${file} ${place}` });

const enforces: Partial<Record<RuleCode, Enforcement>> = {
  'issuer-missing': at('boringssl pki/path_builder.cc', 'CertPathIter'),
  'untrusted-root': at('boringssl pki/path_builder.cc', 'CertPathIter'),
  expired: at(CHROMIUM, 'VerifyTimeValidity'),
  'not-yet-valid': at(CHROMIUM, 'VerifyTimeValidity'),
  'signature-invalid': at(CHROMIUM, 'BasicCertificateProcessing'),
  'signature-weak': at('boringssl pki/signature_algorithm.cc', 'ParseSignatureAlgorithm'),
  'signature-unsupported': at('boringssl pki/signature_algorithm.cc', 'ParseSignatureAlgorithm'),
  'signature-algorithm-differs': at(CHROMIUM, 'VerifySignatureAlgorithmsMatch'),
  'key-weak': at('boringssl pki/simple_path_builder_delegate.cc', 'IsPublicKeyAcceptable'),
  'key-unreadable': at(CHROMIUM, 'ParseAndCheckPublicKey'),
  'not-a-ca': at(CHROMIUM, 'PrepareForNextCertificate'),
  'path-length': at(CHROMIUM, 'PrepareForNextCertificate'),
  'key-usage-cert-sign': at(CHROMIUM, 'PrepareForNextCertificate'),
  'extended-key-usage': at(CHROMIUM, 'VerifyExtendedKeyUsage'),
  'unknown-critical-extension': at(CHROMIUM, 'VerifyNoUnconsumedCriticalExtensions'),
  'extension-unreadable': at('boringssl pki/parsed_certificate.cc', 'ParsedCertificate::Create'),
  'duplicate-extension': at('boringssl pki/parse_certificate.cc', 'ParseExtensions'),
  encoding: at('boringssl pki/parse_certificate.cc', 'ParseCertificate'),
  'serial-too-long': at('boringssl pki/parse_certificate.cc', 'VerifySerialNumber'),
  'extensions-without-v3': at('boringssl pki/parse_certificate.cc', 'ParseTbsCertificate'),
  'name-constraints-malformed': {
    source: 'boringssl pki/name_constraints.cc ParseGeneralSubtrees',
    // Like most clients they take a period in front of a DNS constraint.
    unless: (_, subject) =>
      [...(subject?.nameConstraints?.permitted ?? []), ...(subject?.nameConstraints?.excluded ?? [])].every(
        ({ kind }) => kind === 'dns',
      ),
  },
  'name-excluded': at('boringssl pki/name_constraints.cc', 'IsPermittedCert'),
  'name-not-permitted': at('boringssl pki/name_constraints.cc', 'IsPermittedCert'),
  'name-constraint-unsupported': at('boringssl pki/name_constraints.cc', 'IsPermittedCert'),
  policy: at(CHROMIUM, 'VerifyPolicies'),
  'name-mismatch': at('chromium net/cert/x509_certificate.cc', 'VerifyHostname'),
};

/** Chromium and Firefox; what one of the two refuses counts as refused. */
export const browser: Client = {
  id: 'browser',
  title: 'browsers (Chromium, Firefox)',
  enforces,
  leniency: { why: 'browsers do not check it', source: CHROMIUM },
  extra: checkExtra,
  decide: decideWithFetching,
};

/**
 * Browsers fetch a missing issuer from where the certificate says (caIssuers of authorityInfoAccess). Nothing is
 * fetched here: certificates that are known from elsewhere stand in for what they would get.
 */
function decideWithFetching(client: Client, situation: Situation): readonly Objection[] {
  const objections = decideOnAllPaths(client, situation);
  const { leaf, pool, elsewhere } = situation;
  const known = [leaf, ...pool.all(), ...elsewhere];
  const urls = objections
    .filter(({ rule }) => rule === 'issuer-missing')
    .flatMap(({ certificate }) => known.find(({ sha256 }) => sha256 === certificate)?.aiaIssuers ?? []);
  if (urls.length === 0) return objections;
  const fetched = decideOnAllPaths(client, { ...situation, pool: pool.withMore(elsewhere) });
  if (fetched.length === 0) return [];
  const message = `a browser would fetch it from ${urls.join(' or ')}, which was not tried here`;
  return objections.map((objection) =>
    objection.rule === 'issuer-missing' ? { ...objection, message: `${objection.message}; ${message}` } : objection,
  );
}

const curves = ['P-256', 'P-384', 'P-521'];
const algorithms = ['RSA', 'ECDSA'];

function checkExtra(path: readonly Certificate[], { pool }: Situation): Objection[] {
  return path.flatMap((certificate, index) => {
    const { publicKey, sha256, isCA, version } = certificate;
    const object = (rule: string, message: string, source: string): Objection => ({
      rule,
      certificate: sha256,
      message,
      source,
    });
    const objections: Objection[] = [];
    if (!algorithms.includes(publicKey.algorithm)) {
      objections.push(
        object(
          'key-unsupported',
          `its key is ${publicKey.algorithm}`,
          'boringssl pki/verify_certificate_chain.cc ParseAndCheckPublicKey',
        ),
      );
    } else if (publicKey.algorithm === 'ECDSA' && !curves.includes(publicKey.curve ?? '')) {
      objections.push(
        object(
          'curve-unsupported',
          `its key is on ${publicKey.curve ?? 'a curve of its own'}`,
          'boringssl pki/simple_path_builder_delegate.cc IsAcceptableCurveForEcdsa',
        ),
      );
    }
    if (index === 0 && isCA && !pool.isAnchor(certificate)) {
      objections.push(
        object('ca-as-leaf', 'is a CA, which Firefox does not take for a server', `${FIREFOX} CheckBasicConstraints`),
      );
    }
    if (version < 3 && !pool.isAnchor(certificate)) {
      objections.push(
        object('version-too-old', `is of version ${version}`, `${FIREFOX} CheckIssuerIndependentProperties`),
      );
    }
    return objections;
  });
}
