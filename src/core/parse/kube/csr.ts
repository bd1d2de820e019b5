import type { CsrFact } from '../../model/facts.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { CertificateRequest } from '../../x509/request.ts';
import { type Encoded, problemsOf, readEncoded } from './encoded.ts';
import { at, compact, recordOf, textOf } from './json.ts';
import { type Condition, conditionOf, metaOf } from './meta.ts';

/** A CertificateSigningRequest (certificates.k8s.io/v1) and what was issued for it, leaf first. */
export interface Csr {
  readonly fact: CsrFact;
  readonly certificates: readonly Certificate[];
}

export function readCsr(object: unknown): Csr | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = recordOf(at(object, 'status'));
  const asked = readEncoded(spec.request);
  const issued = readEncoded(status.certificate);
  const request = asked.kind === 'x509' ? asked.contents.requests[0] : undefined;
  const certificates = issued.kind === 'x509' ? issued.contents.certificates.map(({ certificate }) => certificate) : [];
  const problems = [...requestProblems(asked, request), ...issuedProblems(issued)];
  const fact = compact<CsrFact>({
    name: meta.name,
    signerName: textOf(spec.signerName) ?? '',
    username: textOf(spec.username) ?? '',
    ...stateOf(status, certificates.length > 0),
    created: meta.created ?? '',
    subject: request?.subject ?? '',
    dnsNames: request?.dnsNames ?? [],
    ipAddresses: request?.ipAddresses ?? [],
    problems: problems.length > 0 ? problems : undefined,
  });
  return { fact, certificates };
}

/** Denied and Failed are final; Approved without a certificate means that the signer has not answered. */
function stateOf(status: unknown, hasCertificate: boolean): Pick<CsrFact, 'state' | 'reason' | 'message'> {
  const denied = conditionOf(status, 'Denied');
  if (denied) return withReason('denied', denied);
  const failed = conditionOf(status, 'Failed');
  if (failed) return withReason('failed', failed);
  const approved = conditionOf(status, 'Approved');
  if (hasCertificate) return withReason('issued', approved);
  return approved ? withReason('approved', approved) : { state: 'pending' };
}

function withReason(state: CsrFact['state'], condition: Condition | undefined) {
  return compact<Pick<CsrFact, 'state' | 'reason' | 'message'>>({
    state,
    reason: textOf(condition?.reason),
    message: textOf(condition?.message),
  });
}

function requestProblems(asked: Encoded, request: CertificateRequest | undefined): string[] {
  if (request) return [];
  if (asked.kind === 'unreadable') return [`spec.request ${asked.problem}`];
  const details = asked.kind === 'x509' ? problemsOf(asked.contents) : [];
  return details.length > 0 ? details.map((detail) => `spec.request, ${detail}`) : ['spec.request holds no request'];
}

function issuedProblems(issued: Encoded): string[] {
  if (issued.kind === 'empty') return [];
  if (issued.kind === 'unreadable') return [`status.certificate ${issued.problem}`];
  if (issued.kind === 'other') return ['status.certificate holds no certificate'];
  return problemsOf(issued.contents).map((detail) => `status.certificate, ${detail}`);
}
