import type { Certificate } from '../certificate.ts';
import { EXTENSION } from '../extensions.ts';
import type { Objection, RuleCode } from '../rules.ts';
import type { Client, Enforcement, Situation } from './client.ts';
import { checkCommonNames, checkHostName } from './openssl-names.ts';
import { decideOnOnePath } from './openssl-path.ts';

const VERIFY = 'openssl crypto/x509/x509_vfy.c';
const PURPOSE = 'openssl crypto/x509/v3_purp.c';
const CONSTRAINTS = 'openssl crypto/x509/v3_ncons.c';

const at = (file: string, place: string): Enforcement => ({ source: `${file} ${place}` });

/** Rules of every OpenSSL client with security level 1, the default of OpenSSL 3. */
const enforces: Partial<Record<RuleCode, Enforcement>> = {
  'issuer-missing': at(VERIFY, 'build_chain'),
  'untrusted-root': at(VERIFY, 'build_chain'),
  'path-too-long': at(VERIFY, 'build_chain'),
  expired: at(VERIFY, 'ossl_x509_check_cert_time'),
  'not-yet-valid': at(VERIFY, 'ossl_x509_check_cert_time'),
  'signature-invalid': at(VERIFY, 'internal_verify'),
  'signature-unsupported': at(VERIFY, 'internal_verify'),
  'signature-weak': at(VERIFY, 'check_sig_level'),
  'key-weak': at(VERIFY, 'check_key_level'),
  'key-unreadable': at(VERIFY, 'internal_verify'),
  'not-a-ca': {
    source: `${PURPOSE} check_ca`,
    // A root of version 1, or one that only its keyUsage calls a CA, is good enough as the last of the chain.
    unless: (_, subject, { pool }) =>
      subject !== undefined &&
      pool.isAnchor(subject) &&
      !subject.basicConstraints &&
      subject.keyUsages.includes('keyCertSign'),
  },
  'path-length': at(VERIFY, 'check_extensions'),
  'key-usage-cert-sign': at(PURPOSE, 'check_ca'),
  'key-usage-demanded': at(PURPOSE, 'X509_check_purpose'),
  'extended-key-usage': at(PURPOSE, 'xku_reject'),
  'unknown-critical-extension': at(VERIFY, 'check_extensions'),
  'must-not-be-critical': at(PURPOSE, 'X509_supported_extension'),
  'extension-unreadable': at(PURPOSE, 'ossl_x509v3_cache_extensions'),
  'duplicate-extension': {
    source: `${PURPOSE} ossl_x509v3_cache_extensions`,
    // OpenSSL 3 up to the middle of its life notices it in those extensions only that it reads.
    unless: ({ message }) => !Object.values(EXTENSION).some((oid) => message.includes(`extension ${oid} `)),
  },
  'name-excluded': { source: `${CONSTRAINTS} NAME_CONSTRAINTS_check`, unless: ({ byWildcard }) => byWildcard === true },
  'name-not-permitted': { source: `${CONSTRAINTS} NAME_CONSTRAINTS_check`, unless: ({ byForm }) => byForm === true },
  'name-constraint-unsupported': at(CONSTRAINTS, 'nc_match_single'),
};

const STRICT = `${VERIFY} check_extensions with X509_V_FLAG_X509_STRICT`;
const strictRules: readonly RuleCode[] = [
  'ski-missing',
  'cert-sign-without-ca',
  'path-length-without-ca',
  'issuer-empty',
  'ca-subject-empty',
  'san-not-critical',
  'san-missing',
  'san-empty',
  'signature-algorithm-differs',
  'extensions-without-v3',
];

/** `openssl verify`, curl, nginx, Ruby, Python up to 3.12 and everything else that takes OpenSSL as it comes. */
export const openssl: Client = {
  id: 'openssl',
  title: 'OpenSSL as it comes',
  enforces,
  leniency: { why: 'OpenSSL checks it only with X509_V_FLAG_X509_STRICT, or not at all', source: VERIFY },
  extra: checkExtra,
  decide: (client, situation) => decideOnOnePath(client, situation, { partialChain: false }),
};

