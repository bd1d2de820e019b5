/**
 * A small bounded reader of ITU-T X.690. It reads DER and the BER that real certificates contain (lengths
 * that are longer than needed, indefinite lengths), never copies, and never looks outside the given bytes.
 */

/** One value: `bytes[start, end)` is the whole of it, `bytes[from, to)` its content. */
export interface Element {
  readonly bytes: Uint8Array;
  /** The identifier octet: class, constructed bit and number, such as 0x30 for SEQUENCE. */
  readonly tag: number;
  readonly start: number;
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** False where the length is BER but not DER. */
  readonly minimal: boolean;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** What is not BER. `offset` counts bytes from the start of the input that was given. */
export class MalformedDer extends Error {
  override readonly name: string = 'MalformedDer';
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} at byte ${offset}`);
    this.offset = offset;
  }
}

const DEEPEST = 32;

/** Reads the value at `at`. @throws MalformedDer when it is cut off or reaches beyond `limit`. */
export function readElement(bytes: Uint8Array, at = 0, limit = bytes.length, depth = 0): Element {
  if (depth > DEEPEST) throw new MalformedDer('values nested too deeply', at);
  if (at + 2 > limit) throw new MalformedDer('unexpected end of data', at);
  const tag = bytes[at]!;
  const lengthAt = (tag & 0x1f) === 0x1f ? skipLongTag(bytes, at + 1, limit) : at + 1;
  const first = bytes[lengthAt];
  if (first === undefined || lengthAt >= limit) throw new MalformedDer('unexpected end of data', lengthAt);
  if (first === 0x80) return readIndefinite(bytes, at, lengthAt + 1, limit, depth);
  const { length, from, minimal } =
    first < 0x80 ? { length: first, from: lengthAt + 1, minimal: true } : readLongLength(bytes, lengthAt, limit);
  const to = from + length;
  if (to > limit) throw new MalformedDer(`a value of ${length} bytes reaches beyond its container`, at);
  return { bytes, tag, start: at, from, to, end: to, minimal };
}

/** The values inside a constructed one. @throws MalformedDer */
export function childrenOf(element: Element): Element[] {
  const children: Element[] = [];
  for (let at = element.from; at < element.to; ) {
    const child = readElement(element.bytes, at, element.to);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The whole value, header included. */
export function rawOf({ bytes, start, end }: Element): Uint8Array {
  return bytes.subarray(start, end);
}

/** The value without its header. */
export function contentOf({ bytes, from, to }: Element): Uint8Array {
  return bytes.subarray(from, to);
}

/** Walks through the fields of a SEQUENCE in order. */
export class Fields {
  readonly #parent: Element;
  #at: number;

  constructor(parent: Element) {
    this.#parent = parent;
    this.#at = parent.from;
  }

  /** The next field whatever it is, or undefined at the end. */
  next(): Element | undefined {
    if (this.#at >= this.#parent.to) return undefined;
    const element = readElement(this.#parent.bytes, this.#at, this.#parent.to);
    this.#at = element.end;
    return element;
  }

  /** The next field when it has one of the tags; nothing is consumed otherwise. */
  optional(...tags: number[]): Element | undefined {
    const tag = this.#at < this.#parent.to ? this.#parent.bytes[this.#at] : undefined;
    return tag !== undefined && tags.includes(tag) ? this.next() : undefined;
  }

  /** The next field, which must have one of the tags. @throws MalformedDer naming `what` */
  expect(what: string, ...tags: number[]): Element {
    const element = this.next();
    if (!element) throw new MalformedDer(`${what} is missing`, this.#at);
    if (!tags.includes(element.tag))
      throw new MalformedDer(`${what} expected, tag 0x${hexByte(element.tag)} found`, element.start);
    return element;
  }
}

/** Reads the one value that fills the bytes. @throws MalformedDer for another tag or bytes after it */
export function readWhole(bytes: Uint8Array, what: string, tag: number): Element {
  const element = readElement(bytes);
  if (element.tag !== tag) throw new MalformedDer(`${what} expected, tag 0x${hexByte(element.tag)} found`, 0);
  if (element.end !== bytes.length)
    throw new MalformedDer(`${bytes.length - element.end} bytes follow the ${what}`, element.end);
  return element;
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function skipLongTag(bytes: Uint8Array, at: number, limit: number): number {
  for (let octet = at; octet < Math.min(limit, at + 4); octet++) if (bytes[octet]! < 0x80) return octet + 1;
  throw new MalformedDer('unreadable tag', at);
}

function readLongLength(bytes: Uint8Array, at: number, limit: number) {
  const count = bytes[at]! & 0x7f;
  const from = at + 1 + count;
  if (count > 8 || from > limit) throw new MalformedDer('unreadable length', at);
  let length = 0;
  for (let octet = at + 1; octet < from; octet++) length = length * 256 + bytes[octet]!;
  return { length, from, minimal: length >= 0x80 && bytes[at + 1] !== 0 };
}

function readIndefinite(bytes: Uint8Array, start: number, from: number, limit: number, depth: number): Element {
  if ((bytes[start]! & 0x20) === 0) throw new MalformedDer('a primitive value without a length', start);
  let at = from;
  while (at + 2 <= limit && (bytes[at] !== 0 || bytes[at + 1] !== 0)) at = readElement(bytes, at, limit, depth + 1).end;
  if (at + 2 > limit) throw new MalformedDer('a value of indefinite length has no end', start);
  return { bytes, tag: bytes[start]!, start, from, to: at, end: at + 2, minimal: false };
}
