/** A case, or cases by pattern, whose expected answer is not given on purpose. Every entry was reviewed. */
interface KnownDifference {
  readonly cases: RegExp;
  readonly reason: string;
}

const knownDifferences: readonly KnownDifference[] = [
  {
    cases: /^PKITS 4\.1\.4 /,
    reason: 'DSA with SHA-1 is refused as weak (RFC 9155); the suite is of 2011, when clients still took it',
  },
  {
    cases: /^PKITS 4\.1\.5 /,
    reason: 'DSA keys that inherit their parameters from the issuer are not supported by OpenSSL nor by any TLS client',
  },
  {
    cases: /^PKITS 4\.4\.14 /,
    reason: 'RFC 5280 section 4.1.2.2 demands positive serial numbers; the suite predates that clause',
  },
  {
    cases: /^PKITS (4\.8\.(6|10|11|13|14|18)|4\.10\.(1|3|5|6|9|11|12|13|14)|4\.12\.(2|3|7|9))[. ]/,
    reason:
      'policyConstraints that is not critical: RFC 5280 section 4.2.1.11 demands that it is, RFC 3280 did not; the rest of each path is accepted',
  },
  {
    cases: /^PKITS 4\.6\.4 /,
    reason:
      'basicConstraints of a CA that is not critical: RFC 5280 section 4.2.1.9 demands that it is, RFC 3280 did not',
  },
];

/** Why the case is answered otherwise than expected, or undefined when that is an error. */
export function knownReason(id: string): string | undefined {
  return knownDifferences.find(({ cases }) => cases.test(id))?.reason;
}

/** Cases to which a real client gives another answer than the validator says it would. Every entry was reviewed. */
const clientDifferences: readonly (KnownDifference & { readonly client: string })[] = [
  {
    client: 'go',
    cases: /^pathological::nc-dos-2$/,
    reason:
      'Go from 1.26 on looks constraints up by binary search and knows no limit; here four million comparisons are too many to prove anything',
  },
];

/** Why the real client answers the case otherwise than the validator says, or undefined when that is an error. */
export function knownClientReason(client: string, id: string): string | undefined {
  return clientDifferences.find((known) => known.client === client && known.cases.test(id))?.reason;
}
