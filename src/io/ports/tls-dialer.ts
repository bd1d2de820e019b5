import type { Duplex } from 'node:stream';

/** One handshake to make. */
export interface DialTarget {
  /** Address or name that is dialled. */
  readonly address: string;
  readonly port: number;
  /** Name sent as SNI; absent: none is sent. */
  readonly sni?: string;
  readonly alpn?: readonly string[];
  /** Scheme whose upgrade precedes TLS: `smtp`, `imap`, `postgres`, ...; absent or `https`: TLS at once. */
  readonly scheme?: string;
  /** Path of a GET that is sent to read the Date header; absent: nothing is sent. */
  readonly get?: string;
  /**
   * Files of a client certificate and its key to show when the server asks for one. The key is read at the moment of
   * the handshake and goes nowhere else.
   */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** A connection that stands already, as a forwarded port is: nothing is dialled, the address is only a name for it. */
  readonly through?: Duplex;
  /** URL of the proxy to go through (http, https, socks5); absent: the environment's, as kubectl has it. */
  readonly proxy?: string;
  readonly signal: AbortSignal;
}

/** What a handshake showed. A server that speaks no TLS or ends it with an alert is a result too, with `error`. */
export interface DialResult {
  /** Address that answered. */
  readonly address: string;
  /** DER, leaf first, as sent. */
  readonly chain: readonly Uint8Array[];
  readonly protocol?: string;
  /** Server's Date header, milliseconds since the epoch. */
  readonly date?: number;
  /** Our clock when it arrived. */
  readonly dateReadAt?: number;
  readonly status?: number;
  /** Server header of the answer to the GET. */
  readonly server?: string;
  /** Connect and handshake, milliseconds. */
  readonly ms: number;
  readonly acceptedIssuers?: readonly string[];
  readonly error?: string;
  /** The server answered with an alert about the client certificate that was shown. */
  readonly refused?: true;
  /** The protocol that it spoke in the clear instead: `HTTP`. */
  readonly plain?: string;
  /** Code of the error: errno or OpenSSL's. */
  readonly code?: string;
}

/** Shakes hands without judging: expired, untrusted, other-named, old and weak peers are seen, not refused. */
export interface TlsDialer {
  /**
   * PortFailure `unreachable` when nothing answers there, `timed-out` when the signal aborts the wait; `denied`, `absent`
   * or `partial` when the client's files cannot be read or are no pair. What ended a stream to go through is thrown as it is.
   */
  dial(target: DialTarget): Promise<DialResult>;
}
