import { childrenOf, contentOf, type Element, Fields, MalformedDer, readWhole, TAG } from './der.ts';
import { readBoolean, readNamedBits, readOid, readSmallInteger, toHex } from './der-values.ts';
import { readDistributionPoint } from './distribution-point.ts';
import { EXTENSION, type Extension, type ExtensionFacts, extKeyUsageNames, keyUsageNames } from './extensions.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.ts';

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
