import { contentOf, type Element, Fields } from './der.ts';
import { readBoolean, readNamedBits } from './der-values.ts';
import { type GeneralName, readGeneralNames } from './general-name.ts';

/** DistributionPoint of RFC 5280 section 4.2.1.13. */
export interface DistributionPoint {
  readonly names: readonly GeneralName[];
  /** An RDN below the issuer of the list, as its content. */
  readonly relative?: Uint8Array;
  /** Bits of ReasonFlags; missing means all reasons. */
  readonly reasons?: readonly number[];
  readonly issuers: readonly GeneralName[];
}

/** IssuingDistributionPoint of RFC 5280 section 5.2.5: the scope of a revocation list. */
export interface CrlScope extends Omit<DistributionPoint, 'issuers'> {
  readonly onlyUsers: boolean;
  readonly onlyCAs: boolean;
  readonly onlyAttributes: boolean;
  readonly indirect: boolean;
}

/** @throws MalformedDer */
export function readDistributionPoint(element: Element): DistributionPoint {
  const fields = new Fields(element);
  const name = readPointName(fields.optional(0xa0));
  const reasons = fields.optional(0x81);
  const issuers = fields.optional(0xa2);
  return {
    ...name,
    ...(reasons ? { reasons: readNamedBits(reasons) } : {}),
    issuers: issuers ? readGeneralNames(issuers) : [],
  };
}

/** @throws MalformedDer */
export function readCrlScope(element: Element): CrlScope {
  const fields = new Fields(element);
  const name = readPointName(fields.optional(0xa0));
  const flag = (tag: number) => {
    const field = fields.optional(tag);
    return field !== undefined && readBoolean(field);
  };
  const [onlyUsers, onlyCAs] = [flag(0x81), flag(0x82)];
  const reasons = fields.optional(0x83);
  const [indirect, onlyAttributes] = [flag(0x84), flag(0x85)];
  return {
    ...name,
    onlyUsers,
    onlyCAs,
    indirect,
    onlyAttributes,
    ...(reasons ? { reasons: readNamedBits(reasons) } : {}),
  };
}

function readPointName(wrapper: Element | undefined): { names: GeneralName[]; relative?: Uint8Array } {
  if (!wrapper) return { names: [] };
  const name = new Fields(wrapper).expect('the name of a distribution point', 0xa0, 0xa1);
  return name.tag === 0xa0 ? { names: readGeneralNames(name) } : { names: [], relative: contentOf(name) };
}
