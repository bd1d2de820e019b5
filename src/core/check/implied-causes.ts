import { ISSUANCE_CAUSES } from './issuance/causes.ts';
import {
  ISSUANCE_FAILING,
  ISSUANCE_STUCK,
  ISSUER_NOT_READY,
  REQUEST_NOT_APPROVED,
  SOLVER_CLASS_UNSERVED,
  WILDCARD_NEEDS_DNS01,
} from './issuance/generic.ts';
import type { Cause, Draft } from './rule.ts';

/** Codes of what keeps an issuance from going on. */
export const ISSUANCE_CODES: readonly string[] = [
  ...ISSUANCE_CAUSES.map(({ definition }) => definition),
  SOLVER_CLASS_UNSERVED,
  WILDCARD_NEEDS_DNS01,
  ISSUER_NOT_READY,
  REQUEST_NOT_APPROVED,
  ISSUANCE_FAILING,
  ISSUANCE_STUCK,
].map(({ code }) => code);

/** Faults of who keeps a Secret: they explain what is found in it, whichever rule finds that. */
const EDGES: readonly { readonly effects: readonly string[]; readonly causes: readonly string[] }[] = [
  { effects: ['CERT_EXPIRED', 'CHAIN_EXPIRED'], causes: ['ISSUING_CA_EXPIRED'] },
  {
    effects: [
      'CERT_EXPIRED',
      'CERT_EXPIRING',
      'NAME_NOT_COVERED',
      'KEY_MISMATCH',
      'SERVED_DIFFERS_FROM_STORED',
      'ISSUANCE_STUCK',
    ],
    causes: ['SECRET_SHARED', 'SECRET_OVERWRITTEN'],
  },
  { effects: ['CHAIN_INCOMPLETE', 'CHAIN_UNTRUSTED'], causes: ['STAGING_CERTIFICATE_KEPT'] },
  {
    effects: ['SECRET_MISSING', 'CERT_EXPIRED', 'CERT_EXPIRING', 'NAME_NOT_COVERED', 'CHAIN_EXPIRED'],
    causes: ISSUANCE_CODES,
  },
  {
    effects: ['ISSUANCE_STUCK', 'CERT_EXPIRING', 'CERT_EXPIRED'],
    causes: ['CERT_MANAGER_DOWN', 'CERT_MANAGER_WEBHOOK_DOWN', 'CERT_MANAGER_ABSENT'],
  },
];

/** Codes of keepers' faults that may explain a finding of this code. */
export function codesImplied(code: string): readonly string[] {
  return EDGES.filter(({ effects }) => effects.includes(code)).flatMap(({ causes }) => causes);
}

/** What may have caused a finding beside what its own rule knows: the fault of the keeper of the same Secret. */
export function impliedCauses({ code, placement, also = [] }: Draft): Cause[] {
  const places = [placement, ...also].map((place) => place.replace(/\[\d+\]$/, ''));
  return EDGES.filter(({ effects }) => effects.includes(code)).flatMap(({ causes }) =>
    causes.flatMap((cause) => places.map((at) => ({ code: cause, placement: at }))),
  );
}
