import { readSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts';
import { type Element, Fields, MalformedDer, readElement, TAG } from './der.ts';
import { readBitOctets } from './der-values.ts';

/** What all signed structures of X.509 share: a part, and the signature over it. RFC 5280 section 4.1.1. */
export interface Signed {
  readonly signedPart: Element;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** Reads a signed structure that fills its bytes. @throws MalformedDer */
export function readSigned(der: Uint8Array): Signed {
  const outer = readElement(der);
  if (outer.tag !== TAG.sequence || outer.end !== der.length) throw new MalformedDer('one SEQUENCE expected', 0);
  const fields = new Fields(outer);
  return {
    signedPart: fields.expect('the signed part', TAG.sequence),
    signatureAlgorithm: readSignatureAlgorithm(fields.expect('the signature algorithm', TAG.sequence)),
    signature: readBitOctets(fields.expect('the signature', TAG.bitString)),
  };
}
