import type { Certificate } from '../x509/certificate.ts';
import { sameName } from '../x509/name.ts';

/** What one file's certificates are: a chain that somebody presents, or a member of a trust bundle. */
export interface Unit {
  /** Position of its first certificate in the file, from 0. */
  readonly index: number;
  /** In the file's order, so that a wrong order is seen. */
  readonly chain: readonly Certificate[];
  readonly bundle: boolean;
}

/**
 * Decides what the certificates of one file are.
 * - One certificate is itself.
 * - A leaf, or a CA whose key is at hand, presents itself with the CAs that follow it, up to the next leaf. That the
 *   CAs are its issuers is for the checks to say: order and gaps are kept as they stand.
 * - CAs before the only leaf, one of which signed it, are its chain in the wrong order.
 * - All other CAs are members of a trust bundle.
 *
 * @param keys ids (SPKI) of the private keys that belong to the file
 */
export function arrange(certificates: readonly Certificate[], keys: ReadonlySet<string>): Unit[] {
  if (certificates.length === 1) return [{ index: 0, chain: certificates, bundle: false }];
  const heads = headsOf(certificates, keys);
  const first = heads[0] ?? certificates.length;
  const members = certificates.slice(0, first).map((one, index) => ({ index, chain: [one], bundle: true }));
  const chains = heads.map((head, position) => ({
    index: head,
    chain: certificates.slice(head, heads[position + 1] ?? certificates.length),
    bundle: false,
  }));
  return [...members, ...chains];
}

/** Where chains begin. */
function headsOf(certificates: readonly Certificate[], keys: ReadonlySet<string>): number[] {
  const heads = certificates.flatMap((one, index) => (!isAuthority(one) || keys.has(one.spki) ? [index] : []));
  const [only] = heads;
  if (heads.length !== 1 || only === 0) return heads;
  const before = certificates.slice(0, only);
  return before.some((one) => isIssuerOf(one, certificates[only!]!)) ? [0] : heads;
}

/** Version 1 has no constraints: a self-issued certificate of that age is taken for a root. */
function isAuthority(certificate: Certificate): boolean {
  return certificate.isCA || (certificate.version === 1 && certificate.selfIssued);
}

/** By name and, where both say so, by key identifier (RFC 5280, 4.2.1.1); signatures are for the checks. */
function isIssuerOf(issuer: Certificate, certificate: Certificate): boolean {
  if (!sameName(issuer.subjectRaw, certificate.issuerRaw)) return false;
  const { authorityKeyId } = certificate;
  return !authorityKeyId || !issuer.subjectKeyId || authorityKeyId === issuer.subjectKeyId;
}

/** A certificate with its issuers in order, out of a container whose order means nothing, and what is left over. */
export function followIssuers(
  leaf: Certificate,
  others: readonly Certificate[],
): { readonly chain: readonly Certificate[]; readonly rest: readonly Certificate[] } {
  const chain = [leaf];
  const rest = [...others];
  for (let last = leaf; !last.selfIssued; last = chain.at(-1)!) {
    const at = rest.findIndex((one) => isIssuerOf(one, last));
    if (at < 0) break;
    chain.push(...rest.splice(at, 1));
  }
  return { chain, rest };
}
