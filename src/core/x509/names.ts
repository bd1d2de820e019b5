import type { Certificate } from './certificate.ts';
import { isDnsName } from './constraint-kinds.ts';
import { sameBytes } from './der-values.ts';
import { parseAddress } from './general-name.ts';
import { COMMON_NAME, parseName, valuesOf } from './name.ts';

/** The name that a client expects of its peer. */
export interface ExpectedName {
  readonly kind: 'dns' | 'ip' | 'email' | 'uri';
  readonly value: string;
}

type Matcher = (certificate: Certificate, value: string) => boolean;

const matchers: Record<ExpectedName['kind'], Matcher> = {
  dns: ({ dnsNames }, value) => dnsNames.some((pattern) => matchesDns(pattern, value)),
  ip: matchesAddress,
  email: ({ emails }, value) => emails.some((email) => sameMailbox(email, value)),
  uri: ({ uris }, value) => uris.some((uri) => uri === value),
};

/** What a client makes of a host in a URL or an address: an IP address with or without brackets, else a DNS name. */
export function expectedName(host: string): ExpectedName {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return parseAddress(address) ? { kind: 'ip', value: address } : { kind: 'dns', value: host };
}

/** Whether the certificate's subjectAltName covers the name; the common name counts for nothing. RFC 9525 section 6. */
export function coversName(certificate: Certificate, { kind, value }: ExpectedName): boolean {
  return matchers[kind](certificate, value);
}

/**
 * Whether a presented DNS name covers a host: equal but for case, or with "*" as the whole of its first label in
 * place of exactly one label. RFC 9525 sections 6.3, 7.1; a final period of the host is ignored.
 */
export function matchesDns(pattern: string, host: string): boolean {
  const [presented, wanted] = [pattern.toLowerCase(), host.toLowerCase().replace(/\.$/, '')];
  if (!isDnsName(wanted)) return false;
  if (presented === wanted) return true;
  if (!presented.startsWith('*.') || !isDnsName(presented.slice(2))) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot + 1) === presented.slice(2);
}

function matchesAddress({ subjectAltNames = [] }: Certificate, value: string): boolean {
  const wanted = parseAddress(value);
  return wanted !== undefined && subjectAltNames.some(({ kind, raw }) => kind === 'ip' && sameBytes(raw, wanted));
}

/** RFC 5280 section 7.5: the local part exactly, the host without regard to case. */
function sameMailbox(left: string, right: string): boolean {
  const [leftAt, rightAt] = [left.lastIndexOf('@'), right.lastIndexOf('@')];
  return (
    left.slice(0, leftAt) === right.slice(0, rightAt) &&
    left.slice(leftAt).toLowerCase() === right.slice(rightAt).toLowerCase()
  );
}

/** What the certificate is for, in words, when it does not cover a name. */
export function describeNames(certificate: Certificate): string {
  const names = (certificate.subjectAltNames ?? [])
    .filter(({ kind }) => kind !== 'directory' && kind !== 'other')
    .map(({ value }) => value);
  if (names.length > 0)
    return `it is for ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;
  const [common] = valuesOf(parseName(certificate.subjectRaw), COMMON_NAME);
  return common === undefined
    ? 'it names no host'
    : `it has no subjectAltName, and the common name "${common}" does not count`;
}
