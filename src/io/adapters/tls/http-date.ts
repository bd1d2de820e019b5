import type { TLSSocket } from 'node:tls';
import { alertName, describeTlsError, isRefusal } from './failure.ts';
import { nextChunk, TalkFailure } from './talk.ts';

export interface HttpAnswer {
  readonly status?: number;
  /** The Server header, in the server's words. */
  readonly server?: string;
  /** Milliseconds since the epoch. */
  readonly date?: number;
  readonly dateReadAt?: number;
  /** The server ended the connection with an alert: TLS 1.3 refuses a client only now. */
  readonly error?: string;
  readonly code?: string;
  readonly refused?: true;
}

/** How long the answer is waited for, milliseconds: most services that speak no HTTP are silent instead of closing. */
const WAIT = 3_000;
const MOST = 65_536;

/**
 * Asks for one page and reads the head of the answer. A server that does not speak HTTP has no date, which is no error;
 * never throws, and ends at once with the signal.
 */
export async function askDate(
  socket: TLSSocket,
  request: {
    readonly path: string;
    readonly host: string;
    readonly signal: AbortSignal;
    readonly now: () => number;
    /** A client certificate was shown. */
    readonly shown?: boolean;
  },
): Promise<HttpAnswer> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(WAIT)]);
  socket.write(
    `GET ${request.path} HTTP/1.1\r\nHost: ${request.host}\r\nUser-Agent: kubectl-certs\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  );
  try {
    let head = await nextChunk(socket, signal);
    const dateReadAt = request.now();
    while (isHttp(head) && !head.includes('\r\n\r\n') && head.length < MOST) {
      head = Buffer.concat([head, await nextChunk(socket, signal)]);
    }
    return readHead(head.toString('latin1'), dateReadAt);
  } catch (error) {
    const code = error instanceof TalkFailure ? error.code : undefined;
    if (!alertName(code)) return {};
    const silent = { message: '', received: Buffer.alloc(0), ended: 'open', asked: true } as const;
    const context = { code, ...silent, shown: request.shown ?? false };
    return { error: describeTlsError(context), code: code!, ...(isRefusal(context) && { refused: true }) };
  }
}

function isHttp(head: Buffer): boolean {
  const start = head.toString('latin1', 0, 5);
  return 'HTTP/'.startsWith(start);
}

/** RFC 9112, 4; RFC 9110, 6.6.1. */
function readHead(head: string, dateReadAt: number): HttpAnswer {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (!status) return {};
  const date = Date.parse(header(head, 'date') ?? '');
  const server = header(head, 'server')?.trim().slice(0, LONGEST_SERVER);
  return { status: Number(status), ...(server && { server }), ...(!Number.isNaN(date) && { date, dateReadAt }) };
}

/** Characters: names of software are short, and the rest would be kept in every snapshot. */
const LONGEST_SERVER = 80;

function header(head: string, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]+)\\r\\n`, 'i').exec(head)?.[1];
}
