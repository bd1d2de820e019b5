/** What kind of failure an error text speaks of, whatever program words it. */
export type ErrorKind =
  | 'expired'
  | 'untrusted'
  | 'name'
  | 'verification'
  | 'no-certificate'
  | 'refused-client'
  | 'unauthorized'
  | 'forbidden'
  | 'closed'
  | 'unreachable';

interface ErrorForm {
  readonly patterns: readonly RegExp[];
  /** Codes of `check` whose finding can show as this. */
  readonly codes: readonly string[];
}

/** Anything about the copy that is in use may make what is served differ from what is stored. */
const NOT_TAKEN_OVER = ['SERVED_DIFFERS_FROM_STORED', 'PROCESS_OLDER_THAN_FILE', 'STALE_COPY'];
/** Proxies that do not trust each other say so in either of two ways. */
const MESH_TRUST = [
  'ROOT_REPLACED_WITHOUT_OVERLAP',
  'OLD_ROOT_REMOVED_EARLY',
  'PROXY_TRUST_STALE',
  'ISSUER_OUTSIDE_ANCHORS',
  'MESH_ROOTS_DIFFER',
];
const EXPIRED = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CLOCK_SKEW',
  'KUBELET_CONF_EMBEDDED',
  'KUBELET_NOT_ROTATING',
  ...NOT_TAKEN_OVER,
];
const UNTRUSTED = [
  'KUBECONFIG_CA_STALE',
  'KUBELET_CLIENT_CA_STALE',
  'CHAIN_UNTRUSTED',
  'CHAIN_INCOMPLETE',
  'CHAIN_OUT_OF_ORDER',
  'CHAIN_CONSTRAINED',
  'CHAIN_WRONG_USAGE',
  'CHAIN_NOT_CONFORMING',
  'CERT_REVOKED',
  'CA_BUNDLE_MISMATCH',
  'CA_DRIFT',
  'ISSUER_REPLACED',
  'SECRET_MISSING',
  'WEAK_SIGNATURE',
  'ENDPOINTS_DIFFER',
  ...MESH_TRUST,
  ...NOT_TAKEN_OVER,
];
const NAME = ['NAME_NOT_COVERED', 'LINK_IDENTITY_WRONG', 'SECRET_MISSING', 'CSR_NAMES_FOREIGN', ...NOT_TAKEN_OVER];

/**
 * Words of Go's crypto/tls and crypto/x509, OpenSSL and BoringSSL, rustls, curl, Java and the browsers; TLS alerts by
 * their names in RFC 8446 section 6.2.
 */
