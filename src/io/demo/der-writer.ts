/** Just enough of ITU-T X.690 to write the values that @peculiar/x509 has no class for. */

/** One value: the tag, the length, the content. */
export function der(tag: number, ...content: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(body.length), body]);
}

export const sequence = (...content: Uint8Array[]): Uint8Array => der(0x30, ...content);
export const set = (...content: Uint8Array[]): Uint8Array => der(0x31, ...content);

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return der(0x06, Buffer.from([first * 40n + second, ...rest].flatMap(base128)));
}

/** A character string of the given type; UTF8String unless told otherwise. */
export function text(value: string, tag = 0x0c): Uint8Array {
  return der(tag, Buffer.from(value, tag === 0x0c ? 'utf8' : 'latin1'));
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}
