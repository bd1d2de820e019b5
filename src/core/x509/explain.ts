import type { Certificate } from './certificate.ts';
import { clients } from './clients/accepted-by.ts';
import { sameName } from './name.ts';
import type { Objection } from './rules.ts';
import type { MissingIssuer, Verdict } from './validate.ts';
import { verifySignature } from './verify-signature.ts';

/** What an explanation may draw on. */
export interface ExplanationInput {
  readonly verdict: Verdict;
  /** Every certificate that is known: those of the chain, the anchors, and whatever else was seen. */
  readonly certificates: Iterable<Certificate>;
  /** Where a certificate was seen, by its SHA-256. */
  readonly refsOf?: (sha256: string) => readonly string[];
}

/** Certificates that issued the given one: of that name, with the key that signed it. The one that lasts longest comes first. */
export function suggestIssuers(certificate: Certificate, candidates: Iterable<Certificate>): Certificate[] {
  return [...candidates]
    .filter(({ subjectRaw }) => sameName(subjectRaw, certificate.issuerRaw))
    .filter(({ spkiDer }) => verifySignature(certificate, spkiDer) === 'valid')
    .sort((left, right) => right.notAfter - left.notAfter || (left.sha256 < right.sha256 ? -1 : 1));
}

/** The verdict in lines that a person can act on. Text of certificates in them is untrusted. */
export function explainVerdict({ verdict, certificates, refsOf = () => [] }: ExplanationInput): string[] {
  const known = new Map([...certificates].map((certificate) => [certificate.sha256, certificate]));
  const nameOf = (sha256: string) => nameCertificate(known.get(sha256), sha256);
  return [
    explainPath(verdict, nameOf),
    ...verdict.reasons.map(
      ({ certificate, message, expected, source }) =>
        `${nameOf(certificate)}: ${message}; expected ${expected} (${source})`,
    ),
    ...(verdict.missingIssuer ? explainMissing(verdict.missingIssuer, known, refsOf) : []),
    ...clients.map((client) => explainClient(client.title, verdict.acceptedBy[client.id], nameOf)),
  ];
}

function nameCertificate(certificate: Certificate | undefined, sha256: string): string {
  return (
    certificate?.subject || certificate?.dnsNames[0] || certificate?.uris[0] || `certificate ${sha256.slice(0, 16)}`
  );
}

function explainPath({ conforms, complete, path, exhausted }: Verdict, nameOf: (sha256: string) => string): string {
  const names = path.map(nameOf).join(' <- ');
  if (conforms) return `the path ${names} satisfies RFC 5280`;
  if (exhausted) return `no path was found before the limit on ${exhausted} was reached`;
  return complete
    ? `the path that comes closest is ${names}`
    : `the path that comes closest is ${names} <- (no further)`;
}

function explainMissing(
  missing: MissingIssuer,
  known: ReadonlyMap<string, Certificate>,
  refsOf: (sha256: string) => readonly string[],
): string[] {
  const child = known.get(missing.of);
  const found = child ? suggestIssuers(child, known.values()) : [];
  const key = missing.keyId ? ` with key id ${missing.keyId}` : '';
  const what = `missing: the certificate of ${missing.subject || '(empty name)'}${key}`;
  const places = found.flatMap(({ sha256 }) => refsOf(sha256));
  const lines =
    places.length > 0
      ? [`${what}; it was seen in ${places.join(', ')}: append it to the chain that is served`]
      : [what];
  return missing.urls.length > 0
    ? [...lines, `its issuer says that it can be had from ${missing.urls.join(' or ')}`]
    : lines;
}

function explainClient(
  title: string,
  answer: Verdict['acceptedBy'][keyof Verdict['acceptedBy']],
  nameOf: (sha256: string) => string,
): string {
  const print = ({ certificate, message, source }: Objection) => `${nameOf(certificate)}: ${message} (${source})`;
  if (!answer.accepted) return `${title}: refused, ${answer.reasons.map(print).join('; ')}`;
  if (answer.passesOver.length === 0) return `${title}: accepted`;
  return `${title}: accepted, passing over ${answer.passesOver.map(({ rule, why, source }) => `${rule} (${why}, ${source})`).join(', ')}`;
}
