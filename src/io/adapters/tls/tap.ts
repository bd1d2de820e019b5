import { Duplex } from 'node:stream';

/** Bytes of the peer's first flight that are kept: a greeting in the clear, a certificate request. */
const KEPT = 131_072;

/** A connection that remembers how the peer's answer began and how it ended, since OpenSSL says neither. */
export class Tap extends Duplex {
  readonly #inner: Duplex;
  readonly #kept: Buffer[] = [];
  #length = 0;
  #end: 'open' | 'closed' | 'reset' = 'open';

  constructor(inner: Duplex) {
    super();
    this.#inner = inner;
    inner.on('data', (chunk: Buffer) => this.#receive(chunk));
    inner.on('end', () => this.#finish('closed'));
    inner.on('error', (error) => {
      this.#finish('reset');
      this.destroy(error);
    });
    inner.on('close', () => this.destroy());
  }

  get received(): Buffer {
    return Buffer.concat(this.#kept);
  }

  get ended(): 'open' | 'closed' | 'reset' {
    return this.#end;
  }

  #receive(chunk: Buffer): void {
    if (this.#length < KEPT) this.#kept.push(chunk);
    this.#length += chunk.length;
    if (!this.push(chunk)) this.#inner.pause();
  }

  #finish(how: 'closed' | 'reset'): void {
    if (this.#end === 'open') this.#end = how;
    if (how === 'closed') this.push(null);
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#inner.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.#inner.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}
