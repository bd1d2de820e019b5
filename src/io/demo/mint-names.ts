import { attributeOids } from '../../core/x509/name.ts';
import { der, oid, sequence, set, text } from './der-writer.ts';

const COUNTRY = attributeOids.C!;
const DOMAIN_COMPONENT = attributeOids.DC!;
const EMAIL = attributeOids.emailAddress!;

/** One attribute and value, `["CN", "example"]`; the type may be an OID. */
export type MintAttribute = readonly [type: string, value: string];

/** Encodes a name given in RFC 4514's text, or as a list in the order of the encoding. @throws Error when unreadable */
export function encodeName(name: string | readonly MintAttribute[]): Uint8Array {
  const sets = typeof name === 'string' ? parseSets(name).reverse() : name.map((attribute) => [attribute]);
  return sequence(...sets.map((attributes) => set(...attributes.map(encodeAttribute))));
}

function encodeAttribute([type, value]: MintAttribute): Uint8Array {
  const id = /^\d+(\.\d+)+$/.test(type) ? type : attributeOids[type];
  if (id === undefined) throw new Error(`unknown attribute ${type} in a name`);
  const tag = id === COUNTRY ? 0x13 : id === DOMAIN_COMPONENT || id === EMAIL ? 0x16 : 0x0c;
  return sequence(oid(id), text(value, tag));
}

/** Splits `CN=a+OU=b,O=c` at separators that are not escaped. */
function parseSets(name: string): MintAttribute[][] {
  if (name === '') return [];
  return splitAt(name, ',').map((part) => splitAt(part, '+').map(parseAttribute));
}

function parseAttribute(part: string): MintAttribute {
  const at = part.indexOf('=');
  if (at < 1) throw new Error(`"${part}" is no attribute of a name: TYPE=VALUE expected`);
  return [part.slice(0, at).trim(), unescapeValue(part.slice(at + 1))];
}

function splitAt(name: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < name.length; at++) {
    if (name[at] === '\\') at++;
    else if (name[at] === separator) {
      parts.push(name.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, name.slice(from)];
}

function unescapeValue(value: string): string {
  const octets = value.replace(/(?:\\[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
  return octets.replace(/\\(.)/g, '$1');
}

/** GeneralName of each kind for alternative names and constraints; addresses are given as bytes. */
export const generalName = {
  dns: (value: string) => text(value, 0x82),
  email: (value: string) => text(value, 0x81),
  uri: (value: string) => text(value, 0x86),
  ip: (octets: Uint8Array) => der(0x87, octets),
  directory: (name: string) => der(0xa4, encodeName(name)),
} as const;
