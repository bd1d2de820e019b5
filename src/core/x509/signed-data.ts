import { MalformedCertificate } from './certificate.ts';
import { childrenOf, contentOf, Fields, MalformedDer, rawOf, readWhole, TAG } from './der.ts';

/** 1.2.840.113549.1.7.2, id-signedData. */
const SIGNED_DATA = '2a864886f70d010702';
const CONTENT = 0xa0;
const CERTIFICATES = 0xa0;

/**
 * The X.509 certificates that a CMS SignedData carries (RFC 5652 sections 3, 5.1 and 10.2.2), in its order: the set has
 * none of its own, so that the leaf is not always first. Attribute certificates and other formats are passed over.
 * @throws MalformedCertificate for bytes that are no SignedData in DER
 */
export function certificatesOfSignedData(der: Uint8Array): Uint8Array[] {
  try {
    const info = new Fields(readWhole(der, 'ContentInfo', TAG.sequence));
    const type = Buffer.from(contentOf(info.expect('contentType', TAG.oid))).toString('hex');
    if (type !== SIGNED_DATA) throw new MalformedDer('SignedData expected as the content type', 0);
    const [content] = childrenOf(info.expect('content', CONTENT));
    if (content?.tag !== TAG.sequence) throw new MalformedDer('SignedData expected', 0);
    const fields = new Fields(content);
    fields.expect('version', TAG.integer);
    fields.expect('digestAlgorithms', TAG.set);
    fields.expect('encapContentInfo', TAG.sequence);
    const set = fields.optional(CERTIFICATES);
    return set ? childrenOf(set).flatMap((one) => (one.tag === TAG.sequence ? [rawOf(one)] : [])) : [];
  } catch (error) {
    if (error instanceof MalformedDer) throw new MalformedCertificate(error, 'CMS SignedData');
    throw error;
  }
}
