import type { Key } from '../../../core/model/placement.ts';
import { followIssuers } from '../../../core/parse/arrange.ts';
import { type Certificate, parseCertificate } from '../../../core/x509/certificate.ts';
import { childrenOf, contentOf, type Element, Fields, readElement, TAG } from '../../../core/x509/der.ts';
import { readOid, toHex } from '../../../core/x509/der-values.ts';
import { readSeenKey } from '../../../core/x509/key.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { KeystoreContents, KeystoreGroup } from '../../ports/keystores.ts';
import { PasswordCipher } from './password-cipher.ts';

const ID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
} as const;

/** Context tags: 0 as an explicit wrapper, 0 as an implicit octet string, primitive or in pieces. */
const WRAPPED = 0xa0;
const IMPLICIT = 0x80;
const PIECES = 0x24;

interface Found {
  readonly certificates: { readonly der: Uint8Array; readonly id?: string }[];
  readonly keys: { readonly key: Key | 'locked'; readonly id?: string; readonly alias?: string }[];
  readonly problems: string[];
  /** Parts that no password opened. */
  locked: number;
}

/**
 * Reads a PFX (RFC 7292, section 4). Its integrity is not verified: what decrypts is shown.
 * @throws PortFailure `denied` when nothing could be opened; MalformedDer, Error when it cannot be read
 */
export function openPkcs12(bytes: Uint8Array, passwords: readonly string[]): KeystoreContents {
  const cipher = new PasswordCipher(passwords);
  const found: Found = { certificates: [], keys: [], problems: [], locked: 0 };
  const pfx = new Fields(readElement(bytes));
  pfx.expect('the version', TAG.integer);
  const safes = dataOf(pfx.expect('the authenticated safe', TAG.sequence));
  for (const safe of childrenOf(readElement(safes))) readSafe(safe, cipher, found);
  if (found.locked > 0 && found.certificates.length === 0) {
    throw new PortFailure(
      'denied',
      'is encrypted and no known password opens it: set KUBECTL_CERTS_KEYSTORE_PASSWORD to its password',
      { code: 'EPASSWORD' },
    );
  }
  if (found.locked > 0) found.problems.push('a part of it is encrypted with a password that is not known');
  return { groups: groupsOf(found), problems: found.problems };
}

/** ContentInfo: RFC 7292, section 4.1. */
function readSafe(safe: Element, cipher: PasswordCipher, found: Found): void {
  const fields = new Fields(safe);
  const type = readOid(fields.expect('the content type', TAG.oid));
  if (type === ID.data) readBags(readElement(dataOf(safe)), cipher, found);
  else if (type === ID.encryptedData) readEncrypted(fields, cipher, found);
  else found.problems.push('a part of it is encrypted for a certificate, not by a password');
}

/** EncryptedData: RFC 5652, section 8. */
function readEncrypted(fields: Fields, cipher: PasswordCipher, found: Found): void {
  const data = new Fields(readElement(contentOf(fields.expect('the content', WRAPPED))));
  data.expect('the version', TAG.integer);
  const info = new Fields(data.expect('the encrypted content', TAG.sequence));
  info.expect('the content type', TAG.oid);
  const algorithm = info.expect('the cipher', TAG.sequence);
  const plain = cipher.open(algorithm, octets(info.expect('the encrypted bytes', IMPLICIT, WRAPPED)));
  if (plain) readBags(readElement(plain), cipher, found);
  else found.locked++;
}

function readBags(contents: Element, cipher: PasswordCipher, found: Found, depth = 0): void {
  for (const bag of childrenOf(contents)) {
    const fields = new Fields(bag);
    const type = readOid(fields.expect('the type of a bag', TAG.oid));
    const value = readElement(contentOf(fields.expect('a bag', WRAPPED)));
    const marks = attributesOf(fields.optional(TAG.set));
    if (type === ID.certificateBag) readCertificate(value, marks.id, found);
    else if (type === ID.keyBag || type === ID.shroudedKeyBag) {
      found.keys.push({ key: readKey(type, value, cipher), ...marks });
    } else if (type === ID.safeContentsBag && depth < 4) readBags(value, cipher, found, depth + 1);
  }
}

type Marks = { id?: string; alias?: string };

function readCertificate(value: Element, id: string | undefined, found: Found): void {
  const fields = new Fields(value);
  if (readOid(fields.expect('the type of a certificate', TAG.oid)) !== ID.x509Certificate) return;
  const der = octets(readElement(contentOf(fields.expect('a certificate', WRAPPED))));
  found.certificates.push({ der, ...(id !== undefined && { id }) });
}

/** Only the public half leaves; the plain bytes are overwritten. */
function readKey(type: string, value: Element, cipher: PasswordCipher): Key | 'locked' {
  let plain: Uint8Array | undefined;
  try {
    if (type === ID.keyBag) plain = Uint8Array.from(value.bytes.subarray(value.start, value.end));
    else {
      const fields = new Fields(value);
      plain = cipher.open(
        fields.expect('the cipher', TAG.sequence),
        octets(fields.expect('a key', TAG.octetString, PIECES)),
      );
    }
    if (!plain) return 'locked';
    const { spki, algorithm, bits } = readSeenKey(plain, 'pkcs8');
    return { spki, algorithm, bits };
  } catch {
    return 'locked';
  } finally {
    plain?.fill(0);
  }
}

function attributesOf(set: Element | undefined): Marks {
  const marks: Marks = {};
  for (const attribute of set ? childrenOf(set) : []) {
    const fields = new Fields(attribute);
    const type = readOid(fields.expect('an attribute', TAG.oid));
    const value = childrenOf(fields.expect('its values', TAG.set))[0];
    if (!value) continue;
    if (type === ID.localKeyId) marks.id = toHex(contentOf(value));
    if (type === ID.friendlyName) marks.alias = new TextDecoder('utf-16be').decode(contentOf(value));
  }
  return marks;
}

/** Each key with the certificate that it names or whose public half it is, and that one's issuers; then the rest. */
function groupsOf({ certificates, keys, problems }: Found): KeystoreGroup[] {
  const parsed = certificates.flatMap((one) => parse(one, problems));
  let rest: readonly Certificate[] = parsed.map(({ certificate }) => certificate);
  const groups = keys.map(({ key, id, alias }): KeystoreGroup => {
    const named = alias === undefined ? {} : { alias };
    const owner = parsed.find((one) =>
      key === 'locked' ? id !== undefined && one.id === id : one.certificate.spki === key.spki,
    )?.certificate;
    if (!owner) return { ...named, certificates: [], key };
    const others = parsed.map(({ certificate }) => certificate).filter((one) => one !== owner);
    const { chain } = followIssuers(owner, others);
    rest = rest.filter((one) => !chain.includes(one));
    return { ...named, certificates: chain.map(({ der }) => der), key };
  });
  return rest.length === 0 ? groups : [...groups, { certificates: rest.map(({ der }) => der) }];
}

function parse(one: Found['certificates'][number], problems: string[]): { certificate: Certificate; id?: string }[] {
  try {
    return [{ certificate: parseCertificate(one.der), ...(one.id !== undefined && { id: one.id }) }];
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

/** The octets of a ContentInfo of type data. */
function dataOf(info: Element): Uint8Array {
  const fields = new Fields(info);
  fields.expect('the content type', TAG.oid);
  return octets(readElement(contentOf(fields.expect('the content', WRAPPED))));
}

/** An octet string that BER may have cut into pieces. */
function octets(element: Element): Uint8Array {
  if ((element.tag & 0x20) === 0) return contentOf(element);
  return Buffer.concat(childrenOf(element).map(contentOf));
}
