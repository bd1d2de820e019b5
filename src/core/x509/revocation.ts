import type { Certificate } from './certificate.ts';
import { CRL_EXTENSION, type Crl, type Revocation, revocationKey } from './crl.ts';
import { concerns, coversAllReasons } from './crl-scope.ts';
import type { Demands } from './demands.ts';
import { EXTENSION } from './extensions.ts';
import { sameName } from './name.ts';
import type { Pool } from './pool.ts';
import { type Reason, reasonFor } from './rules.ts';

const REMOVE_FROM_CRL = 8;

const reasonNames: Record<number, string> = {
  1: 'key compromise',
  2: 'CA compromise',
  3: 'affiliation changed',
  4: 'superseded',
  5: 'cessation of operation',
  6: 'on hold',
  9: 'privilege withdrawn',
  10: 'attribute authority compromise',
};

/** Critical extensions of a list that are understood: RFC 5280 sections 5.2.4 and 5.2.5. */
const understoodInLists = new Set<string>([CRL_EXTENSION.deltaIndicator, CRL_EXTENSION.scope]);
/** Those that conforming issuers never mark critical: sections 5.2.1 and 5.2.3. */
const neverCriticalInLists = new Set<string>([CRL_EXTENSION.number, EXTENSION.authorityKeyIdentifier]);
/** Sections 5.3.1 to 5.3.3. */
const understoodInEntries = new Set(['2.5.29.21', '2.5.29.24', '2.5.29.29']);

interface Situation {
  readonly path: readonly Certificate[];
  readonly index: number;
  readonly pool: Pool;
  readonly demands: Demands;
}

/** Whether the certificates of the path are revoked, as far as lists are at hand: RFC 5280 section 6.3.3. */
export function checkRevocation(path: readonly Certificate[], pool: Pool, demands: Demands): Reason[] {
  if (pool.crls.length === 0 && !demands.requireCrls) return [];
  return path.slice(0, -1).flatMap((_, index) => checkOne({ path, index, pool, demands }));
}

function checkOne(situation: Situation): Reason[] {
  const certificate = situation.path[situation.index]!;
  const lists = situation.pool.crls.filter((crl) => concerns(crl, certificate));
  const judged = lists.map((crl) => ({ crl, problem: findProblem(crl, situation) }));
  const usable = judged.filter(({ problem }) => problem === undefined).map(({ crl }) => crl);
  const entry = findEntry(certificate, usable);
  if (entry) {
    const why = reasonNames[entry.reason ?? 0];
    return [
      reasonFor('revoked', certificate, `revoked at ${new Date(entry.at).toISOString()}${why ? `: ${why}` : ''}`),
    ];
  }
  const complete = coversAllReasons(certificate, usable);
  const problem = judged.find((list) => list.problem !== undefined)?.problem;
  if (complete || (lists.length === 0 && !situation.demands.requireCrls)) return [];
  return [
    reasonFor('revocation-unknown', certificate, problem ?? 'no revocation list at hand covers it for all reasons'),
  ];
}

/** Why the list can't be relied on, or undefined. */
function findProblem(crl: Crl, situation: Situation): string | undefined {
  const { pool, demands } = situation;
  const of = `the revocation list of ${crl.issuer}`;
  const odd = crl.extensions.find(({ oid, critical }) => critical && !understoodInLists.has(oid));
  if (odd && neverCriticalInLists.has(odd.oid)) return `${of} marks extension ${odd.oid} critical, which it must not`;
  if (odd) return `${of} has the critical extension ${odd.oid}, which is not understood`;
  const entry = [...crl.criticalInEntries].find((oid) => !understoodInEntries.has(oid));
  if (entry) return `${of} has an entry with the critical extension ${entry}, which is not understood`;
  const second = Math.floor(demands.now / 1000) * 1000;
  if (second < crl.thisUpdate) return `${of} is of ${new Date(crl.thisUpdate).toISOString()}, which is yet to come`;
  if (crl.nextUpdate === undefined) return `${of} does not say until when it holds`;
  if (second > crl.nextUpdate) return `${of} was to be replaced at ${new Date(crl.nextUpdate).toISOString()}`;
  const signers = findSigners(crl, situation);
  const signer = signers.find((candidate) => pool.signedBy(crl, candidate) === 'valid');
  if (!signer) return `${of} is signed by no key of that issuer on the path`;
  if (signer.keyUsages.length > 0 && !signer.keyUsages.includes('cRLSign'))
    return `${of} is signed with a key that may not sign lists`;
  return undefined;
}

