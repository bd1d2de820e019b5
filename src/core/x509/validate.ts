import { findClosestPath, findPath, type JudgedPath } from './build-path.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { Demands } from './demands.ts';
import { defaultEffort, type Effort, EffortExceeded } from './effort.ts';
import { Pool } from './pool.ts';
import { type Reason, reasonFor } from './rules.ts';

/** A chain and what is asked of it. The order of the lists never matters. */
export interface ValidationInput extends Demands {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  /** A path may end at any of them, self-signed or not; the leaf itself may be one. */
  readonly anchors: readonly Certificate[];
  readonly crls?: readonly Crl[];
  readonly effort?: Partial<Effort>;
}

/** A certificate that would be needed and is not at hand. */
export interface MissingIssuer {
  readonly subject: string;
  readonly subjectRaw: Uint8Array;
  readonly keyId?: string;
  /** Where it says it can be fetched. */
  readonly urls: readonly string[];
  /** The certificate that it issued. */
  readonly of: string;
}

export interface Verdict {
  /** RFC 5280 and friends are satisfied by some path. */
  readonly conforms: boolean;
  /** What is wrong with the path that comes closest; empty exactly when it conforms. */
  readonly reasons: readonly Reason[];
  /** SHA-256 from the leaf up: the accepted path, or the one that comes closest. */
  readonly path: readonly string[];
  /** The path ends at a trust anchor. */
  readonly complete: boolean;
  /** Which limit ended the search, when one did: then the answer is a refusal for want of an answer. */
  readonly exhausted?: keyof Effort;
  readonly missingIssuer?: MissingIssuer;
}

/** Judges a chain at a time. Pure, synchronous, and bounded on any input. */
export function validate(input: ValidationInput): Verdict {
  const { leaf } = input;
  const pool = new Pool({ ...input, crls: input.crls ?? [], effort: { ...defaultEffort, ...input.effort } });
  try {
    const path = findPath(leaf, pool, input);
    if (path) return { conforms: true, reasons: [], path: path.map(({ sha256 }) => sha256), complete: true };
    return refuse(findClosestPath(leaf, pool, input));
  } catch (error) {
    if (!(error instanceof EffortExceeded)) throw error;
    const reason = reasonFor(
      'budget-exhausted',
      leaf,
      `${error.message}: too much for any real chain, so nothing is proven`,
    );
    return { conforms: false, reasons: [reason], path: [leaf.sha256], complete: false, exhausted: error.what };
  }
}

function refuse({ path, complete, reasons }: JudgedPath): Verdict {
  const missing = reasons.some(({ rule }) => rule === 'issuer-missing') ? path.at(-1) : undefined;
  return {
    conforms: false,
    reasons,
    path: path.map(({ sha256 }) => sha256),
    complete,
    ...(missing ? { missingIssuer: describeMissing(missing) } : {}),
  };
}

function describeMissing({ issuer, issuerRaw, authorityKeyId, aiaIssuers = [], sha256 }: Certificate): MissingIssuer {
  return {
    subject: issuer,
    subjectRaw: issuerRaw,
    ...(authorityKeyId === undefined ? {} : { keyId: authorityKeyId }),
    urls: aiaIssuers,
    of: sha256,
  };
}
