import type { Certificate } from './certificate.ts';
import { checkTime } from './check-path.ts';
import { EffortExceeded } from './effort.ts';
import { EXTENSION } from './extensions.ts';
import type { Pool } from './pool.ts';
import { type Objection, type Reason, reasonFor } from './rules.ts';

/** Whoever decides on paths: the RFC, or a client that follows all paths. */
export interface Judge<O extends Objection> {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether a path through this issuer can still be accepted; false cuts the search short. */
  readonly mayFollow: (path: readonly Certificate[], issuer: Certificate) => boolean;
  /** Everything against a path (leaf first), whole or not. `ending` is why it does not reach an anchor. */
  readonly judge: (path: readonly Certificate[], ending?: Reason) => readonly O[];
}

/** A path from the leaf up, and what is wrong with it. `complete` when it ends at an anchor. */
export interface JudgedPath<O extends Objection> {
  readonly path: readonly Certificate[];
  readonly complete: boolean;
  readonly reasons: readonly O[];
}

/** As OpenSSL has it: more certificates than any issuer would put above one another. */
const LONGEST_PATH = 100;
/** Paths that are judged in full to find the one that comes closest. */
const MOST_JUDGED = 64;

/** The first path in order of promise that the judge accepts, or undefined. @throws EffortExceeded */
export function findPath(leaf: Certificate, pool: Pool, judge: Judge<Objection>): readonly Certificate[] | undefined {
  const walk = (path: readonly Certificate[]): readonly Certificate[] | undefined => {
    const tip = path.at(-1)!;
    if (pool.isAnchor(tip)) {
      pool.budget.spend('paths');
      return judge.judge(path).length === 0 ? path : undefined;
    }
    for (const issuer of possibleIssuers(path, pool, judge.now)) {
      if (!judge.mayFollow(path, issuer) || pool.signedBy(tip, issuer) !== 'valid') continue;
      const found = walk([...path, issuer]);
      if (found) return found;
    }
    return undefined;
  };
  return walk([leaf]);
}

/** The path that the judge has least against, for explanation. @throws EffortExceeded */
export function findClosestPath<O extends Objection>(leaf: Certificate, pool: Pool, judge: Judge<O>): JudgedPath<O> {
  let best: JudgedPath<O> | undefined;
  let judged = 0;
  const consider = (path: readonly Certificate[], ending?: Reason): void => {
    judged++;
    const candidate = { path, complete: ending === undefined, reasons: judge.judge(path, ending) };
    if (!best || cost(candidate) < cost(best)) best = candidate;
  };
  const walk = (path: readonly Certificate[]): void => {
    const tip = path.at(-1)!;
    if (pool.isAnchor(tip)) {
      consider(path);
      return;
    }
    const candidates = possibleIssuers(path, pool, judge.now);
    const issuers = candidates.filter((issuer) => pool.signedBy(tip, issuer) === 'valid');
    if (issuers.length === 0) consider(path, explainEnd(tip, candidates, pool));
    for (const issuer of issuers) if (judged < MOST_JUDGED) walk([...path, issuer]);
  };
  try {
    walk([leaf]);
  } catch (error) {
    // What was found before the effort was spent is explanation enough.
    if (!(error instanceof EffortExceeded) || !best) throw error;
  }
  return best!;
}

/** A path that reaches an anchor is closer than any that does not; of equals the one with fewer broken rules. */
function cost({ complete, reasons, path }: JudgedPath<Objection>): number {
  return (complete ? 0 : 1000) + reasons.length * 10 + Math.min(9, path.length / 100);
}

/**
 * Certificates that could have issued the last one of the path, most promising first: anchors, then those whose key
 * id fits, those that are valid now, the ones that last longest. The fingerprint decides between equals, so that the
 * order in which certificates were given decides nothing.
 */
function possibleIssuers(path: readonly Certificate[], pool: Pool, now: number): Certificate[] {
  const tip = path.at(-1)!;
  if (path.length > LONGEST_PATH) return [];
  const named = pool
    .named(tip.issuerRaw)
    .filter((candidate) => !path.some((member) => isSameEntity(member, candidate)));
  pool.budget.spend('steps', named.length);
  const rank = (candidate: Certificate): number =>
    (pool.isAnchor(candidate) ? 0 : 4) +
    (fitsKeyId(tip, candidate) ? 0 : 2) +
    (checkTime(candidate, now).length === 0 ? 0 : 1);
  return named.toSorted(
    (left, right) =>
      rank(left) - rank(right) || right.notAfter - left.notAfter || (left.sha256 < right.sha256 ? -1 : 1),
  );
}

/** The same subject, key and names: a path that came back to one would only go in circles. RFC 4158 section 2.4.2. */
function isSameEntity(left: Certificate, right: Certificate): boolean {
  if (left.sha256 === right.sha256) return true;
  return left.spki === right.spki && left.subject === right.subject && namesOf(left) === namesOf(right);
}

function namesOf({ extensions }: Certificate): string {
  const names = extensions.find(({ oid }) => oid === EXTENSION.subjectAltName);
  return names ? Buffer.from(names.value).toString('latin1') : '';
}

/** Whether the key ids do not contradict each other. */
export function fitsKeyId({ authorityKeyId }: Certificate, { subjectKeyId }: Certificate): boolean {
  return authorityKeyId === undefined || subjectKeyId === undefined || authorityKeyId === subjectKeyId;
}

/** Why a path ends at its last certificate, which none of the candidates issued. */
export function explainEnd(tip: Certificate, candidates: readonly Certificate[], pool: Pool): Reason {
  if (tip.selfIssued && pool.signedBy(tip, tip) === 'valid') {
    return reasonFor('untrusted-root', tip, 'is self-signed and no trust anchor');
  }
  const [first] = candidates;
  if (!first) {
    const key = tip.authorityKeyId ? ` with key id ${tip.authorityKeyId}` : '';
    return reasonFor('issuer-missing', tip, `its issuer ${tip.issuer || '(empty name)'}${key} is not at hand`);
  }
  if (candidates.every((candidate) => pool.signedBy(tip, candidate) === 'unsupported')) {
    const how = tip.signatureAlgorithm.name;
    return reasonFor(
      'signature-unsupported',
      tip,
      `its signature (${how}) can't be checked with the key of ${first.subject}`,
    );
  }
  return reasonFor(
    'signature-invalid',
    tip,
    `no certificate at hand with the name of its issuer, ${tip.issuer}, has the key that signed it`,
  );
}
