import { type PublicKeyFacts, readPublicKey, type SignatureAlgorithm, spkiId } from './algorithms.ts';
import { MalformedCertificate } from './certificate.ts';
import { childrenOf, type Element, Fields, MalformedDer, rawOf, TAG } from './der.ts';
import { readOid } from './der-values.ts';
import { readExtensionFacts } from './extension-facts.ts';
import { type ExtensionFacts, readExtensions } from './extensions.ts';
import { printName, readName } from './name.ts';
import { readSigned } from './signed.ts';

/** A certification request: PKCS#10, RFC 2986. */
export interface CertificateRequest extends ExtensionFacts {
  readonly der: Uint8Array;
  readonly subject: string;
  readonly subjectRaw: Uint8Array;
  readonly publicKey: PublicKeyFacts;
  readonly spkiDer: Uint8Array;
  readonly spki: string;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly tbs: Uint8Array;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emails: readonly string[];
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** Reads one request; extensions that can't be read are left out. @throws MalformedCertificate */
export function parseRequest(der: Uint8Array): CertificateRequest {
  try {
    return readRequest(der);
  } catch (error) {
    if (error instanceof MalformedDer) throw new MalformedCertificate(error, 'certificate request');
    throw error;
  }
}

function readRequest(der: Uint8Array): CertificateRequest {
  const { signedPart, signatureAlgorithm, signature } = readSigned(der);
  const info = new Fields(signedPart);
  info.expect('the version', TAG.integer);
  const subject = info.expect('the subject', TAG.sequence);
  const spki = info.expect('the public key', TAG.sequence);
  const facts = readRequested(info.optional(0xa0));
  const names = facts.subjectAltNames ?? [];
  const ofKind = (wanted: string) => names.filter(({ kind }) => kind === wanted).map(({ value }) => value);
  return {
    der,
    tbs: rawOf(signedPart),
    signatureAlgorithm,
    signature,
    subject: printName(readName(subject)),
    subjectRaw: rawOf(subject),
    publicKey: readPublicKey(spki),
    spkiDer: rawOf(spki),
    spki: spkiId(rawOf(spki)),
    ...facts,
    dnsNames: ofKind('dns'),
    ipAddresses: ofKind('ip'),
    uris: ofKind('uri'),
    emails: ofKind('email'),
  };
}

/** The extensions that are asked for, RFC 2985 section 5.4.2. */
function readRequested(attributes: Element | undefined): ExtensionFacts {
  for (const attribute of attributes ? childrenOf(attributes) : []) {
    const fields = new Fields(attribute);
    if (readOid(fields.expect('an attribute', TAG.oid)) !== EXTENSION_REQUEST) continue;
    const [list] = childrenOf(fields.expect('the requested extensions', TAG.set));
    if (list) return readExtensionFacts(readExtensions(list), () => undefined);
  }
  return {};
}
