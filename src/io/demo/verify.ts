import { X509Certificate } from 'node:crypto';
import { parseAddress } from '../../core/x509/general-name.ts';

/** Why a TLS client refuses a server's certificate: Node's code, and how a sentence about the certificate goes on. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

const MOST_ISSUERS = 8;

export interface ServedChain {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** DER of the CAs that the client trusts. */
  readonly anchors: readonly Uint8Array[];
  /** Name or address that is verified. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Judges as Node's client does: of several faults the date comes first, then the chain, then the name. */
export function refusalOf({ chain, anchors, name, now }: ServedChain): Refusal | undefined {
  const [leaf, ...others] = chain.map((der) => new X509Certificate(der));
  if (!leaf) return { code: 'ERR_SSL_NO_CERTIFICATE', reason: 'is missing' };
  const path = pathOf(
    leaf,
    others,
    anchors.map((der) => new X509Certificate(der)),
  );
  for (const certificate of path ?? [leaf]) {
    if (certificate.validToDate.getTime() < now) {
      return { code: 'CERT_HAS_EXPIRED', reason: 'has expired, or a certificate that it depends on has' };
    }
    if (certificate.validFromDate.getTime() > now) {
      return { code: 'CERT_NOT_YET_VALID', reason: 'is not valid yet: compare the clocks' };
    }
  }
  if (!path) return { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', reason: 'is signed by an authority that is not known' };
  const covered = parseAddress(name) ? leaf.checkIP(name) : leaf.checkHost(name, { subject: 'never' });
  if (covered !== undefined) return undefined;
  const names = (leaf.subjectAltName ?? 'no name').replaceAll('IP Address:', '').replaceAll('DNS:', '');
  return { code: 'ERR_TLS_CERT_ALTNAME_INVALID', reason: `is not for ${name}: it is valid for ${names}` };
}

/** From the leaf to a trusted CA; undefined when there is no way. */
function pathOf(
  leaf: X509Certificate,
  served: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
): X509Certificate[] | undefined {
  const path = [leaf];
  for (let at = leaf; path.length <= MOST_ISSUERS; ) {
    const issued = (issuer: X509Certificate) => at.checkIssued(issuer) && at.verify(issuer.publicKey);
    const anchor = anchors.find((each) => each.fingerprint256 === at.fingerprint256 || issued(each));
    if (anchor) return anchor.fingerprint256 === at.fingerprint256 ? path : [...path, anchor];
    const next = served.find((each) => !path.includes(each) && issued(each));
    if (!next) return undefined;
    path.push(next);
    at = next;
  }
  return undefined;
}
