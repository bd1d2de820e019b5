import type { Certificate } from '../x509/certificate.ts';

/** What a person calls a certificate: its first DNS name, URI or address, else its common name, else its subject. */
export function displayName(certificate: Certificate): string {
  const { subject, dnsNames, uris, ipAddresses, isCA } = certificate;
  const commonName = /(?:^|,)CN=((?:\\.|[^,+\\])*)/.exec(subject)?.[1];
  const names = isCA ? [commonName, dnsNames[0]] : [dnsNames[0], uris[0], commonName, ipAddresses[0]];
  return names.find(Boolean) ?? (subject || certificate.serialNumber);
}