export const ERRORS: Readonly<Record<ErrorKind, ErrorForm>> = {
  expired: {
    patterns: [
      /(?:certificate|cert)\b[^.;\n]{0,40}\b(?:has |have |is |was )?expired/i,
      /expired (?:certificate|leaf|cert)\b/i,
      /not (?:yet )?valid (?:yet|anymore)|is not yet valid/i,
      /CERT_DATE_INVALID|CERT_HAS_EXPIRED|CertExpired|NotValidYet|InvalidCertificate\(Expired/i,
      /certificate verify error.*\b(?:9|10)\b.*expired|NotAfter:/i,
    ],
    codes: EXPIRED,
  },
  untrusted: {
    patterns: [
      /unknown (?:certificate )?authority|unknown[_ ]ca\b|UnknownIssuer|unable to get (?:local )?issuer certificate/i,
      /self[- ]signed certificate|CERT_AUTHORITY_INVALID|unable to verify the first certificate/i,
      /PKIX path building failed|SEC_ERROR_UNKNOWN_ISSUER|no verified chain|issuer is unknown|not trusted/i,
      /certificate signed by unknown/i,
    ],
    codes: UNTRUSTED,
  },
  name: {
    patterns: [
      /certificate is (?:not )?valid for\b|doesn'?t contain any IP SANs|not valid for any names|relies on legacy Common Name/i,
      /COMMON_NAME_INVALID|ALTNAME_INVALID|no alternative certificate subject name|hostname mismatch|NotValidForName/i,
      /SAN matcher|certificate .{0,40}does not match|No subject alternative/i,
    ],
    codes: NAME,
  },
  verification: {
    patterns: [
      /CERTIFICATE_VERIFY_FAILED|BadCertificate|certificate verify failed|bad certificate|invalid peer certificate/i,
    ],
    codes: [...EXPIRED, ...UNTRUSTED, ...NAME],
  },
  'no-certificate': {
    patterns: [
      /tls: internal error|no serving certificate available|alert internal_error|no peer certificate available/i,
    ],
    codes: ['CSR_PENDING', 'CSR_DENIED', 'CSR_NAMES_FOREIGN', 'SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA'],
  },
  'refused-client': {
    patterns: [
      /certificate required|failed to verify client certificate|client (?:SSL )?certificate verify error/i,
      /The SSL certificate error|client didn't provide a certificate|No required SSL certificate was sent/i,
    ],
    codes: ['CLIENT_REFUSED', ...EXPIRED, ...UNTRUSTED],
  },
  unauthorized: {
    patterns: [
      /\bUnauthorized\b|\b401\b|must be logged in|asked for the client to provide credentials|Unauthenticated/i,
      /unable to authenticate the request|invalid bearer token|authentication (?:failed|handshake failed)/i,
    ],
    codes: [
      'CREDENTIAL_EXPIRED',
      'SA_KEY_MISMATCH',
      'KUBELET_CLIENT_CA_STALE',
      'CERT_EXPIRED',
      'CLIENT_REFUSED',
      'CERT_NOT_YET_VALID',
      'CLOCK_SKEW',
      'KUBELET_CONF_EMBEDDED',
      'CHAIN_UNTRUSTED',
      'ISSUER_REPLACED',
      'FRONT_PROXY_NAME',
      'CA_DRIFT',
      'KEY_MISMATCH',
      ...NOT_TAKEN_OVER,
    ],
  },
  forbidden: {
    patterns: [
      /\bForbidden\b|is forbidden|permission denied|AccessDenied|\b403\b|cannot (?:get|list|create|watch|update|delete) resource/i,
    ],
    codes: ['KUBECONFIG_WRONG_IDENTITY', 'FRONT_PROXY_NAME', 'MASTERS_CARRIED_ON'],
  },
  closed: {
    patterns: [/connection reset by peer|\bEOF\b|connection termination|remote reset|SSL_ERROR_SYSCALL/i],
    codes: ['SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA', 'CERT_EXPIRED'],
  },
  unreachable: {
    patterns: [
      /connection refused|no route to host|i\/o timeout|deadline exceeded|timed? ?out|EHOSTUNREACH|delayed connect error|no such host/i,
    ],
    codes: ['API_NOT_READY', 'KUBELET_SILENT', 'CERT_EXPIRED'],
  },
};

const KINDS = Object.keys(ERRORS) as ErrorKind[];

/** The kinds of failure that a text speaks of. */
export function errorKindsIn(text: string): ReadonlySet<ErrorKind> {
  return new Set(KINDS.filter((kind) => ERRORS[kind].patterns.some((pattern) => pattern.test(text))));
}

/** Kinds that say nothing of what is wrong with a certificate: whatever a playbook of theirs names may be the cause. */
const VAGUE: ReadonlySet<ErrorKind> = new Set(['closed', 'unreachable', 'forbidden']);

/** An error of one of these kinds is a certificate's, whoever has it: that nothing was found does not make it none. */
const OF_CERTIFICATES: readonly ErrorKind[] = [
  'expired',
  'untrusted',
  'name',
  'verification',
  'no-certificate',
  'refused-client',
];

/** Whether a text itself says that a certificate was refused. */
export function speaksOfCertificates(kinds: ReadonlySet<ErrorKind>): boolean {
  return OF_CERTIFICATES.some((kind) => kinds.has(kind));
}

const KNOWN_CODES: ReadonlySet<string> = new Set(KINDS.flatMap((kind) => ERRORS[kind].codes));

/** Whether a finding of the code can show as one of these failures; undefined: they don't tell. */
export function canShowAs(code: string, kinds: ReadonlySet<ErrorKind>): boolean | undefined {
  const shows = [...kinds].some((kind) => ERRORS[kind].codes.includes(code));
  if (shows) return true;
  const isTelling = [...kinds].some((kind) => !VAGUE.has(kind));
  return isTelling && KNOWN_CODES.has(code) ? false : undefined;
}
