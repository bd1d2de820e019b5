import { EXTENSION, extKeyUsageNames, keyUsageNames } from '../../core/x509/extensions.ts';
import { parseAddress } from '../../core/x509/general-name.ts';
import { der, oid, sequence } from './der-writer.ts';
import { generalName } from './mint-names.ts';

/** An extension given as it is; `value` is the DER of its value. */
export interface MintExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Names and usages, as certificates state them and requests ask for them. */
export interface Usages {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emails?: readonly string[];
  /** Default: keyCertSign and cRLSign for a CA, none for others. */
  readonly keyUsages?: readonly string[];
  /** Names of RFC 5280 or OIDs. */
  readonly extKeyUsages?: readonly string[];
}

/** Subtrees by kind of name; addresses as "192.0.2.0/24". */
export interface Subtrees {
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly email?: readonly string[];
  readonly uri?: readonly string[];
  readonly directory?: readonly string[];
}
export interface Constraints {
  readonly permitted?: Subtrees;
  readonly excluded?: Subtrees;
}

interface Wanted extends Usages {
  readonly subject: string | readonly unknown[];
  readonly isCA?: boolean;
  readonly pathLen?: number;
  readonly nameConstraints?: Constraints;
  readonly extensions?: readonly MintExtension[];
}

/** The extensions of a certificate or request, in the usual order. `keys` are key identifiers. */
export function writeExtensions(
  wanted: Wanted,
  keys: { subject?: Uint8Array; authority?: Uint8Array },
): MintExtension[] {
  const names = alternativeNames(wanted);
  const keyUsages = wanted.keyUsages ?? (wanted.isCA ? ['keyCertSign', 'cRLSign'] : []);
  const made: (MintExtension | false)[] = [
    wanted.isCA !== undefined && basicConstraints(wanted.isCA, wanted.pathLen),
    keyUsages.length > 0 && { oid: EXTENSION.keyUsage, critical: true, value: namedBits(keyUsages) },
    wanted.extKeyUsages !== undefined && purposes(wanted.extKeyUsages),
    keys.subject !== undefined && {
      oid: EXTENSION.subjectKeyIdentifier,
      critical: false,
      value: der(0x04, keys.subject),
    },
    keys.authority !== undefined && {
      oid: EXTENSION.authorityKeyIdentifier,
      critical: false,
      value: sequence(der(0x80, keys.authority)),
    },
    // RFC 5280 section 4.2.1.6: critical exactly when the subject is empty.
    names.length > 0 && {
      oid: EXTENSION.subjectAltName,
      critical: wanted.subject.length === 0,
      value: sequence(...names),
    },
    wanted.nameConstraints !== undefined && nameConstraints(wanted.nameConstraints),
  ];
  return [...made.filter((extension) => extension !== false), ...(wanted.extensions ?? [])];
}

function alternativeNames({ dnsNames = [], ipAddresses = [], uris = [], emails = [] }: Usages): Uint8Array[] {
  return [
    ...dnsNames.map(generalName.dns),
    ...ipAddresses.map((address) => generalName.ip(addressOctets(address))),
    ...uris.map(generalName.uri),
    ...emails.map(generalName.email),
  ];
}

function addressOctets(address: string): Uint8Array {
  const octets = parseAddress(address);
  if (!octets) throw new Error(`"${address}" is no IP address`);
  return octets;
}

function basicConstraints(isCA: boolean, pathLen: number | undefined): MintExtension {
  const fields = isCA ? [der(0x01, Buffer.from([0xff]))] : [];
  if (pathLen !== undefined) fields.push(der(0x02, Buffer.from([pathLen])));
  return { oid: EXTENSION.basicConstraints, critical: true, value: sequence(...fields) };
}

/** BIT STRING of named bits: trailing zero bits are left out, X.690 section 11.2.2. */
function namedBits(names: readonly string[]): Uint8Array {
  const bits = names.map((name) => keyUsageNames.indexOf(name));
  const unknown = names.find((_, index) => bits[index]! < 0);
  if (unknown !== undefined) throw new Error(`"${unknown}" is no key usage`);
  const last = Math.max(...bits);
  const octets = new Uint8Array((last >> 3) + 1);
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7);
  return der(0x03, Buffer.from([7 - (last & 7)]), octets);
}

function purposes(names: readonly string[]): MintExtension {
  const known = new Map(Object.entries(extKeyUsageNames).map(([id, name]) => [name, id]));
  const value = sequence(...names.map((name) => oid(known.get(name) ?? name)));
  return { oid: EXTENSION.extKeyUsage, critical: false, value };
}

function nameConstraints({ permitted, excluded }: Constraints): MintExtension {
  const lists = [
    ...(permitted ? [der(0xa0, ...subtrees(permitted))] : []),
    ...(excluded ? [der(0xa1, ...subtrees(excluded))] : []),
  ];
  return { oid: EXTENSION.nameConstraints, critical: true, value: sequence(...lists) };
}

function subtrees({ dns = [], ip = [], email = [], uri = [], directory = [] }: Subtrees): Uint8Array[] {
  const names = [
    ...dns.map(generalName.dns),
    ...ip.map((range) => generalName.ip(rangeOctets(range))),
    ...email.map(generalName.email),
    ...uri.map(generalName.uri),
    ...directory.map(generalName.directory),
  ];
  return names.map((name) => sequence(name));
}

function rangeOctets(range: string): Uint8Array {
  const [address = '', length = ''] = range.split('/');
  const octets = addressOctets(address);
  const mask = octets.map((_, index) => 256 - 2 ** (8 - Math.min(8, Math.max(0, Number(length) - index * 8))));
  return Buffer.concat([octets, mask]);
}
