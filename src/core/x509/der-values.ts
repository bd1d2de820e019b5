import { contentOf, type Element, MalformedDer, TAG } from './der.ts';

/** A byte string as lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** Whether two byte strings are the same. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}

/** OBJECT IDENTIFIER in dotted form; arcs beyond 2^53 are printed exactly. @throws MalformedDer */
export function readOid(element: Element): string {
  const content = contentOf(element);
  if (content.length === 0 || content[content.length - 1]! >= 0x80)
    throw new MalformedDer('unreadable object identifier', element.start);
  const arcs: (number | bigint)[] = [];
  let arc: number | bigint = 0;
  for (const octet of content) {
    arc =
      typeof arc === 'number' && arc < 2 ** 45
        ? arc * 128 + (octet & 0x7f)
        : (BigInt(arc) << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      arcs.push(root, typeof arc === 'number' ? arc - root * 40 : arc - BigInt(root * 40));
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** BOOLEAN; BER's any-non-zero is true. */
export function readBoolean(element: Element): boolean {
  return contentOf(element).some((octet) => octet !== 0);
}

/** INTEGER as signed lower-case hex with whole octets, without leading zeros: "0a", "-80", "00". */
export function readSerial(element: Element): string {
  const content = contentOf(element);
  if (content.length === 0) throw new MalformedDer('an integer without content', element.start);
  if (content[0]! >= 0x80) {
    const magnitude = (1n << BigInt(8 * content.length)) - BigInt(`0x${toHex(content)}`);
    const digits = magnitude.toString(16);
    return `-${digits.length % 2 ? '0' : ''}${digits}`;
  }
  let from = 0;
  while (from < content.length - 1 && content[from] === 0) from++;
  return toHex(content.subarray(from));
}

/** INTEGER that must fit into a non-negative number. @throws MalformedDer */
export function readSmallInteger(element: Element, what: string): number {
  const content = contentOf(element);
  if (content.length === 0 || content.length > 6 || content[0]! >= 0x80)
    throw new MalformedDer(`${what} is out of range`, element.start);
  return content.reduce((value, octet) => value * 256 + octet, 0);
}

/** BIT STRING of named bits, as the list of the numbers of those that are set. */
export function readNamedBits(element: Element): number[] {
  const octets = contentOf(element).subarray(1);
  const bits: number[] = [];
  octets.forEach((octet, index) => {
    for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) bits.push(index * 8 + bit);
  });
  return bits;
}

/** BIT STRING of whole octets, such as a signature. @throws MalformedDer */
export function readBitOctets(element: Element): Uint8Array {
  const content = contentOf(element);
  if (content.length === 0 || content[0]! > 7) throw new MalformedDer('unreadable bit string', element.start);
  return content.subarray(1);
}

const TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?(?:[.,](\d{1,9}))?(Z|[+-]\d{4})?$/;

/**
 * UTCTime or GeneralizedTime as milliseconds since the epoch, with the older forms (no seconds, an offset,
 * fractions). `strict` is false where RFC 5280 section 4.1.2.5 forbids the form. @throws MalformedDer
 */
export function readTime(element: Element): { at: number; strict: boolean } {
  const text = Buffer.from(contentOf(element)).toString('latin1');
  const short = element.tag === TAG.utcTime;
  const parts = TIME.exec(short ? `${Number(text.slice(0, 2)) < 50 ? 20 : 19}${text}` : text);
  if (!parts || (short && text.length < 10))
    throw new MalformedDer(`unreadable time "${printable(text)}"`, element.start);
  const [, year, month, day, hour, minute = '0', second = '0', fraction = '', zone = ''] = parts;
  const local = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute, +second);
  const exists =
    +month! >= 1 &&
    +month! <= 12 &&
    +day! >= 1 &&
    new Date(local).getUTCDate() === +day! &&
    +hour! < 24 &&
    +minute < 60 &&
    +second < 60;
  if (!exists) throw new MalformedDer(`no such time "${printable(text)}"`, element.start);
  const strict = zone === 'Z' && text.length === (short ? 13 : 15) && (short || +year! >= 2050 || +year! < 1950);
  return { at: local + Math.floor(Number(`0.${fraction || 0}`) * 1000) - offsetOf(zone), strict };
}

/** Characters that could steer a terminal, made visible. */
function printable(text: string): string {
  return text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
}

function offsetOf(zone: string): number {
  if (zone.length !== 5) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return (zone[0] === '-' ? -1 : 1) * minutes * 60_000;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

const decoders: Record<number, (content: Buffer) => string> = {
  12: (content) => {
    try {
      return UTF8.decode(content);
    } catch {
      return content.toString('latin1');
    }
  },
  28: (content) => {
    const points = Array.from({ length: content.length >> 2 }, (_, index) => content.readUInt32BE(index * 4));
    return points.map((point) => (point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point))).join('');
  },
  30: (content) =>
    Buffer.from(content.subarray(0, content.length & ~1))
      .swap16()
      .toString('utf16le'),
};
const SINGLE_BYTE = [18, 19, 20, 21, 22, 25, 26, 27];

/**
 * The text of a character string type, or undefined for any other value. TeletexString is read as Latin-1, as
 * every issuer that uses it means it; bad UTF-8 is read as Latin-1 too rather than lost.
 */
export function readText(element: Element): string | undefined {
  const number = element.tag & 0x1f;
  const content = Buffer.from(element.bytes.buffer, element.bytes.byteOffset + element.from, element.to - element.from);
  if (SINGLE_BYTE.includes(number)) return content.toString('latin1');
  return decoders[number]?.(content);
}
