import type { Agent, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { addAbortSignal, type Duplex, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PortFailure } from '../../ports/failure.ts';
import { http } from './http.ts';

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** An answer whose body is read while it comes; of a refusal, the text is there whole. */
export interface StreamedAnswer extends Answer {
  readonly stream?: IncomingMessage;
}

/** A connection that no longer speaks HTTP (101); of a refusal, the text is there whole. */
export interface UpgradedAnswer extends Answer {
  readonly socket?: Duplex;
}

/** Bytes of one answer after unpacking: beyond it a smaller page has to be asked for. */
const MAX_ANSWER = 128 << 20;

/**
 * One HTTP request and its whole answer. The wait ends at once when the signal aborts, whatever the peer does. A GET
 * that met a connection which the server had just closed is sent once more.
 * @throws the signal's reason; PortFailure `partial` (code `too-large`); Node's error when nothing answers
 */
export async function exchange(options: Exchange): Promise<Answer> {
  return await sendTwice(options, readAll);
}

/** The same for an answer without an end: the wait for its head ends with the signal, and so does its stream. */
export async function openStream(options: Exchange): Promise<StreamedAnswer> {
  return await sendTwice<StreamedAnswer>(options, (response, done, fail) => {
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) readAll(response, done, fail);
    else done({ status, headers: response.headers, text: '', stream: response });
  });
}

/** The same for a request that asks for another protocol: the wait for it ends with the signal, and so does its socket. */
export async function openSocket(options: Exchange): Promise<UpgradedAnswer> {
  return await sendTwice<UpgradedAnswer>(options, readAll);
}

type Receive<T> = (response: IncomingMessage, done: (answer: T) => void, fail: (error: Error) => void) => void;

async function sendTwice<T>(options: Exchange, receive: Receive<T>): Promise<T> {
  try {
    return await send(options, receive);
  } catch (error) {
    if (!(error instanceof StaleConnection) || options.method !== 'GET') throw unwrap(error);
    return await send(options, receive).catch((again: unknown) => Promise.reject(unwrap(again)));
  }
}

/** A kept connection was closed by the other side before it saw the request. */
class StaleConnection extends Error {}

function unwrap(error: unknown): unknown {
  return error instanceof StaleConnection ? error.cause : error;
}

function send<T>({ method, url, headers, body, agent, signal }: Exchange, receive: Receive<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = (url.protocol === 'https:' ? https : http).request(url, { method, headers, agent });
    const stop = () => {
      reject(signal.reason);
      request.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    request.once('close', () => signal.removeEventListener('abort', stop));
    request.on('upgrade', ({ statusCode = 0, headers: answered }, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      addAbortSignal(signal, socket);
      resolve({ status: statusCode, headers: answered, text: '', socket } as T);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '');
      reject(stale ? new StaleConnection('closed', { cause: error }) : error);
    });
    request.on('response', (response) => {
      const fail = (error: Error) => {
        reject(error);
        request.destroy();
      };
      receive(response, resolve, fail);
    });
    request.end(body);
  });
}

/** Unpacks and collects the answer. */
function readAll(response: IncomingMessage, done: (answer: Answer) => void, fail: (error: Error) => void): void {
  const stream: Readable = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER) {
      fail(new PortFailure('partial', `the answer is larger than ${MAX_ANSWER >> 20} MiB`, { code: 'too-large' }));
    } else chunks.push(chunk);
  });
  stream.on('end', () =>
    done({
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: Buffer.concat(chunks).toString('utf8'),
    }),
  );
  stream.on('error', fail);
  // A pipe does not pass errors on: an answer that breaks off would be waited for without end.
  response.on('error', fail);
}
