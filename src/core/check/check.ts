import { type Finding, SEVERITIES, type Severity, type Status } from '../model/finding.ts';
import { LAYERS } from '../model/layer.ts';
import type { Policy } from '../model/policy.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { CHECKS } from './checks.ts';
import { impliedCauses } from './implied-causes.ts';
import { leavesOpen } from './readings.ts';
import type { Cause, Check, CheckInput, Draft } from './rule.ts';
import { silence } from './silence.ts';

/** What became of one rule. `pass` is said only where everything in scope was read. */
interface CheckOutcome {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'pass' | 'failed' | 'not applicable' | 'unknown';
}

export interface CheckResult {
  readonly status: Status;
  readonly summary: Readonly<Record<Severity, number>>;
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** One for each rule, in the order of the list. */
  readonly outcomes: readonly CheckOutcome[];
}

/**
 * Judges a snapshot by a policy at a time.
 * @param now milliseconds since the epoch
 */
export function check(inventory: Inventory, policy: Policy, now: number): CheckResult {
  const input: CheckInput = { inventory: inOrder(inventory), policy, now };
  const found = CHECKS.map((rule) => ({ rule, drafts: silence(rule.run(input), policy.ignore) }));
  const findings = explain(onceEach(found.flatMap(({ drafts }) => drafts))).toSorted(byWeight);
  return {
    status: statusOf(findings),
    summary: count(findings),
    findings,
    outcomes: found.map(({ rule, drafts }) => outcomeOf(rule, drafts, input)),
  };
}

/** What is found must not depend on the order in which places were seen: rules meet them by ref. */
function inOrder(inventory: Inventory): Inventory {
  const placements = inventory.placements.toSorted((a, b) => compare(a.placement.ref, b.placement.ref));
  return { ...inventory, placements };
}

/** A result of only those findings that are asked for, with the status that they alone have. */
export function narrow(result: CheckResult, keep: (finding: Finding) => boolean): CheckResult {
  const findings = result.findings.filter(keep);
  return { ...result, findings, status: statusOf(findings), summary: count(findings) };
}

/** Two sources may report the same fact: it is one finding. */
function onceEach(drafts: readonly Draft[]): Draft[] {
  return [...new Map(drafts.toReversed().map((one) => [`${one.code} ${one.placement}`, one])).values()].reverse();
}

/** Ties each finding to the first of its possible causes that was found too. Circles are left open. */
export function explain(drafts: readonly Draft[]): Finding[] {
  const byPlace = new Map<string, Draft>();
  for (const one of drafts) {
    for (const placement of [one.placement, ...(one.also ?? [])]) {
      const key = `${one.code} ${placement}`;
      if (!byPlace.has(key)) byPlace.set(key, one);
    }
  }
  const causeOf = new Map<Draft, Draft>();
  for (const one of drafts) {
    const cause = [...(one.causes ?? []), ...impliedCauses(one)]
      .map(({ code, placement }) => byPlace.get(`${code} ${placement}`))
      .find((other) => other && !leadsTo(other, one, causeOf));
    if (cause) causeOf.set(one, cause);
  }
  return drafts.map((one) => {
    const { causes: _, ...finding } = one;
    const cause = causeOf.get(one);
    return cause ? { ...finding, explainedBy: identityOf(cause) } : finding;
  });
}

function leadsTo(from: Draft, target: Draft, causeOf: ReadonlyMap<Draft, Draft>): boolean {
  for (let at: Draft | undefined = from; at; at = causeOf.get(at)) if (at === target) return true;
  return false;
}

function identityOf({ code, placement }: Draft): Cause {
  return { code, placement };
}

/** critical > unknown > warning > ok; information leaves it ok. */
function statusOf(findings: readonly Finding[]): Status {
  const worst = SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity));
  return worst === undefined || worst === 'info' ? 'ok' : worst;
}

function count(findings: readonly Finding[]): Record<Severity, number> {
  const summary: Record<Severity, number> = { critical: 0, unknown: 0, warning: 0, info: 0 };
  for (const { severity } of findings) summary[severity] += 1;
  return summary;
}

function outcomeOf({ id, title, applies }: Check, drafts: readonly Draft[], input: CheckInput): CheckOutcome {
  const somethingUnread = input.inventory.snapshot.coverage.some((one) => leavesOpen(input.inventory, one));
  const failed = drafts.some(({ severity }) => severity !== 'info');
  const outcome = failed ? 'failed' : somethingUnread ? 'unknown' : applies(input) ? 'pass' : 'not applicable';
  return { id, title, outcome };
}

function byWeight(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer) ||
    compare(a.placement, b.placement) ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
