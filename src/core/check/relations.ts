import type { CertificateFact, SecretFact, Seen } from '../model/facts.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { sameName } from '../x509/name.ts';
import { verifySignature } from '../x509/verify-signature.ts';
import { memo } from './memo.ts';

/** The Secret that a placement is part of. */
export function secretOf(ref: string): { namespace: string; name: string; key: string } | undefined {
  const [, namespace, name, key] = /^secret\/([^/]+)\/([^#]+)#(.*?)(?:\[\d+\])?$/.exec(ref) ?? [];
  return namespace && name && key !== undefined ? { namespace, name, key } : undefined;
}

const secretFacts = memo((inventory) => new Map(inventory.facts('secret').map((fact) => [keyOf(fact), fact])));
const certificateFacts = memo((inventory) =>
  Map.groupBy(inventory.facts('certificate'), ({ namespace, secretName }) => keyOf({ namespace, name: secretName })),
);

export function secretFactOf(inventory: Inventory, ref: string): Seen<SecretFact> | undefined {
  const secret = secretOf(ref);
  return secret && secretFacts(inventory).get(keyOf(secret));
}

/** The cert-manager Certificate that keeps the placement's Secret. */
export function certificateFactOf(inventory: Inventory, ref: string): Seen<CertificateFact> | undefined {
  const secret = secretOf(ref);
  const keepers = (secret && certificateFacts(inventory).get(keyOf(secret))) ?? [];
  const owner = secretFactOf(inventory, ref)?.certificateName;
  return keepers.find(({ name }) => name === owner) ?? keepers[0];
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Secrets of one name, whatever their namespace. */
export const secretsByName = memo((inventory) => Map.groupBy(inventory.facts('secret'), ({ name }) => name));

const placedByNamespace = memo((inventory) =>
  Map.groupBy(
    inventory.placements.filter(({ placement, leaf }) => leaf && placement.ref.startsWith('secret/')),
    ({ placement }) => secretOf(placement.ref)?.namespace ?? '',
  ),
);

/** Certificates in the Secrets of a namespace that are served, not trusted. */
export function servedInNamespace(inventory: Inventory, namespace: string): readonly Placed[] {
  const placed = placedByNamespace(inventory).get(namespace) ?? [];
  return placed.filter(({ placement }) => secretOf(placement.ref)?.key !== 'ca.crt');
}

/** The placement of the certificate that a Secret serves. */
export function servedBySecret(inventory: Inventory, namespace: string, name: string): Placed | undefined {
  return inventory.placement(`secret/${namespace}/${name}#tls.crt`);
}

/**
 * Whether the issuer's name and key made the certificate; dates and constraints are not looked at. Where both state
 * the same key id that settles it, since thousands of leaves may be asked; a chain's validation checks signatures.
 */
export function issuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!sameName(certificate.issuerRaw, issuer.subjectRaw)) return false;
  const { authorityKeyId } = certificate;
  if (authorityKeyId !== undefined && authorityKeyId === issuer.subjectKeyId) return true;
  return isSignedBy(certificate, issuer);
}

function isSignedBy(certificate: Certificate, { spkiDer }: Certificate): boolean {
  return verifySignature(certificate, spkiDer) === 'valid';
}

/** Whether a certificate is signed by its own key. */
export function selfSigned(certificate: Certificate): boolean {
  return certificate.selfIssued && isSignedBy(certificate, certificate);
}

/** Every certificate at hand that signed this one, itself left out. */
export function issuersOf(inventory: Inventory, certificate: Certificate): Certificate[] {
  return inventory
    .withSubject(certificate.issuerRaw)
    .filter((issuer) => issuer.sha256 !== certificate.sha256 && issuedBy(certificate, issuer));
}

/** Both have the same names: subject and, in any order, DNS names, addresses and URIs. */
export function sameIdentity(a: Certificate, b: Certificate): boolean {
  return identityOf(a) === identityOf(b);
}

function identityOf({ subject, dnsNames, ipAddresses, uris }: Certificate): string {
  return JSON.stringify([subject, ...[dnsNames, ipAddresses, uris].map((names) => [...names].sort())]);
}

/**
 * Whether a certificate that stands in a file is there to sign, not to serve. Tools name CAs alike (kubeadm gives each
 * its own name as DNS name), and make servers that say CA:TRUE (openssl req -x509): the usages tell them apart.
 */
export function isAuthority({ isCA, dnsNames, ipAddresses, keyUsages, extKeyUsages }: Certificate): boolean {
  if (!isCA) return false;
  if (dnsNames.length + ipAddresses.length === 0) return true;
  return keyUsages.includes('keyCertSign') && !extKeyUsages.includes('serverAuth');
}
