import { createHash } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithms.ts';
import { MalformedCertificate } from './certificate.ts';
import { childrenOf, contentOf, type Element, Fields, MalformedDer, rawOf, readElement, TAG } from './der.ts';
import { readSerial, readTime, toHex } from './der-values.ts';
import { type CrlScope, readCrlScope } from './distribution-point.ts';
import { EXTENSION, type Extension, readExtensions } from './extensions.ts';
import { readGeneralNames } from './general-name.ts';
import { nameKey, printName, readName } from './name.ts';
import { readSigned } from './signed.ts';

/** One certificate that a list revokes. */
export interface Revocation {
  readonly serialNumber: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** CRLReason of RFC 5280 section 5.3.1 by number; 8 takes the entry back (removeFromCRL). */
  readonly reason?: number;
  readonly extensions: readonly Extension[];
}

/** A certificate revocation list: RFC 5280 section 5. */
export interface Crl {
  readonly der: Uint8Array;
  readonly sha256: string;
  readonly issuer: string;
  readonly issuerRaw: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate?: number;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly tbs: Uint8Array;
  readonly authorityKeyId?: string;
  /** Hex of cRLNumber, and of the number of the list that this one changes. */
  readonly number?: string;
  readonly deltaOf?: string;
  readonly scope?: CrlScope;
  readonly extensions: readonly Extension[];
  /** Critical extensions that any of the entries has. */
  readonly criticalInEntries: ReadonlySet<string>;
  /** By `revocationKey`. */
  readonly revoked: ReadonlyMap<string, Revocation>;
}

export const CRL_EXTENSION = { number: '2.5.29.20', deltaIndicator: '2.5.29.27', scope: '2.5.29.28' } as const;
const ENTRY_REASON = '2.5.29.21';
const ENTRY_ISSUER = '2.5.29.29';
const TIMES = [TAG.utcTime, TAG.generalizedTime];

/** Reads one certificate revocation list. @throws MalformedCertificate */
export function parseCrl(der: Uint8Array): Crl {
  try {
    return readCrl(der);
  } catch (error) {
    if (error instanceof MalformedDer) throw new MalformedCertificate(error, 'revocation list');
    throw error;
  }
}

/** The key of an entry; in an indirect list entries of other issuers than the list's own are named with theirs. */
export function revocationKey(serialNumber: string, otherIssuerRaw?: Uint8Array): string {
  return otherIssuerRaw ? `${serialNumber}@${nameKey(otherIssuerRaw)}` : serialNumber;
}

function readCrl(der: Uint8Array): Crl {
  const { signedPart, ...signed } = readSigned(der);
  const sha256 = createHash('sha256').update(der).digest('hex');
  return { der, sha256, tbs: rawOf(signedPart), ...signed, ...readList(signedPart) };
}

function readList(tbs: Element) {
  const fields = new Fields(tbs);
  fields.optional(TAG.integer);
  fields.expect('the signature algorithm', TAG.sequence);
  const issuer = fields.expect('the issuer', TAG.sequence);
  const thisUpdate = readTime(fields.expect('the time of the list', ...TIMES)).at;
  const next = fields.optional(...TIMES);
  const entries = fields.optional(TAG.sequence);
  const wrapper = fields.optional(0xa0);
  const extensions = wrapper ? readExtensions(new Fields(wrapper).expect('the extensions', TAG.sequence)) : [];
  return {
    issuer: printName(readName(issuer)),
    issuerRaw: rawOf(issuer),
    thisUpdate,
    ...(next ? { nextUpdate: readTime(next).at } : {}),
    ...readListExtensions(extensions),
    extensions,
    ...readEntries(entries ? childrenOf(entries) : []),
  };
}

function readListExtensions(extensions: readonly Extension[]) {
  const read = (oid: string) => {
    const extension = extensions.find((candidate) => candidate.oid === oid);
    return extension && readElement(extension.value);
  };
  const [number, delta, scope] = [CRL_EXTENSION.number, CRL_EXTENSION.deltaIndicator, CRL_EXTENSION.scope].map(read);
  const key = read(EXTENSION.authorityKeyIdentifier);
  const keyId = key && new Fields(key).optional(0x80);
  return {
    ...(number ? { number: readSerial(number) } : {}),
    ...(delta ? { deltaOf: readSerial(delta) } : {}),
    ...(scope ? { scope: readCrlScope(scope) } : {}),
    ...(keyId ? { authorityKeyId: toHex(contentOf(keyId)) } : {}),
  };
}

/** RFC 5280 section 5.3.3: the issuer that one entry names holds for those after it. */
function readEntries(elements: readonly Element[]): Pick<Crl, 'revoked' | 'criticalInEntries'> {
  const revoked = new Map<string, Revocation>();
  const criticalInEntries = new Set<string>();
  let issuer: Uint8Array | undefined;
  for (const element of elements) {
    const entry = readEntry(element);
    const named = entry.extensions.find(({ oid }) => oid === ENTRY_ISSUER);
    if (named) issuer = readGeneralNames(readElement(named.value)).find(({ kind }) => kind === 'directory')?.raw;
    for (const { oid, critical } of entry.extensions) if (critical) criticalInEntries.add(oid);
    revoked.set(revocationKey(entry.serialNumber, issuer), entry);
  }
  return { revoked, criticalInEntries };
}

function readEntry(element: Element): Revocation {
  const fields = new Fields(element);
  const serialNumber = readSerial(fields.expect('a serial number', TAG.integer));
  const { at } = readTime(fields.expect('a time of revocation', ...TIMES));
  const list = fields.optional(TAG.sequence);
  const extensions = list ? readExtensions(list) : [];
  const reason = extensions.find(({ oid }) => oid === ENTRY_REASON)?.value[2];
  return { serialNumber, at, ...(reason === undefined ? {} : { reason }), extensions };
}
