import type { Duplex } from 'node:stream';

/** What a reader thinks of the bytes so far: it wants more, has used some, or was refused in the peer's words. */
export type Verdict = 'more' | { readonly used: number } | { readonly refused: string };

/** One turn of a conversation in the clear: what we say, and how the answer is recognised. */
export interface Turn {
  readonly send?: Uint8Array | string;
  readonly expect: (received: Buffer) => Verdict;
}

/** The peer did not hold the conversation. The message continues a sentence that begins with its address. */
export class TalkFailure extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'TalkFailure';
    this.code = code;
  }
}

/** No greeting or answer that is awaited here is longer (bytes). */
const MOST = 65_536;

/**
 * Holds a conversation turn by turn. Bytes beyond the last answer go back into the stream.
 * @throws TalkFailure when the peer refuses, closes, or talks without end; the signal's reason when it aborts
 */
export async function converse(stream: Duplex, turns: readonly Turn[], signal: AbortSignal): Promise<void> {
  let received: Buffer = Buffer.alloc(0);
  for (const { send, expect } of turns) {
    if (send !== undefined) stream.write(send);
    let verdict = expect(received);
    while (verdict === 'more') {
      if (received.length > MOST) throw new TalkFailure('talks without end before TLS', 'ETALK');
      received = Buffer.concat([received, await nextChunk(stream, signal)]);
      verdict = expect(received);
    }
    if ('refused' in verdict) throw new TalkFailure(verdict.refused, 'EREFUSED');
    received = received.subarray(verdict.used);
  }
  if (received.length > 0) stream.unshift(received);
}

/**
 * Waits for the next bytes.
 * @throws TalkFailure when the stream ends or breaks; the signal's reason when it aborts
 */
export function nextChunk(stream: Duplex, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onReadable = () => {
      const chunk: Buffer | null = stream.read();
      if (chunk !== null) settle(() => resolve(chunk));
    };
    const onEnd = () => settle(() => reject(new TalkFailure('closes the connection before TLS', 'ECONNCLOSED')));
    const onError = (error: NodeJS.ErrnoException) =>
      settle(() => reject(new TalkFailure('resets the connection before TLS', error.code ?? 'ECONNRESET')));
    const onAbort = () => settle(() => reject(signal.reason));
    if (signal.aborted) return reject(signal.reason);
    if (stream.readableEnded || stream.destroyed) return onEnd();
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
    signal.addEventListener('abort', onAbort);
    onReadable();
  });
}

/** A peer's own words, short and on one line, for a message. */
export function quoteLine(text: string): string {
  const line = text
    .split('\n', 1)[0]!
    .trim()
    .replace(/[^\x20-\x7e]/g, '?');
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}...` : line);
}