/** X509_V_FLAG_X509_STRICT and X509_V_FLAG_PARTIAL_CHAIN, as Python from 3.13 on sets them by default. */
export const opensslStrict: Client = {
  id: 'openssl-strict',
  title: 'OpenSSL with strict checks (Python from 3.13 on)',
  enforces: {
    ...enforces,
    ...Object.fromEntries(strictRules.map((rule) => [rule, { source: STRICT }])),
    'aki-missing': {
      source: STRICT,
      unless: (_, subject, { pool }) => subject !== undefined && pool.isAnchor(subject),
    },
    'must-be-critical': { source: STRICT, unless: ({ message }) => !message.startsWith('basicConstraints') },
    'not-a-ca': at(VERIFY, 'check_extensions with X509_V_FLAG_X509_STRICT'),
  },
  leniency: { why: 'OpenSSL does not check it, not even with X509_V_FLAG_X509_STRICT', source: VERIFY },
  extra: (path, situation) => [...checkExtra(path, situation), ...checkCaKeyUsage(path)],
  decide: (client, situation) => decideOnOnePath(client, situation, { partialChain: true }),
};

function checkExtra(path: readonly Certificate[], situation: Situation): Objection[] {
  return [
    ...checkTlsUsage(path[0]!, situation),
    ...checkAnyPurpose(path, situation),
    ...checkLastSecond(path, situation),
    ...checkHostName(path[0]!, situation.demands.name),
    ...checkCommonNames(path),
  ];
}

/** Bits of keyUsage that OpenSSL wants one of, in the certificate of a TLS server and a TLS client. */
const tlsUsages = {
  serverAuth: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
  clientAuth: ['digitalSignature', 'keyAgreement'],
} as const;

function checkTlsUsage(leaf: Certificate, { demands: { purpose } }: Situation): Objection[] {
  if (purpose === 'any' || leaf.keyUsages.length === 0) return [];
  const wanted: readonly string[] = tlsUsages[purpose];
  if (leaf.keyUsages.some((usage) => wanted.includes(usage))) return [];
  const message = `its key is for ${leaf.keyUsages.join(', ')} only, OpenSSL wants one of ${wanted.join(', ')}`;
  return [
    {
      rule: 'key-usage-tls',
      certificate: leaf.sha256,
      message,
      source: `${PURPOSE} check_purpose_ssl_${purpose === 'serverAuth' ? 'server' : 'client'}`,
    },
  ];
}

/** OpenSSL does not read anyExtendedKeyUsage as the purpose of a TLS server or client. */
function checkAnyPurpose(path: readonly Certificate[], { demands: { purpose } }: Situation): Objection[] {
  if (purpose === 'any') return [];
  return path
    .filter(({ extKeyUsages }) => extKeyUsages.includes('anyExtendedKeyUsage') && !extKeyUsages.includes(purpose))
    .map(({ sha256 }) => ({
      rule: 'any-purpose-not-understood',
      certificate: sha256,
      message: `is for any purpose, which OpenSSL does not take for ${purpose}`,
      source: `${PURPOSE} xku_reject`,
    }));
}

/** X509_cmp_time takes the very second of notAfter for expired, where the RFC includes it. */
function checkLastSecond(path: readonly Certificate[], { demands: { now } }: Situation): Objection[] {
  return path
    .filter(({ notAfter }) => Math.floor(now / 1000) * 1000 === notAfter)
    .map(({ sha256 }) => ({
      rule: 'expired',
      certificate: sha256,
      message: 'expires in this very second',
      source: `${VERIFY} X509_cmp_time`,
    }));
}

function checkCaKeyUsage(path: readonly Certificate[]): Objection[] {
  return path
    .filter(({ isCA, extensions }) => isCA && !extensions.some(({ oid }) => oid === EXTENSION.keyUsage))
    .map(({ sha256 }) => ({
      rule: 'ca-key-usage-missing',
      certificate: sha256,
      message: 'is a CA without keyUsage',
      source: STRICT,
    }));
}
