import type { FailureClass } from './wordings/wording.ts';
import { failuresIn } from './wordings/wordings.ts';

/** What kind of failure an error text speaks of, whatever program words it: of a certificate, or of something else. */
export type ErrorKind = FailureClass | OtherKind;
type OtherKind = 'unauthorized' | 'forbidden' | 'closed' | 'unreachable' | 'elsewhere';

/** Anything about the copy that is in use may make what is served differ from what is stored. */
const NOT_TAKEN_OVER = ['SERVED_DIFFERS_FROM_STORED', 'PROCESS_OLDER_THAN_FILE', 'STALE_COPY'];
/** Proxies that do not trust each other say so in either of two ways. */
const MESH_TRUST = [
  'ROOT_REPLACED_WITHOUT_OVERLAP',
  'OLD_ROOT_REMOVED_EARLY',
  'PROXY_TRUST_STALE',
  'ISSUER_OUTSIDE_ANCHORS',
  'MESH_ISSUER_UNFIT',
  'MESH_ROOTS_DIFFER',
];
const EXPIRED = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'ISSUING_CA_EXPIRED',
  'CLOCK_SKEW',
  'KUBELET_CONF_EMBEDDED',
  'KUBELET_NOT_ROTATING',
  ...NOT_TAKEN_OVER,
];
const NOT_YET_VALID = ['CERT_NOT_YET_VALID', 'CLOCK_SKEW'];
const UNTRUSTED = [
  'BACKEND_UNTRUSTED',
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

const REVOKED = ['CERT_REVOKED', 'CRL_EXPIRED'];
const USAGE = [
  'CHAIN_WRONG_USAGE',
  'USAGE_NOT_GIVEN',
  'MESH_ISSUER_UNFIT',
  'CHAIN_CONSTRAINED',
  'CHAIN_NOT_CONFORMING',
];
const WEAK = ['WEAK_KEY', 'WEAK_SIGNATURE'];
const ANY = [...EXPIRED, ...NOT_YET_VALID, ...UNTRUSTED, ...NAME, ...REVOKED, ...USAGE];

/** Codes of `check` whose finding can show as each kind. */
export const CODES_SHOWN_AS: Readonly<Record<ErrorKind, readonly string[]>> = {
  expired: EXPIRED,
  'not-yet-valid': NOT_YET_VALID,
  untrusted: UNTRUSTED,
  name: NAME,
  revoked: REVOKED,
  usage: USAGE,
  weak: WEAK,
  verification: ANY,
  'no-certificate': ['CSR_PENDING', 'CSR_DENIED', 'CSR_NAMES_FOREIGN', 'SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA'],
  'refused-client': ['CLIENT_REFUSED', ...ANY],
  pair: ['KEY_MISMATCH', 'CHAIN_OUT_OF_ORDER', 'BAD_DATA', 'SECRET_OVERWRITTEN', 'SECRET_SHARED'],
  unauthorized: [
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
    'CHAIN_WRONG_USAGE',
    'KEY_MISMATCH',
    ...NOT_TAKEN_OVER,
  ],
  forbidden: ['KUBECONFIG_WRONG_IDENTITY', 'FRONT_PROXY_NAME', 'MASTERS_CARRIED_ON'],
  closed: ['SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA', 'CERT_EXPIRED'],
  unreachable: ['API_NOT_READY', 'KUBELET_SILENT', 'CERT_EXPIRED'],
  elsewhere: [],
};

/** Words for what is not said of a certificate itself. */
const OTHER_PATTERNS: Readonly<Record<OtherKind, readonly RegExp[]>> = {
  unauthorized: [
    /\bUnauthorized\b|\b401\b|must be logged in|asked for the client to provide credentials|Unauthenticated/i,
    /unable to authenticate the request|invalid bearer token|authentication (?:failed|handshake failed)/i,
  ],
  forbidden: [
    /\bForbidden\b|is forbidden|permission denied|AccessDenied|\b403\b|cannot (?:get|list|create|watch|update|delete) resource/i,
  ],
  closed: [/connection reset by peer|\bEOF\b|connection termination|remote reset|SSL_ERROR_SYSCALL/i],
  unreachable: [
    /connection refused|no route to host|i\/o timeout|deadline exceeded|timed? ?out|EHOSTUNREACH|delayed connect error|no such host/i,
  ],
  // What Kubernetes says of scheduling, quotas, images, memory, disks and networks: no certificate has a part in it.
  elsewhere: [
    /\bInsufficient (?:cpu|memory|ephemeral-storage|pods)\b|nodes are available:|exceeded quota|FailedScheduling|preemption:/i,
    /was low on resource|\bOOMKilled\b|\bEvicted\b|no space left on device|too many open files|read-only file system/i,
    /toomanyrequests|pull rate limit|manifest unknown|code = NotFound desc = failed to pull/i,
    /NetworkPluginNotReady|cni plugin not initialized|the object has been modified/i,
  ],
};
const OTHERS = Object.keys(OTHER_PATTERNS) as OtherKind[];

/** The kinds of failure that a text speaks of. */
export function errorKindsIn(text: string): ReadonlySet<ErrorKind> {
  const others = OTHERS.filter((kind) => OTHER_PATTERNS[kind].some((pattern) => pattern.test(text)));
  return new Set([...failuresIn(text), ...others]);
}

/** Kinds that say nothing of what is wrong with a certificate: whatever a playbook of theirs names may be the cause. */
const VAGUE: ReadonlySet<ErrorKind> = new Set(['closed', 'unreachable', 'forbidden']);

/** Whether a text tells what fails, beyond that something cannot be reached, ends or is not allowed. */
export function tellsWhatFails(kinds: ReadonlySet<ErrorKind>): boolean {
  return [...kinds].some((kind) => !VAGUE.has(kind));
}

/** Why a certificate was refused: whoever says so as well that it was a client's, or the login, is about the same. */
const SPECIFIC: readonly ErrorKind[] = ['expired', 'not-yet-valid', 'untrusted', 'name', 'revoked', 'usage', 'weak'];

/** An error of one of these kinds is a certificate's, whoever has it: that nothing was found does not make it none. */
const OF_CERTIFICATES: readonly ErrorKind[] = [...SPECIFIC, 'verification', 'no-certificate', 'refused-client', 'pair'];

/** Whether a text itself says that a certificate was refused. */
export function speaksOfCertificates(kinds: ReadonlySet<ErrorKind>): boolean {
  return OF_CERTIFICATES.some((kind) => kinds.has(kind));
}

/** Where a line tells the reason, these are all that count: another line may have told none. */
const OF_A_REASON: ReadonlySet<ErrorKind> = new Set([...SPECIFIC, 'verification']);

const codesOf = (kinds: readonly ErrorKind[]) => new Set(kinds.flatMap((kind) => CODES_SHOWN_AS[kind]));
const KNOWN_CODES = codesOf(Object.keys(CODES_SHOWN_AS) as ErrorKind[]);
const SPECIFIC_CODES = codesOf(SPECIFIC);

/** Whether a finding of the code can show as one of these failures; undefined: they don't tell. */
export function canShowAs(code: string, kinds: ReadonlySet<ErrorKind>): boolean | undefined {
  const specific = SPECIFIC.some((kind) => kinds.has(kind)) && SPECIFIC_CODES.has(code);
  const telling = [...kinds].filter((kind) => !specific || OF_A_REASON.has(kind));
  if (codesOf(telling).has(code)) return true;
  return tellsWhatFails(kinds) && KNOWN_CODES.has(code) ? false : undefined;
}
