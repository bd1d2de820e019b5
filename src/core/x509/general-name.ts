import { childrenOf, contentOf, type Element, MalformedDer, rawOf, TAG } from './der.ts';
import { readOid, toHex } from './der-values.ts';
import { printName, readName } from './name.ts';

export type GeneralNameKind =
  | 'other'
  | 'email'
  | 'dns'
  | 'x400'
  | 'directory'
  | 'ediParty'
  | 'uri'
  | 'ip'
  | 'registeredId';

/** GeneralName of RFC 5280 section 4.2.1.6. `raw` is the content; of a directory name the encoded Name. */
export interface GeneralName {
  readonly kind: GeneralNameKind;
  /** For people and for comparison: the text, a canonical address (or address/mask), an RFC 4514 name, or hex. */
  readonly value: string;
  readonly raw: Uint8Array;
}

/** A name that constraints apply to. */
export interface ConstrainedName extends GeneralName {
  /** It stands in the subject, not in subjectAltName. */
  readonly inSubject: boolean;
}

const kinds: readonly GeneralNameKind[] = [
  'other',
  'email',
  'dns',
  'x400',
  'directory',
  'ediParty',
  'uri',
  'ip',
  'registeredId',
];

/** Reads one GeneralName. @throws MalformedDer */
export function readGeneralName(element: Element): GeneralName {
  const kind = kinds[element.tag & 0x1f];
  if (kind === undefined || (element.tag & 0xc0) !== 0x80)
    throw new MalformedDer('an unknown kind of name', element.start);
  const raw = contentOf(element);
  if (kind === 'email' || kind === 'dns' || kind === 'uri')
    return { kind, value: Buffer.from(raw).toString('latin1'), raw };
  if (kind === 'ip') return { kind, value: printAddress(raw), raw };
  if (kind === 'directory') return readDirectoryName(element);
  if (kind === 'registeredId') return { kind, value: readOid(element), raw };
  return { kind, value: toHex(raw), raw };
}

function readDirectoryName(element: Element): GeneralName {
  const [name] = childrenOf(element);
  if (name?.tag !== TAG.sequence) throw new MalformedDer('a directory name expected', element.start);
  return { kind: 'directory', value: printName(readName(name)), raw: rawOf(name) };
}

/** Reads GeneralNames. @throws MalformedDer, also when the list is empty or a character is not IA5 */
export function readGeneralNames(element: Element): GeneralName[] {
  return childrenOf(element).map(readGeneralName);
}

/** An address (4 or 16 bytes) or an address with its mask (8 or 32 bytes) as canonical text, anything else as hex. */
export function printAddress(raw: Uint8Array): string {
  if (raw.length === 4) return raw.join('.');
  if (raw.length === 16) return printIpv6(raw);
  if (raw.length !== 8 && raw.length !== 32) return `#${toHex(raw)}`;
  const half = raw.length / 2;
  const mask = raw.subarray(half);
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const prefix = /^1*0*$/.test(bits) ? String(bits.lastIndexOf('1') + 1) : printAddress(mask);
  return `${printAddress(raw.subarray(0, half))}/${prefix}`;
}

/** RFC 5952 section 4: lower case, no leading zeros, the longest run of zeros (the first of equals) as "::". */
function printIpv6(raw: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => (raw[index * 2]! << 8) | raw[index * 2 + 1]!);
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length++;
    if (length > best.length) best = { from, length };
  }
  const text = groups.map((group) => group.toString(16));
  if (best.length < 2) return text.join(':');
  return `${text.slice(0, best.from).join(':')}::${text.slice(best.from + best.length).join(':')}`;
}

/** The bytes of an IPv4 or IPv6 address in text (a zone or brackets are not part of one), or undefined. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const octets = text.split('.').map(Number);
    return octets.every((octet) => octet < 256) ? Uint8Array.from(octets) : undefined;
  }
  return text.includes(':') ? parseIpv6(text) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const last = dotted ? parseAddress(dotted[2]!) : undefined;
  if (dotted && !last) return undefined;
  const plain = last ? `${dotted![1]}${pair(last, 0)}:${pair(last, 2)}` : text;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

function pair(octets: Uint8Array, at: number): string {
  return ((octets[at]! << 8) | octets[at + 1]!).toString(16);
}
