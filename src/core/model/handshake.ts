/** What one TLS handshake showed beside the chain (which is a placement with the same ref). */
export interface Handshake {
  /** `tls://ADDRESS:PORT#SNI`: the address that was dialled. */
  readonly ref: string;
  /** `TLSv1.3`; absent when no handshake was reached. */
  readonly protocol?: string;
  /** The server's Date header, RFC 3339 UTC (one-second resolution), where one was sent. */
  readonly date?: string;
  /** Our clock at the moment the Date header arrived, RFC 3339 UTC with milliseconds. */
  readonly dateReadAt?: string;
  /** Connect and handshake, milliseconds. */
  readonly ms: number;
  /** Subjects (RFC 4514) of the CAs that the server accepts client certificates from. */
  readonly acceptedIssuers?: readonly string[];
  /** HTTP status of the request that read the Date header. */
  readonly status?: number;
  /** Server header of that answer, as the server words it. */
  readonly server?: string;
  /** The protocol that was spoken in the clear where TLS was expected: `HTTP`. */
  readonly plain?: string;
  /** What went wrong, in one sentence. */
  readonly error?: string;
  readonly seen: number;
}

/** The answer of one run of a wrapped binary, without secrets. */
export interface ToolAnswer {
  /** argv joined by blanks. */
  readonly command: string;
  /** Exit code; -1 when it did not end by itself. */
  readonly exit: number;
  readonly answer: string;
  readonly seen: number;
}
