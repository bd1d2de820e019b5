import type { CertificateFact, CertificateRequestFact } from '../../model/facts.ts';
import { parseDuration } from '../../parse/duration.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { parseAddress } from '../../x509/general-name.ts';

interface Names {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emails: readonly string[];
}

/**
 * Fields of a Certificate's spec that its request does not have as they are now (cert-manager pkg/util/pki/match.go,
 * RequestMatchesSpec). Of the subject the common name alone is compared: the rest is not among the facts.
 */
export function requestViolations(request: CertificateRequestFact, spec: CertificateFact): string[] {
  const { asks } = request;
  if (!asks) return [];
  return [
    ...nameViolations(asks, spec),
    ...(sameTexts(asks.dnsNames, spec.dnsNames) ? [] : ['spec.dnsNames']),
    ...(spec.literalSubject === undefined && commonName(asks.subject) !== (spec.commonName ?? '')
      ? ['spec.commonName']
      : []),
    ...(request.isCA === spec.isCA ? [] : ['spec.isCA']),
    ...(sameTexts(request.usages ?? [], spec.usages ?? []) ? [] : ['spec.usages']),
    ...(sameDuration(request.duration, spec.duration) ? [] : ['spec.duration']),
    ...(sameIssuer(request.issuer, spec.issuer) ? [] : ['spec.issuerRef']),
  ];
}

/** The loose comparison with a certificate whose request is gone: names may move between subject and SAN. */
export function certificateViolations(certificate: Certificate, spec: CertificateFact): string[] {
  const wanted = new Set([...spec.dnsNames, ...(spec.commonName ? [spec.commonName] : [])]);
  const own = commonName(certificate.subject);
  const had = new Set([...certificate.dnsNames, ...(own ? [own] : [])]);
  const names =
    wanted.size === had.size && [...wanted].every((name) => had.has(name))
      ? []
      : [
          ...((spec.commonName && !had.has(spec.commonName)) || (own && !wanted.has(own)) ? ['spec.commonName'] : []),
          ...(spec.dnsNames.every((name) => had.has(name)) && certificate.dnsNames.every((name) => wanted.has(name))
            ? []
            : ['spec.dnsNames']),
        ];
  return [...names, ...nameViolations(certificate, spec)];
}

/** What of its key a Certificate's spec has otherwise: RSA 2048 and ECDSA P-256 where nothing is said. */
export function keyViolations(
  { algorithm, bits }: { readonly algorithm: string; readonly bits: number },
  { privateKey = {} }: CertificateFact,
): string[] {
  const wanted = privateKey.algorithm ?? 'RSA';
  if (algorithm.toUpperCase() !== wanted.toUpperCase()) return ['spec.privateKey.algorithm'];
  const size = privateKey.size ?? DEFAULT_SIZES[wanted];
  return size === undefined || size === bits ? [] : ['spec.privateKey.size'];
}

const DEFAULT_SIZES: Readonly<Record<string, number>> = { RSA: 2048, ECDSA: 256 };

function nameViolations(names: Names, spec: CertificateFact): string[] {
  return [
    ...(sameTexts(names.ipAddresses.map(canonical), (spec.ipAddresses ?? []).map(canonical))
      ? []
      : ['spec.ipAddresses']),
    ...(sameTexts(names.uris, spec.uris ?? []) ? [] : ['spec.uris']),
    ...(sameTexts(names.emails, spec.emails ?? []) ? [] : ['spec.emailAddresses']),
  ];
}

function canonical(address: string): string {
  const bytes = parseAddress(address);
  return bytes ? Buffer.from(bytes).toString('hex') : address;
}

/** The first common name of a subject in RFC 4514; empty: none. */
export function commonName(subject: string): string {
  const [, escaped = ''] = /(?:^|[,+])CN=((?:\\.|[^,+\\])*)/.exec(subject) ?? [];
  return escaped.replace(/\\(.)/g, '$1');
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}

/** Compared where both are said. */
function sameDuration(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || parseDuration(a) === parseDuration(b);
}

function sameIssuer(a: CertificateFact['issuer'], b: CertificateFact['issuer']): boolean {
  return a.name === b.name && a.kind === b.kind && a.group === b.group;
}
