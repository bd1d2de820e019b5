import { childrenOf, contentOf, type Element, Fields, MalformedDer, rawOf, readElement, TAG } from './der.ts';
import { readOid, readText, sameBytes, toHex } from './der-values.ts';

/** One attribute of a name; `value` is missing where it is no string. */
export interface Attribute {
  readonly oid: string;
  readonly value?: string;
  readonly raw: Uint8Array;
}
/** A distinguished name: a list of sets of attributes, in the order of the encoding. */
export type Name = readonly (readonly Attribute[])[];

export const COMMON_NAME = '2.5.4.3';

/** Descriptors: RFC 4514 section 3 and, beyond it, those that OpenSSL and the LDAP registry use. */
const descriptors: Record<string, string> = {
  [COMMON_NAME]: 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.15': 'businessCategory',
  '2.5.4.17': 'postalCode',
  '2.5.4.41': 'name',
  '2.5.4.42': 'givenName',
  '2.5.4.43': 'initials',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Attribute types by descriptor. */
export const attributeOids: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(descriptors).map(([oid, descriptor]) => [descriptor, oid]),
);

/** Reads a Name. @throws MalformedDer */
export function readName(element: Element): Name {
  if (element.tag !== TAG.sequence) throw new MalformedDer('a name expected', element.start);
  return childrenOf(element).map((set) => childrenOf(set).map(readAttribute));
}

function readAttribute(element: Element): Attribute {
  const fields = new Fields(element);
  const oid = readOid(fields.expect('the type of an attribute', TAG.oid));
  const value = fields.next();
  if (!value) throw new MalformedDer('an attribute without a value', element.start);
  const text = readText(value);
  return { oid, ...(text === undefined ? {} : { value: text }), raw: rawOf(value) };
}

/** Reads the attributes of one set from its content. @throws MalformedDer */
export function readAttributes(content: Uint8Array): Attribute[] {
  const attributes: Attribute[] = [];
  for (let at = 0; at < content.length; ) {
    const element = readElement(content, at);
    attributes.push(readAttribute(element));
    at = element.end;
  }
  return attributes;
}

/** Reads a name from its DER. @throws MalformedDer */
export function parseName(raw: Uint8Array): Name {
  return readName(readElement(raw));
}

/** A name as RFC 4514 prints it: last set first, no blanks, special and control characters escaped. */
export function printName(name: Name): string {
  const sets = name.map((set) => set.map(printAttribute).join('+'));
  return sets.reverse().join(',');
}

function printAttribute({ oid, value, raw }: Attribute): string {
  const descriptor = descriptors[oid];
  if (descriptor === undefined || value === undefined) return `${descriptor ?? oid}=#${toHex(raw)}`;
  return `${descriptor}=${escapeValue(value)}`;
}

function escapeValue(value: string): string {
  const escaped = value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
      [...Buffer.from(character)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''),
    );
  return escaped.replace(/^[ #]/, '\\$&').replace(/(?<!\\) $/, '\\ ');
}

/**
 * Whether two encoded names are the same: RFC 5280 section 7.1, which compares strings without regard to case
 * and to repeated, leading or trailing blanks. The order of sets counts, that of attributes within one does not.
 */
export function sameName(left: Uint8Array, right: Uint8Array): boolean {
  return sameBytes(left, right) || nameKey(left) === nameKey(right);
}

/** A text that is equal for exactly those names that RFC 5280 section 7.1 calls the same. */
export function nameKey(raw: Uint8Array): string {
  try {
    return parseName(raw).map(setKey).join('\n');
  } catch {
    return `#${toHex(raw)}`;
  }
}

/** The comparison text of one set of attributes; see `nameKey`. */
export function setKey(set: readonly Attribute[]): string {
  return set.map(attributeKey).sort().join('\t');
}

function attributeKey({ oid, value, raw }: Attribute): string {
  if (value === undefined) return `${oid}=#${toHex(raw)}`;
  return `${oid}=${JSON.stringify(value.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' '))}`;
}

/** All values of one attribute type. */
export function valuesOf(name: Name, oid: string): string[] {
  return name
    .flat()
    .flatMap((attribute) => (attribute.oid === oid && attribute.value !== undefined ? [attribute.value] : []));
}

/** Whether the name has no attribute at all. */
export function isEmptyName(raw: Uint8Array): boolean {
  return contentOf(readElement(raw)).length === 0;
}
