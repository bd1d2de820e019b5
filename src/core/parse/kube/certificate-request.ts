import type { CertificateRequestFact } from '../../model/facts.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { readIssuerReference, someOf } from './cert-manager.ts';
import { readEncoded } from './encoded.ts';
import { at, compact, recordOf, textOf } from './json.ts';
import { conditionOf, metaOf, ownerUidOf } from './meta.ts';

/** cert-manager's CertificateRequest (cert-manager.io/v1) and what it was issued, leaf first; none while it waits. */
export interface IssuedRequest {
  readonly fact: CertificateRequestFact;
  readonly certificates: readonly Certificate[];
}

/** Undefined for what has no name. */
export function readCertificateRequest(object: unknown): IssuedRequest | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = at(object, 'status');
  const issued = readEncoded(at(status, 'certificate'));
  const revision = Number(meta.annotations['cert-manager.io/certificate-revision']);
  const fact = compact<CertificateRequestFact>({
    namespace: meta.namespace,
    name: meta.name,
    uid: meta.uid,
    created: meta.created,
    owner: ownerUidOf(object),
    certificateName: textOf(meta.annotations['cert-manager.io/certificate-name']),
    revision: Number.isInteger(revision) ? revision : undefined,
    issuer: readIssuerReference(spec.issuerRef),
    isCA: spec.isCA === true,
    usages: someOf(spec.usages),
    duration: textOf(spec.duration),
    approved: conditionOf(status, 'Approved'),
    denied: conditionOf(status, 'Denied'),
    invalid: conditionOf(status, 'InvalidRequest'),
    ready: conditionOf(status, 'Ready'),
    failureTime: textOf(at(status, 'failureTime')),
    asks: readAsked(spec.request),
  });
  const certificates = issued.kind === 'x509' ? issued.contents.certificates.map(({ certificate }) => certificate) : [];
  return { fact, certificates };
}

function readAsked(request: unknown): CertificateRequestFact['asks'] {
  const asked = readEncoded(request);
  const [found] = asked.kind === 'x509' ? asked.contents.requests : [];
  if (!found) return undefined;
  const { spki, subject, dnsNames, ipAddresses, uris, emails } = found;
  return { spki, subject, dnsNames, ipAddresses, uris, emails };
}
