import { findClosestPath, findPath, type Judge, type JudgedPath } from './build-path.ts';
import type { Certificate } from './certificate.ts';
import { checkMember, checkPath, checkPathLength, checkSignature } from './check-path.ts';
import { askClients } from './clients/accepted-by.ts';
import type { ClientAnswer, ClientId } from './clients/client.ts';
import type { Crl } from './crl.ts';
import type { Demands } from './demands.ts';
import { defaultEffort, type Effort, EffortExceeded } from './effort.ts';
import { Pool } from './pool.ts';
import { checkRevocation } from './revocation.ts';
import { type Reason, reasonFor } from './rules.ts';
import { checkWebPki, type Warning } from './webpki.ts';

/** A chain and what is asked of it. The order of the lists never matters. */
export interface ValidationInput extends Demands {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  /** A path may end at any of them, self-signed or not; the leaf itself may be one. */
  readonly anchors: readonly Certificate[];
  readonly crls?: readonly Crl[];
  /** Certificates known from elsewhere, as what a client that fetches missing issuers would find. */
  readonly elsewhere?: readonly Certificate[];
  readonly effort?: Partial<Effort>;
}

/** A certificate that would be needed and is not at hand. */
export interface MissingIssuer {
  readonly subject: string;
  readonly subjectRaw: Uint8Array;
  readonly keyId?: string;
  /** Where it says it can be fetched. */
  readonly urls: readonly string[];
  /** SHA-256 of the certificate that it issued. */
  readonly of: string;
}

/** What the RFC says. */
export interface Conformance {
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

export interface Verdict extends Conformance {
  /** What each family of clients says, revocation left aside as they do. */
  readonly acceptedBy: Readonly<Record<ClientId, ClientAnswer>>;
  /** The rules of the public web that the path breaks; a cluster's own PKI is not bound by them. */
  readonly warnings: readonly Warning[];
}

/** Judges a chain at a time. Pure, synchronous, and bounded on any input. */
export function validate(input: ValidationInput): Verdict {
  const { leaf } = input;
  const pool = new Pool({ ...input, crls: input.crls ?? [], effort: { ...defaultEffort, ...input.effort } });
  const conformance = checkConformance(input, pool);
  const known = new Map([leaf, ...pool.all()].map((certificate) => [certificate.sha256, certificate]));
  const path = conformance.path.flatMap((sha256) => known.get(sha256) ?? []);
  return {
    ...conformance,
    acceptedBy: askClients({ leaf, pool, demands: input, elsewhere: input.elsewhere ?? [] }, conformance.reasons),
    warnings: checkWebPki(path),
  };
}

function checkConformance(input: ValidationInput, pool: Pool): Conformance {
  const { leaf } = input;
  const judge = rfcJudge(input, pool);
  try {
    const isHopeless = checkMember(leaf, 0, pool, input).length > 0;
    const path = isHopeless ? undefined : findPath(leaf, pool, judge);
    if (path) return { conforms: true, reasons: [], path: path.map(({ sha256 }) => sha256), complete: true };
    return refuse(findClosestPath(leaf, pool, judge));
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

function rfcJudge(demands: Demands, pool: Pool): Judge<Reason> {
  return {
    now: demands.now,
    mayFollow: (path, issuer) =>
      checkSignature(path.at(-1)!).length === 0 &&
      checkMember(issuer, path.length, pool, demands).length === 0 &&
      checkPathLength(issuer, path.slice(1)).length === 0,
    judge: (path, ending) => [
      ...(ending ? [ending] : []),
      ...checkPath(path, pool, demands),
      ...checkRevocation(path, pool, demands),
    ],
  };
}

function refuse({ path, complete, reasons }: JudgedPath<Reason>): Conformance {
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
