import { PortFailure } from '../../ports/failure.ts';

/** `host:port` for messages; IPv6 addresses stand in brackets. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const CONNECT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EADDRNOTAVAIL: 'the address cannot be reached from this machine',
  EHOSTDOWN: 'the host is down',
  ETIMEDOUT: 'no answer to the connection attempt',
  ECONNRESET: 'the connection was reset before it stood',
  ENOTFOUND: 'no such host: the name does not resolve',
  ENODATA: 'the name has no address',
  EAI_AGAIN: 'the name cannot be resolved: no name server answers',
  EACCES: 'the connection is forbidden on this machine (firewall or policy)',
  EPERM: 'the connection is forbidden on this machine (firewall or policy)',
};

/** Why no connection stood. Several addresses of one name fail as one error with a code for all. */
export function connectFailure(where: string, error: unknown): PortFailure {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  return new PortFailure('unreachable', `${where}: ${CONNECT[code] ?? message}`, { code, cause: error });
}

/** An abort while we waited: `what` says for what. */
export function waitFailure(where: string, what: string, signal: AbortSignal): PortFailure {
  const reason = signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
  return new PortFailure('timed-out', `${where}: ${what}: ${reason}`, { code: 'ETIMEDOUT', cause: signal.reason });
}

/** How services that speak no TLS begin, what they speak, and what that means. */
const GREETINGS: readonly (readonly [start: RegExp, protocol: string, meaning: string])[] = [
  [/^HTTP\//, 'HTTP', 'answers in plain HTTP, not TLS'],
  [/^SSH-/, 'SSH', 'answers in SSH, not TLS'],
  [
    /^220[ -]/,
    'SMTP or FTP',
    'greets in plain SMTP or FTP, not TLS: smtp://HOST:PORT or ftp://HOST:PORT asks it to start TLS',
  ],
  [/^\* (OK|PREAUTH|BYE)/, 'IMAP', 'greets in plain IMAP, not TLS: imap://HOST:PORT asks it to start TLS'],
  [/^\+OK/, 'POP3', 'greets in plain POP3, not TLS: pop3://HOST:PORT asks it to start TLS'],
  [/^-ERR/, 'Redis or POP3', 'answers in plain text (Redis or POP3), not TLS'],
  [/^...\0\n\d+\./s, 'MySQL', 'greets in plain MySQL, not TLS: mysql://HOST:PORT asks it to start TLS'],
  [/^\0\0[\0-\x40]\x04\0/, 'HTTP/2', 'answers in plain HTTP/2, not TLS'],
];

/** The protocol that a peer spoke in the clear where TLS was expected; undefined where it is not known by its start. */
export function plainProtocol(received: Buffer): string | undefined {
  return greetingOf(received)?.[1];
}

function greetingOf(received: Buffer): (typeof GREETINGS)[number] | undefined {
  const start = received.toString('latin1', 0, 16);
  return GREETINGS.find(([pattern]) => pattern.test(start));
}

const DEMANDS = 'demands a client certificate, none was sent';

/** What alerts (RFC 8446, 6.2) mean for somebody who sent a correct hello and no certificate. */
const ALERTS: Readonly<Record<string, string>> = {
  certificate_required: DEMANDS,
  // Go's and older servers' word for a missing client certificate.
  bad_certificate: DEMANDS,
  handshake_failure: 'finds no version, cipher, curve or certificate in common',
  protocol_version: 'refuses TLS 1.0 to 1.3, all that were offered',
  internal_error:
    'has no certificate it could show or failed inside (a kubelet answers so while its serving CSR is not approved)',
  unrecognized_name: 'has no certificate for the name that was asked for (SNI)',
  no_application_protocol: 'accepts none of the offered application protocols (ALPN)',
  access_denied: 'denies access',
  unknown_ca: 'refuses the client: unknown CA',
  insufficient_security: 'demands stronger ciphers than were offered',
};

/** Alerts by which a server judges the certificate that a client has shown: RFC 8446, 6.2; Go crypto/tls. */
const REFUSALS: ReadonlySet<string> = new Set([
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'certificate_required',
  'unknown_ca',
  'access_denied',
  'decrypt_error',
]);

export interface TlsErrorContext {
  readonly code: string | undefined;
  readonly message: string;
  /** How the peer's bytes began. */
  readonly received: Buffer;
  readonly ended: 'open' | 'closed' | 'reset';
  /** It asked for a client certificate during this handshake. */
  readonly asked: boolean;
  /** A client certificate was shown to it. */
  readonly shown?: boolean;
}

/** One sentence, without the address, about a handshake that failed. */
export function describeTlsError(context: TlsErrorContext): string {
  const alert = alertName(context.code);
  if (isRefusal(context)) return `refuses the client certificate (alert ${alert})`;
  if (alert === 'handshake_failure' && context.asked) return `${DEMANDS} (alert ${alert})`;
  if (alert) return `${ALERTS[alert] ?? 'ends the handshake'} (alert ${alert})`;
  const greeting = greetingOf(context.received);
  if (greeting) return greeting[2];
  if (context.ended === 'reset') return 'resets the connection during the handshake';
  if (context.ended === 'closed') return 'closes the connection during the handshake';
  if (context.received.length > 0 && context.received[0] !== 22) return 'answers, but not in TLS';
  return `fails the handshake: ${opensslReason(context.message)}`;
}

/** Whether the alert is about the client certificate that was shown. */
export function isRefusal({ code, shown = false }: Pick<TlsErrorContext, 'code' | 'shown'>): boolean {
  return shown && REFUSALS.has(alertName(code) ?? '');
}

/** `certificate_required` from `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED` and its older forms. */
export function alertName(code: string | undefined): string | undefined {
  const name = /^ERR_SSL_(?:SSL\/TLS|SSLV3|TLSV1|TLSV13)_(ALERT_)?(.+)$/.exec(code ?? '');
  const alert = name?.[2]?.toLowerCase();
  return name?.[1] || (alert && alert in ALERTS) ? alert : undefined;
}

/** `unsupported protocol` from `...:error:0A000102:SSL routines:ssl_choose_client_version:unsupported protocol:../x.c:1:`. */
function opensslReason(message: string): string {
  return /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
}
