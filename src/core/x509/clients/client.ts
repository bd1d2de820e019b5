import { findClosestPath, findPath, type Judge } from '../build-path.ts';
import type { Certificate } from '../certificate.ts';
import { checkMember, checkPath } from '../check-path.ts';
import type { Demands } from '../demands.ts';
import type { Pool } from '../pool.ts';
import type { Objection, Reason, RuleCode } from '../rules.ts';

export type ClientId = 'openssl' | 'openssl-strict' | 'go' | 'browser';

/** One validation as a client sees it. */
export interface Situation {
  readonly leaf: Certificate;
  readonly pool: Pool;
  readonly demands: Demands;
  /** Certificates that are known but neither in the chain nor trusted: what a client could fetch. */
  readonly elsewhere: readonly Certificate[];
}

/** Where a client enforces a rule of the RFC; `unless` are the cases in which it does not, although the RFC does. */
export interface Enforcement {
  readonly source: string;
  readonly unless?: (reason: Reason, subject: Certificate | undefined, situation: Situation) => boolean;
}

/** A family of TLS clients: which rules it enforces, which it adds, how it finds a path. */
export interface Client {
  readonly id: ClientId;
  /** For people: which programs these are. */
  readonly title: string;
  readonly enforces: Partial<Record<RuleCode, Enforcement>>;
  /** Why it passes over the rules that it does not enforce, and the file in which they would be. */
  readonly leniency: { readonly why: string; readonly source: string };
  /** Rules of its own about a path. */
  readonly extra: (path: readonly Certificate[], situation: Situation) => Objection[];
  /** How it finds a path; default: all of them, as the validator itself does. */
  readonly decide?: (client: Client, situation: Situation) => readonly Objection[];
}

/** What one client says to a chain. */
export interface ClientAnswer {
  readonly accepted: boolean;
  /** Its own rules that the chain breaks, with the source file of each. */
  readonly reasons: readonly Objection[];
  /** Rules of the RFC that the chain breaks and the client does not enforce, on the path that the RFC judged. */
  readonly passesOver: readonly { readonly rule: RuleCode; readonly why: string; readonly source: string }[];
}

/** Everything the client has against a path; `ending` is why it does not reach an anchor. */
export function objectionsOf(
  client: Client,
  situation: Situation,
  path: readonly Certificate[],
  ending?: Reason,
): Objection[] {
  const { pool, demands } = situation;
  const reasons = [...(ending ? [ending] : []), ...checkPath(path, pool, demands)];
  const enforced = reasons.flatMap((reason) => {
    const enforcement = enforcementOf(client, situation, reason, path);
    return enforcement
      ? [{ rule: reason.rule, certificate: reason.certificate, message: reason.message, source: enforcement.source }]
      : [];
  });
  return [...enforced, ...client.extra(path, situation)];
}

/** How the client enforces the rule in this case, or undefined where it does not. */
export function enforcementOf(
  client: Client,
  situation: Situation,
  reason: Reason,
  path: readonly Certificate[],
): Enforcement | undefined {
  const enforcement = client.enforces[reason.rule];
  const subject = path.find(({ sha256 }) => sha256 === reason.certificate);
  return enforcement && !enforcement.unless?.(reason, subject, situation) ? enforcement : undefined;
}

/** For clients that follow all paths: nothing when one of them is accepted, else what speaks against the closest. */
export function decideOnAllPaths(client: Client, situation: Situation): readonly Objection[] {
  const judge: Judge<Objection> = {
    now: situation.demands.now,
    mayFollow: (path, issuer) => mayFollow(client, situation, path, issuer),
    judge: (path, ending) => objectionsOf(client, situation, path, ending),
  };
  if (findPath(situation.leaf, situation.pool, judge)) return [];
  return findClosestPath(situation.leaf, situation.pool, judge).reasons;
}

/** Cuts off paths through an issuer that the client would refuse wherever it stands. */
function mayFollow(client: Client, situation: Situation, path: readonly Certificate[], issuer: Certificate): boolean {
  const reasons = checkMember(issuer, path.length, situation.pool, situation.demands);
  return !reasons.some((reason) => enforcementOf(client, situation, reason, [issuer]));
}
