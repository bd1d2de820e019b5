import type { Certificate } from '../x509/certificate.ts';
import { coversName, expectedName, matchesDns } from '../x509/names.ts';

/**
 * Whether a certificate is good for a host. One that is itself a wildcard (`*.example.com` of an Ingress) is covered
 * by the same wildcard only.
 */
export function coversHost(certificate: Certificate, host: string): boolean {
  if (certificate.dnsNames.some((name) => name.toLowerCase() === host.toLowerCase())) return true;
  return !host.startsWith('*.') && coversName(certificate, expectedName(host));
}

/** Whether a pattern of an Ingress or a listener (`*.example.com`, or nothing: every host) takes a host. */
export function patternTakes(pattern: string | undefined, host: string): boolean {
  return !pattern || matchesDns(pattern, host);
}
