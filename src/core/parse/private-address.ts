import { parseAddress } from '../x509/general-name.ts';

/** Networks whose addresses mean something on their own side only: first bytes, and how many bits of them count. */
const PRIVATE: readonly (readonly [first: readonly number[], bits: number])[] = [
  [[10], 8],
  [[172, 16], 12],
  [[192, 168], 16],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[0xfc], 7],
  [[0xfe, 0x80], 10],
];
const LOOPBACK_6 = '00000000000000000000000000000001';

/**
 * Whether an IP address can be reached on its own network alone: RFC 1918, 6598, 3927, 4193, 4291. Names are not.
 */
export function isPrivateAddress(address: string): boolean {
  const bytes = parseAddress(address.replace(/%.*$/, ''));
  if (!bytes) return false;
  if (Buffer.from(bytes).toString('hex') === LOOPBACK_6) return true;
  return PRIVATE.some(([first, bits]) => isOfFamily(bytes, first) && startsWith(bytes, first, bits));
}

function isOfFamily(bytes: Uint8Array, [first = 0]: readonly number[]): boolean {
  return (bytes.length === 16) === first >= 0xfc;
}

function startsWith(bytes: Uint8Array, first: readonly number[], bits: number): boolean {
  return first.every((byte, index) => {
    const unused = Math.max(0, 8 - (bits - index * 8));
    return bytes[index]! >> unused === byte >> unused;
  });
}
