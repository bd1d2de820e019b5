import { createHash } from 'node:crypto';
import {
  type PublicKeyFacts,
  readPublicKey,
  readSignatureAlgorithm,
  type SignatureAlgorithm,
  spkiId,
} from './algorithms.ts';
import { readExtensionList, readFacts } from './certificate-extensions.ts';
import type { Defect } from './defect.ts';
import { contentOf, type Element, Fields, MalformedDer, rawOf, readElement, TAG } from './der.ts';
import { readBitOctets, readSerial, readSmallInteger, readTime, sameBytes } from './der-values.ts';
import type { Extension, ExtensionFacts } from './extensions.ts';
import { printName, readName, sameName } from './name.ts';

/** One X.509 certificate: RFC 5280 section 4.1. Names are RFC 4514, hashes and serial numbers lower-case hex. */
export interface Certificate extends Omit<ExtensionFacts, 'keyUsages' | 'extKeyUsages'> {
  readonly der: Uint8Array;
  readonly sha256: string;
  /** 1, 2 or 3; whatever number an odd certificate states, plus one. */
  readonly version: number;
  /** Signed hex with whole octets; "-" before a negative one. */
  readonly serialNumber: string;
  readonly subject: string;
  readonly issuer: string;
  readonly subjectRaw: Uint8Array;
  readonly issuerRaw: Uint8Array;
  /** Milliseconds since the epoch, both ends included. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKeyFacts;
  readonly spkiDer: Uint8Array;
  /** SHA-256 of the SubjectPublicKeyInfo: the id of the key. */
  readonly spki: string;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emails: readonly string[];
  readonly isCA: boolean;
  readonly pathLen?: number;
  readonly keyUsages: readonly string[];
  readonly extKeyUsages: readonly string[];
  readonly selfIssued: boolean;
  readonly extensions: readonly Extension[];
  readonly defects: readonly Defect[];
}

/** Bytes that are no certificate. The message says why and at which byte. */
export class MalformedCertificate extends Error {
  override readonly name = 'MalformedCertificate';
  readonly offset: number;

  constructor(cause: MalformedDer, what = 'certificate') {
    super(`not a ${what}: ${cause.message}`, { cause });
    this.offset = cause.offset;
  }
}

/**
 * Reads one certificate. Anything that OpenSSL would load is read, odd encodings included; what is odd about it
 * stands in `defects`. The bytes are referenced, not copied. @throws MalformedCertificate
 */
export function parseCertificate(der: Uint8Array): Certificate {
  try {
    return readCertificate(der);
  } catch (error) {
    if (error instanceof MalformedDer) throw new MalformedCertificate(error);
    throw error;
  }
}

/** SHA-256 fingerprint, lower-case hex. */
function fingerprint(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

function readCertificate(der: Uint8Array): Certificate {
  const outer = readElement(der);
  if (outer.tag !== TAG.sequence) throw new MalformedDer('a SEQUENCE expected', 0);
  if (outer.end !== der.length)
    throw new MalformedDer(`${der.length - outer.end} bytes follow the certificate`, outer.end);
  const fields = new Fields(outer);
  const tbs = fields.expect('the signed part', TAG.sequence);
  const algorithm = fields.expect('the signature algorithm', TAG.sequence);
  const signature = fields.expect('the signature', TAG.bitString);
  const defects: Defect[] = [];
  if (!outer.minimal || !tbs.minimal)
    defects.push({ code: 'ber-length', message: 'a length is encoded in BER, not DER' });
  if (fields.next()) defects.push({ code: 'trailing-fields', message: 'the certificate has more than three fields' });
  const body = readBody(tbs, defects);
  if (!sameBytes(body.innerAlgorithm, rawOf(algorithm))) {
    defects.push({
      code: 'signature-algorithm-differs',
      message: 'the signature algorithm outside differs from the one that is signed',
    });
  }
  const { innerAlgorithm: _, ...rest } = body;
  return {
    der,
    sha256: fingerprint(der),
    tbs: rawOf(tbs),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    signature: readBitOctets(signature),
    ...rest,
    defects,
  };
}

/** TBSCertificate, RFC 5280 section 4.1.2. */
function readBody(tbs: Element, defects: Defect[]) {
  const fields = new Fields(tbs);
  const version = fields.optional(0xa0);
  const serial = fields.expect('the serial number', TAG.integer);
  const innerAlgorithm = fields.expect('the signature algorithm', TAG.sequence);
  const issuer = fields.expect('the issuer', TAG.sequence);
  const validity = readValidity(fields.expect('the validity', TAG.sequence), defects);
  const subject = fields.expect('the subject', TAG.sequence);
  const spki = fields.expect('the public key', TAG.sequence);
  fields.optional(0x81, 0xa1);
  fields.optional(0x82, 0xa2);
  const extensions = readExtensionList(fields.optional(0xa3), defects);
  if (fields.next()) defects.push({ code: 'trailing-fields', message: 'the signed part has unknown fields' });
  const spkiDer = rawOf(spki);
  const names = { subjectRaw: rawOf(subject), issuerRaw: rawOf(issuer) };
  return {
    innerAlgorithm: rawOf(innerAlgorithm),
    version: version ? readSmallInteger(new Fields(version).expect('the version', TAG.integer), 'the version') + 1 : 1,
    serialNumber: readSerial(serial),
    subject: printName(readName(subject)),
    issuer: printName(readName(issuer)),
    ...names,
    selfIssued: sameName(names.subjectRaw, names.issuerRaw),
    ...validity,
    publicKey: readKey(spki, defects),
    spkiDer,
    spki: spkiId(spkiDer),
    extensions,
    ...readFacts(extensions, defects),
  };
}

function readValidity(element: Element, defects: Defect[]): { notBefore: number; notAfter: number } {
  const fields = new Fields(element);
  const notBefore = readTime(fields.expect('the start of validity', TAG.utcTime, TAG.generalizedTime));
  const notAfter = readTime(fields.expect('the end of validity', TAG.utcTime, TAG.generalizedTime));
  if (!notBefore.strict || !notAfter.strict) {
    defects.push({ code: 'time-form', message: 'a time is written in a form that certificates may not use' });
  }
  return { notBefore: notBefore.at, notAfter: notAfter.at };
}

function readKey(spki: Element, defects: Defect[]): PublicKeyFacts {
  try {
    return readPublicKey(spki);
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error;
    defects.push({ code: 'key-unreadable', message: `the public key can't be read: ${error.message}` });
    return { algorithm: 'unreadable', bits: 0 };
  }
}

/** The encoded key inside a SubjectPublicKeyInfo: what RFC 5280 section 4.2.1.2 hashes for a key identifier. */
export function keyBits(spkiDer: Uint8Array): Uint8Array {
  const fields = new Fields(readElement(spkiDer));
  fields.expect('the algorithm', TAG.sequence);
  return contentOf(fields.expect('the public key', TAG.bitString)).subarray(1);
}
