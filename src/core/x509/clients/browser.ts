import type { Objection, RuleCode } from '../rules.ts';
import { type Client, decideOnAllPaths, type Enforcement, type Situation } from './client.ts';
import { applyOwnRules, findForeignCurve, type OwnRule } from './own-rule.ts';

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
  extra: (path, { pool }) => applyOwnRules(ownRules, path, pool),
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

const ownRules: readonly OwnRule[] = [
  {
    rule: 'key-unsupported',
    source: `${CHROMIUM} ParseAndCheckPublicKey`,
    broken: ({ certificate: { publicKey } }) =>
      publicKey.algorithm === 'RSA' || publicKey.algorithm === 'ECDSA'
        ? undefined
        : `its key is ${publicKey.algorithm}`,
  },
  {
    rule: 'curve-unsupported',
    source: 'boringssl pki/simple_path_builder_delegate.cc IsAcceptableCurveForEcdsa',
    broken: ({ certificate }) => findForeignCurve(certificate, curves),
  },
  {
    rule: 'ca-as-leaf',
    source: `${FIREFOX} CheckBasicConstraints`,
    broken: ({ certificate, index, isAnchor }) =>
      index === 0 && certificate.isCA && !isAnchor ? 'is a CA, which Firefox does not take for a server' : undefined,
  },
  {
    rule: 'version-too-old',
    source: `${FIREFOX} CheckIssuerIndependentProperties`,
    broken: ({ certificate: { version }, isAnchor }) =>
      version < 3 && !isAnchor ? `is of version ${version}` : undefined,
  },
];
