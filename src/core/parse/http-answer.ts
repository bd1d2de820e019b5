/** An answer of HTTP/1.1 as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const END_OF_HEAD = '\r\n\r\n';
/** Bytes; servers' own limits are far below. */
const MAX_HEAD = 1 << 20;

/** Takes from the start of what has come; `more`: too little is there. */
type Take = (pending: Buffer) => { readonly bytes: Buffer; readonly used: number; readonly last: boolean } | 'more';

/** Reads one answer, however its bytes are cut, and knows when it is whole: RFC 9112 sections 4 to 7. */
export class HttpAnswerReader {
  #pending: Buffer = Buffer.alloc(0);
  #head: Omit<HttpAnswer, 'body'> | undefined;
  #take: Take = untilTheEnd;
  readonly #body: Buffer[] = [];

  /** @returns the answer once it is whole. @throws Error for bytes that are no answer of HTTP/1 */
  push(bytes: Uint8Array): HttpAnswer | undefined {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (!this.#head && !this.#readHead()) return undefined;
    for (let taken = this.#take(this.#pending); taken !== 'more'; taken = this.#take(this.#pending)) {
      this.#body.push(taken.bytes);
      this.#pending = this.#pending.subarray(taken.used);
      if (taken.last) return this.#answer();
    }
    return undefined;
  }

  /** The connection has ended. @throws Error when the answer was not whole by then */
  end(): HttpAnswer {
    if (!this.#head) throw new Error(this.#pending.length === 0 ? 'no answer came' : 'the answer is no HTTP');
    if (this.#take !== untilTheEnd) throw new Error('the answer breaks off');
    this.#body.push(this.#pending);
    return this.#answer();
  }

  #readHead(): boolean {
    const start = this.#pending.toString('latin1', 0, 12);
    if (!'HTTP/1.'.startsWith(start.slice(0, 7)) || this.#pending.length > MAX_HEAD)
      throw new Error('the answer is no HTTP');
    const end = this.#pending.indexOf(END_OF_HEAD);
    if (end < 0) return false;
    const [, ...lines] = this.#pending.toString('latin1', 0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.#head = { status: Number(start.slice(9)), headers };
    this.#pending = this.#pending.subarray(end + END_OF_HEAD.length);
    const length = headers['content-length'];
    if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) this.#take = chunk;
    else if (length !== undefined) this.#take = exactly(Number(length));
    return true;
  }

  #answer(): HttpAnswer {
    return { ...this.#head!, body: Buffer.concat(this.#body) };
  }
}

const untilTheEnd: Take = () => 'more';

function exactly(length: number): Take {
  return (pending) =>
    pending.length < length ? 'more' : { bytes: pending.subarray(0, length), used: length, last: true };
}

/** The last chunk is empty; trailers after it are nobody's here. @throws Error */
const chunk: Take = (pending) => {
  const line = pending.indexOf('\r\n');
  if (line < 0) return 'more';
  const length = Number.parseInt(pending.toString('latin1', 0, line), 16);
  if (!Number.isInteger(length)) throw new Error('the answer has a chunk without length');
  const start = line + 2;
  if (pending.length < start + length + 2) return 'more';
  return { bytes: pending.subarray(start, start + length), used: start + length + 2, last: length === 0 };
};
