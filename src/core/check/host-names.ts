import type { Certificate } from '../x509/certificate.ts';
import { parseAddress, printAddress } from '../x509/general-name.ts';

/**
 * Whether a certificate is good for a host: a DNS name or an address. A wildcard stands for exactly one label, the
 * first, and the common name does not count: RFC 9525 sections 6.3 and 6.4.
 * A host that is itself a wildcard (`*.example.com` of an Ingress) is covered by the same wildcard only.
 */
export function coversHost({ dnsNames, ipAddresses }: Certificate, host: string): boolean {
  const address = parseAddress(host);
  if (address) return ipAddresses.includes(printAddress(address));
  const wanted = normal(host);
  return dnsNames.map(normal).some((name) => name === wanted || (!wanted.startsWith('*.') && matches(name, wanted)));
}

/** Whether a pattern of an Ingress or a listener (`*.example.com`, or nothing: every host) takes a host. */
export function patternTakes(pattern: string | undefined, host: string): boolean {
  if (!pattern) return true;
  const wanted = normal(pattern);
  return wanted === normal(host) || matches(wanted, normal(host));
}

function matches(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot + 1) === pattern.slice(2);
}

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