/** Step (f): certificates of the list's issuer on the path, and such that a certificate of the path issued and no list revokes. */
function findSigners(crl: Crl, { path, index, pool, demands }: Situation): Certificate[] {
  const above = path.slice(index + 1);
  const onPath = above.filter(({ subjectRaw }) => sameName(subjectRaw, crl.issuerRaw));
  const beside = pool.named(crl.issuerRaw).filter((candidate) => {
    if (onPath.includes(candidate)) return false;
    if (pool.isAnchor(candidate)) return true;
    const issuer = above.findIndex(
      (member) => sameName(member.subjectRaw, candidate.issuerRaw) && member.spki !== candidate.spki,
    );
    if (issuer < 0 || pool.signedBy(candidate, above[issuer]!) !== 'valid') return false;
    return !isRevokedBeside({ path: [candidate, ...above.slice(issuer)], index: 0, pool, demands });
  });
  return [...onPath, ...beside];
}

/** Whether the lists of its own issuer, as far as the issuer's key signed them, revoke a signer beside the path. */
function isRevokedBeside({ path: [signer, issuer], pool }: Situation): boolean {
  const lists = pool.crls.filter((crl) => concerns(crl, signer!) && pool.signedBy(crl, issuer!) === 'valid');
  return findEntry(signer!, lists) !== undefined;
}

/** The entry that counts: the newest complete list of each scope, with the newest changes to it. */
function findEntry(certificate: Certificate, lists: readonly Crl[]): Revocation | undefined {
  const complete = lists.filter(({ deltaOf }) => deltaOf === undefined);
  const newest = [...Map.groupBy(complete, scopeKey).values()].map(pickNewest);
  for (const base of newest) {
    const deltas = lists.filter(
      (delta) =>
        delta.deltaOf !== undefined && scopeKey(delta) === scopeKey(base) && isOlder(delta.deltaOf, base.number),
    );
    const change = deltas.length > 0 ? entryIn(pickNewest(deltas), certificate) : undefined;
    const entry = change ?? entryIn(base, certificate);
    if (entry && entry.reason !== REMOVE_FROM_CRL) return entry;
  }
  return undefined;
}

function entryIn(crl: Crl, { serialNumber, issuerRaw }: Certificate): Revocation | undefined {
  const own = sameName(crl.issuerRaw, issuerRaw);
  return (
    (own ? crl.revoked.get(revocationKey(serialNumber)) : undefined) ??
    crl.revoked.get(revocationKey(serialNumber, issuerRaw))
  );
}

function scopeKey({ issuerRaw, extensions }: Crl): string {
  const scope = extensions.find(({ oid }) => oid === CRL_EXTENSION.scope);
  return `${Buffer.from(issuerRaw).toString('hex')} ${scope ? Buffer.from(scope.value).toString('hex') : ''}`;
}

function pickNewest(lists: readonly Crl[]): Crl {
  return lists.reduce((best, crl) => (crl.thisUpdate > best.thisUpdate ? crl : best));
}

/** Step (c)(2): the changes start at or before the complete list. */
function isOlder(deltaOf: string, number: string | undefined): boolean {
  return number !== undefined && BigInt(`0x${deltaOf}`) <= BigInt(`0x${number}`);
}
