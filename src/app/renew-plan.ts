import { EXIT, UserError } from '../core/model/error.ts';
import type { Plan } from '../core/model/plan.ts';
import type { Policy } from '../core/model/policy.ts';
import type { Target } from '../core/model/target.ts';
import { makePlan, RENEWAL_NAMES } from '../core/plan/make-plan.ts';
import type { RestartWay } from '../core/plan/plan-maker.ts';
import { select } from '../core/snapshot/select.ts';
import { selectOrRefuse } from './layers.ts';
import type { Opened } from './open-inventory.ts';

/** The words of a command line, told apart. */
export interface RenewalWords {
  readonly all: boolean;
  /** Managers' own names: `apiserver`, `admin.conf`. */
  readonly names: readonly string[];
  /** TARGETs as every command takes them. */
  readonly targets: readonly string[];
}

/** A manager's own name comes first, even where a file of that name stands in the working directory. */
export function readWords(words: readonly string[]): RenewalWords {
  return {
    all: words.includes('all'),
    names: words.filter((word) => RENEWAL_NAMES.has(word)),
    targets: words.filter((word) => word !== 'all' && !RENEWAL_NAMES.has(word)),
  };
}

export interface PlanOptions {
  readonly words: RenewalWords;
  readonly targets: readonly Target[];
  readonly policy: Policy;
  /** `--expiring-within`, milliseconds. */
  readonly within?: number;
  readonly pkiDir: string;
  /** Kubeconfigs to refresh. */
  readonly refresh: readonly string[];
  readonly restartWith?: RestartWay;
  /** Random hex digits that tell runs of the same second apart. */
  readonly random: string;
}

/** The plan for what was asked. @throws UserError (exit 1) when a target names nothing */
export function planRenewal(opened: Opened, options: PlanOptions): Plan {
  const { inventory, now } = opened;
  const { words, targets, within, policy, pkiDir, refresh, restartWith } = options;
  const refs = refsOf(opened, targets);
  const nothingNamed = !words.all && words.names.length === 0 && targets.length === 0;
  const all = words.all || (nothingNamed && within !== undefined);
  const objects = targets.flatMap((target) => (target.kind === 'object' ? objectOf(target) : []));
  const request = { inventory, policy, now, all, names: words.names, refs, objects, pkiDir, refresh };
  const asked = { ...request, ...(within !== undefined && { within }), ...(restartWith && { restartWith }) };
  return makePlan(asked, runId(now, options.random));
}

/** Only what was named: to look at, no TARGET means everything; to renew, it means nothing. */
function refsOf({ inventory }: Opened, targets: readonly Target[]): ReadonlySet<string> {
  if (targets.length === 0) return new Set();
  return selectOrRefuse(select(inventory, targets)) ?? new Set();
}

function objectOf({ objectKind, name, namespace, elsewhere }: Extract<Target, { kind: 'object' }>) {
  return { kind: objectKind, name, ...(namespace !== undefined && !elsewhere && { namespace }) };
}

/** What is due by the policy: nobody said what to renew. */
export function whatIsDue(opened: Opened, options: PlanOptions): Plan {
  return planRenewal(opened, { ...options, within: options.policy.leaf.warn.before, refresh: [] });
}

/** Sorts by time, and reads as one. */
export function runId(now: number, random: string): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${random}`;
}

/** @throws UserError (64) that says what to name */
export function nothingNamed(): UserError {
  return new UserError('renew what? name a TARGET, all, or a time with --expiring-within', {
    exitCode: EXIT.usage,
    hints: ['kubectl certs renew --expiring-within 30d', 'kubectl certs renew all --dry-run=client'],
  });
}
