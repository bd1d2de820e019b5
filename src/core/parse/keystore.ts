import { contentOf, Fields, readElement, TAG } from '../x509/der.ts';
import { readOid } from '../x509/der-values.ts';

/** Contents that RFC 7292 section 3 allows at the top: data, or data that is signed. */
const AUTHENTICATED_SAFES: ReadonlySet<string> = new Set(['1.2.840.113549.1.7.1', '1.2.840.113549.1.7.2']);
const JKS_MAGIC: ReadonlySet<string> = new Set(['feedfeed', 'cececece']);

/** Tells a keystore by its first bytes: PKCS#12 (RFC 7292, PFX) or Java's own JKS and JCEKS. */
export function keystoreKind(bytes: Uint8Array): 'pkcs12' | 'jks' | undefined {
  if (JKS_MAGIC.has(Buffer.from(bytes.subarray(0, 4)).toString('hex'))) return 'jks';
  if (bytes[0] !== TAG.sequence) return undefined;
  try {
    const fields = new Fields(readElement(bytes));
    const version = contentOf(fields.expect('the version', TAG.integer));
    const safe = new Fields(fields.expect('the authenticated safe', TAG.sequence));
    const isSafe = AUTHENTICATED_SAFES.has(readOid(safe.expect('the content type', TAG.oid)));
    return version.length === 1 && version[0] === 3 && isSafe ? 'pkcs12' : undefined;
  } catch {
    return undefined;
  }
}
