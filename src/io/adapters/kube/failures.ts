import { PortFailure } from '../../ports/failure.ts';
import type { Answer } from './exchange.ts';

/** The words that failures are told with. */
export interface Peer {
  /** `host:port`. */
  readonly address: string;
  /** The name that is verified. */
  readonly serverName: string;
  readonly cluster: string;
  readonly user: string;
  readonly proxy?: string;
  /** What is known to have ended of the credential. */
  readonly ended?: string;
}

/** A Status of the API (apimachinery meta/v1), as far as it is read. */
interface Status {
  readonly kind?: unknown;
  readonly message?: unknown;
}

/** Judges an answer that is no success. Its Status, or its whole text where it has none, stands in the failure's cause. */
export function failureOfAnswer({ status, headers, text }: Answer, path: string, peer: Peer): PortFailure {
  const body = readStatus(text);
  const said = typeof body?.message === 'string' && body.message !== '' ? body.message : undefined;
  const options = { code: String(status), cause: body ?? text };
  const answered = `${peer.address} answered ${status} to ${path}`;
  const excerpt = said ?? text.replace(/\s+/g, ' ').trim().slice(0, 200);
  const detail = excerpt === '' ? answered : `${answered}: ${excerpt}`;
  if (status === 401) return new PortFailure('denied', refusal(peer), options);
  if (status === 403) return new PortFailure('denied', said ?? detail, options);
  if (status === 404) return new PortFailure('absent', said ?? detail, options);
  if (status === 429 || status >= 500) return new PortFailure('unreachable', detail, options);
  if (status >= 300 && status < 400) {
    const to = headers.location ? ` and points to ${headers.location}` : '';
    return new PortFailure('unreachable', `${answered}${to}: is a sign-in page in front of the API server?`, options);
  }
  return new PortFailure('partial', said ?? detail, options);
}

function refusal({ address, user, ended }: Peer): string {
  const who = user === '' ? '' : ` of ${user}`;
  const refused = `the API server ${address} refused the credential${who} (401)`;
  if (ended !== undefined) return `${refused}: ${ended}; renew it or log in again`;
  return `${refused}: an expired client certificate or token looks like this, and so does one of another cluster; log in again`;
}

function readStatus(text: string): Status | undefined {
  try {
    const body = JSON.parse(text) as Status | null;
    return body?.kind === 'Status' ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What TLS verification refused, by Node's code (OpenSSL's X509_V_ERR_* without its prefix). */
const TLS_CAUSES: Readonly<Record<string, (peer: Peer, error: Error) => string>> = {
  CERT_HAS_EXPIRED: () => 'has expired, or a certificate that it depends on has',
  CERT_NOT_YET_VALID: () => 'is not valid yet: compare the clocks',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_SIGNATURE_FAILURE: () =>
    'has a signature that does not verify: the CA at hand bears the same name and another key',
  INVALID_CA: () => 'is signed by a certificate that is no CA',
  INVALID_PURPOSE: () => 'is not meant for servers',
  ERR_TLS_CERT_ALTNAME_INVALID: ({ serverName }, error) =>
    `is not for ${serverName}: ${(error as { reason?: string }).reason ?? error.message}; --tls-server-name checks another name`,
};

function unknownAuthority({ cluster }: Peer): string {
  return `is signed by an authority that ${cluster ? `the certificate-authority of cluster ${cluster}` : 'this machine'} does not know`;
}

const NETWORK_CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be resolved: the resolver does not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer to the connection attempt',
  EPROTO: 'it speaks no TLS that is understood here',
};

/** Judges why nothing answered. */
export function failureOfError(error: Error & { code?: string }, peer: Peer): PortFailure {
  // SOCKS clients keep the code in words only.
  const code = error.code ?? /\bE[A-Z_]{4,}\b/.exec(error.message)?.[0] ?? '';
  const through = peer.proxy === undefined ? '' : ` (through the proxy ${peer.proxy})`;
  const options = { ...(code !== '' && { code }), cause: error };
  const tls = TLS_CAUSES[code];
  if (tls) {
    const message = `the certificate that the API server ${peer.address} serves ${tls(peer, error)}${through}`;
    return new PortFailure('unreachable', message, options);
  }
  if (/ALERT/.test(code)) {
    const message = `the API server ${peer.address} ended the TLS handshake: ${alertOf(code)}${through}`;
    return new PortFailure(/CERTIFICATE|UNKNOWN_CA/.test(code) ? 'denied' : 'unreachable', message, options);
  }
  const cause = /WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(code) ? NETWORK_CAUSES.EPROTO : NETWORK_CAUSES[code];
  const state = code === 'ETIMEDOUT' ? 'timed-out' : 'unreachable';
  return new PortFailure(state, `the API server ${peer.address}${through}: ${cause ?? error.message}`, options);
}

/** `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`: the last words are the alert of RFC 8446 section 6. */
function alertOf(code: string): string {
  const alert = code
    .replace(/^.*ALERT_/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
  return /certificate|unknown ca/.test(alert) ? `alert "${alert}", about the client certificate` : `alert "${alert}"`;
}
