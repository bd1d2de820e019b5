import { childrenOf, contentOf, type Element, Fields, MalformedDer, readWhole, TAG } from './der.ts';
import { readBoolean, readNamedBits, readOid, readSmallInteger, toHex } from './der-values.ts';
import { type DistributionPoint, readDistributionPoint } from './distribution-point.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.ts';

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

const AD_CA_ISSUERS = '1.3.6.1.5.5.7.48.2';

type Reader = (value: Element) => ExtensionFacts;

const readers: Record<string, { tag: number; read: Reader }> = {
  [EXTENSION.basicConstraints]: { tag: TAG.sequence, read: readBasicConstraints },
  [EXTENSION.keyUsage]: {
    tag: TAG.bitString,
    read: (value) => ({ keyUsages: readNamedBits(value).map((bit) => keyUsageNames[bit] ?? `bit${bit}`) }),
  },
  [EXTENSION.extKeyUsage]: {
    tag: TAG.sequence,
    read: (value) => ({
      extKeyUsages: childrenOf(value)
        .map(readOid)
        .map((oid) => extKeyUsageNames[oid] ?? oid),
    }),
  },
  [EXTENSION.subjectAltName]: { tag: TAG.sequence, read: (value) => ({ subjectAltNames: readGeneralNames(value) }) },
  [EXTENSION.subjectKeyIdentifier]: {
    tag: TAG.octetString,
    read: (value) => ({ subjectKeyId: toHex(contentOf(value)) }),
  },
  [EXTENSION.authorityKeyIdentifier]: { tag: TAG.sequence, read: readAuthorityKey },
  [EXTENSION.nameConstraints]: { tag: TAG.sequence, read: readNameConstraints },
  [EXTENSION.certificatePolicies]: {
    tag: TAG.sequence,
    read: (value) => ({
      policies: childrenOf(value).map((policy) => readOid(new Fields(policy).expect('a policy', TAG.oid))),
    }),
  },
  [EXTENSION.policyMappings]: { tag: TAG.sequence, read: readPolicyMappings },
  [EXTENSION.policyConstraints]: { tag: TAG.sequence, read: readPolicyConstraints },
  [EXTENSION.inhibitAnyPolicy]: {
    tag: TAG.integer,
    read: (value) => ({ inhibitAny: readSmallInteger(value, 'inhibitAnyPolicy') }),
  },
  [EXTENSION.authorityInfoAccess]: { tag: TAG.sequence, read: readAuthorityInfo },
  [EXTENSION.crlDistributionPoints]: {
    tag: TAG.sequence,
    read: (value) => ({ crlPoints: childrenOf(value).map(readDistributionPoint) }),
  },
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

/**
 * Reads the extensions that have a meaning here. One that can't be read adds a line to `defects` and no facts;
 * of repeated ones the first counts.
 */
export function readExtensionFacts(
  extensions: readonly Extension[],
  defect: (extension: Extension, reason: string) => void,
): ExtensionFacts {
  const facts: ExtensionFacts[] = [];
  for (const extension of extensions.toReversed()) {
    const reader = readers[extension.oid];
    if (!reader) continue;
    try {
      facts.push(reader.read(readWhole(extension.value, 'its value', reader.tag)));
    } catch (error) {
      if (!(error instanceof MalformedDer)) throw error;
      defect(extension, error.message);
    }
  }
  return Object.assign({}, ...facts);
}

function readBasicConstraints(value: Element): ExtensionFacts {
  const fields = new Fields(value);
  const ca = fields.optional(TAG.boolean);
  const pathLen = fields.optional(TAG.integer);
  return {
    basicConstraints: {
      ca: ca !== undefined && readBoolean(ca),
      ...(pathLen ? { pathLen: readSmallInteger(pathLen, 'the path length') } : {}),
    },
  };
}

function readAuthorityKey(value: Element): ExtensionFacts {
  const fields = new Fields(value);
  const keyId = fields.optional(0x80);
  const issuer = fields.optional(0xa1);
  const serial = fields.optional(0x82);
  return {
    ...(keyId ? { authorityKeyId: toHex(contentOf(keyId)) } : {}),
    authorityKey: {
      ...(issuer ? { issuer: readGeneralNames(issuer) } : {}),
      ...(serial ? { serialNumber: toHex(contentOf(serial)) } : {}),
    },
  };
}

function readNameConstraints(value: Element): ExtensionFacts {
  const fields = new Fields(value);
  const permitted = readSubtrees(fields.optional(0xa0));
  const excluded = readSubtrees(fields.optional(0xa1));
  const stray = fields.next();
  if (stray) throw new MalformedDer('name constraints with an unknown field', stray.start);
  const bounded = permitted.bounded || excluded.bounded;
  return { nameConstraints: { permitted: permitted.names, excluded: excluded.names, bounded } };
}

function readSubtrees(element: Element | undefined): { names: GeneralName[]; bounded: boolean } {
  const names: GeneralName[] = [];
  let bounded = false;
  for (const subtree of element ? childrenOf(element) : []) {
    const [base, ...bounds] = childrenOf(subtree);
    if (!base) throw new MalformedDer('a subtree without a name', subtree.start);
    names.push(readGeneralName(base));
    bounded ||= bounds.some((bound) => bound.tag !== 0x80 || contentOf(bound).some((octet) => octet !== 0));
  }
  return { names, bounded };
}

function readPolicyMappings(value: Element): ExtensionFacts {
  const mappings = childrenOf(value).map((mapping) => {
    const fields = new Fields(mapping);
    const issuer = readOid(fields.expect('the policy of the issuer', TAG.oid));
    return { issuer, subject: readOid(fields.expect('the policy of the subject', TAG.oid)) };
  });
  return { mappings };
}

function readPolicyConstraints(value: Element): ExtensionFacts {
  const fields = new Fields(value);
  const requireExplicit = fields.optional(0x80);
  const inhibitMapping = fields.optional(0x81);
  return {
    ...(requireExplicit ? { requireExplicit: readSmallInteger(requireExplicit, 'requireExplicitPolicy') } : {}),
    ...(inhibitMapping ? { inhibitMapping: readSmallInteger(inhibitMapping, 'inhibitPolicyMapping') } : {}),
  };
}

function readAuthorityInfo(value: Element): ExtensionFacts {
  const issuers = childrenOf(value).flatMap((description) => {
    const [method, location] = childrenOf(description);
    if (!method || !location || readOid(method) !== AD_CA_ISSUERS) return [];
    const name = readGeneralName(location);
    return name.kind === 'uri' ? [name.value] : [];
  });
  return { aiaIssuers: issuers };
}
