import type { Certificate } from '../../x509/certificate.ts';
import { readEncoded } from './encoded.ts';
import { at } from './json.ts';
import { metaOf } from './meta.ts';

/** What cert-manager's CertificateRequest (cert-manager.io/v1) was issued, leaf first. */
export interface IssuedRequest {
  readonly namespace: string;
  readonly name: string;
  readonly certificates: readonly Certificate[];
}

/** Undefined while nothing that reads was issued. */
export function readIssuedRequest(object: unknown): IssuedRequest | undefined {
  const meta = metaOf(object);
  const issued = readEncoded(at(object, 'status', 'certificate'));
  if (!meta || issued.kind !== 'x509' || issued.contents.certificates.length === 0) return undefined;
  return {
    namespace: meta.namespace,
    name: meta.name,
    certificates: issued.contents.certificates.map(({ certificate }) => certificate),
  };
}
