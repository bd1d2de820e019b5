import { childrenOf, contentOf, type Element, Fields, TAG } from './der.ts';
import { readBoolean, readOid } from './der-values.ts';
import type { DistributionPoint } from './distribution-point.ts';
import type { GeneralName } from './general-name.ts';

/** One extension as it stands in a certificate, request, list or entry. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
  /** True where a subtree has a minimum other than 0 or a maximum, which RFC 5280 section 4.2.1.10 forbids. */
  readonly bounded: boolean;
}

/** RFC 5280 sections 4.2.1.4, .5, .11, .14: what the processing of policies needs. */
export interface PolicyFacts {
  readonly policies?: readonly string[];
  readonly mappings?: readonly { readonly issuer: string; readonly subject: string }[];
  readonly requireExplicit?: number;
  readonly inhibitMapping?: number;
  readonly inhibitAny?: number;
}

/** What the known extensions say; a field is missing where the extension is. */
export interface ExtensionFacts extends PolicyFacts {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLen?: number };
  readonly keyUsages?: readonly string[];
  readonly extKeyUsages?: readonly string[];
  readonly subjectAltNames?: readonly GeneralName[];
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  readonly authorityKey?: { readonly issuer?: readonly GeneralName[]; readonly serialNumber?: string };
  readonly nameConstraints?: NameConstraints;
  readonly aiaIssuers?: readonly string[];
  readonly crlPoints?: readonly DistributionPoint[];
}

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

export const ANY_POLICY = '2.5.29.32.0';

/** Bits of keyUsage by number, RFC 5280 section 4.2.1.3. */
export const keyUsageNames = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** Purposes of extKeyUsage: RFC 5280 section 4.2.1.12 and those that clients give a meaning of their own. */
export const extKeyUsageNames: Record<string, string> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.4.1.311.10.3.3': 'msSGC',
  '2.16.840.1.113730.4.1': 'nsSGC',
};

/** Reads Extensions, a SEQUENCE of them. @throws MalformedDer */
export function readExtensions(element: Element): Extension[] {
  return childrenOf(element).map((child) => {
    const fields = new Fields(child);
    const oid = readOid(fields.expect('the type of an extension', TAG.oid));
    const critical = fields.optional(TAG.boolean);
    const value = fields.expect(`the value of extension ${oid}`, TAG.octetString);
    return { oid, critical: critical !== undefined && readBoolean(critical), value: contentOf(value) };
  });
}
