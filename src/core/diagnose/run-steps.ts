import { leavesOpen } from '../check/readings.ts';
import type { Coverage } from '../model/coverage.ts';
import type { CheckedStep } from '../model/diagnosis.ts';
import type { ObservationRequest } from '../model/observation.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Judgement, Playbook, PlaybookStep, StepContext } from './playbook.ts';
import { readingsFor, requestKey, wasAsked } from './requests.ts';

/** What became of one step. */
export interface StepRun {
  readonly playbook: Playbook;
  readonly step: PlaybookStep;
  readonly judgements: readonly Judgement[];
  readonly checked: CheckedStep;
  /** Observations that it would still like. */
  readonly wanted: readonly ObservationRequest[];
  /** Readings that would answer it and could not be made: `pod-logs: forbidden`. */
  readonly unread: readonly string[];
}

/** Asks every question of a playbook. */
export function runSteps(playbook: Playbook, context: StepContext): StepRun[] {
  return playbook.steps.map((step) => runStep(playbook, step, context));
}

function runStep(playbook: Playbook, step: PlaybookStep, context: StepContext): StepRun {
  const wishes = step.wants?.(context) ?? [];
  const wanted = wishes.filter((request) => !wasAsked(context.inventory, request));
  const { inventory } = context;
  const asked = wishes.flatMap((request) => readingsFor(inventory, request));
  const unread = [...new Set([...unreadOf(step.sources, inventory), ...reasonsOf(asked, inventory)])];
  const judgements = step.judge(context);
  const { id, question } = step;
  const head = { id: `${playbook.id}/${id}`, playbook: playbook.id, question, command: step.command(context) };
  const outcome = outcomeOf({ step, judgements, wanted, unread }, context);
  return { playbook, step, judgements, wanted, unread, checked: { ...head, ...outcome } };
}

function outcomeOf(
  { step, judgements, wanted, unread }: Pick<StepRun, 'step' | 'judgements' | 'wanted' | 'unread'>,
  context: StepContext,
): Pick<CheckedStep, 'outcome' | 'answer'> {
  const found = [
    ...(step.finds?.(context) ?? []).map(({ message }) => message),
    ...judgements.flatMap((one) => (one.is === 'supports' ? one.message : [])),
  ];
  if (found.length > 0) return { outcome: 'failed', answer: someOf(found) };
  // What was not read may hold what it asks about.
  if (unread.length === 0 && step.applies && !step.applies(context))
    return { outcome: 'not applicable', answer: 'there is nothing of the kind here' };
  if (unread.length > 0) return { outcome: 'unknown', answer: `could not be read: ${unread.join('; ')}` };
  if (wanted.length > 0) return { outcome: 'unknown', answer: `was not read: ${someOf(wanted.map(({ why }) => why))}` };
  const ruledOut = judgements.flatMap((one) => (one.is === 'rules-out' ? one.why : []));
  return { outcome: 'pass', answer: ruledOut.length > 0 ? someOf(ruledOut) : 'nothing wrong was found' };
}

const SHOWN = 3;

function someOf(texts: readonly string[]): string {
  const once = [...new Set(texts)];
  const rest = once.length - SHOWN;
  return once.slice(0, SHOWN).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** Readings of these sources that leave something unknown: `nodes: forbidden`. */
export function unreadOf(sources: readonly string[], inventory: Inventory): string[] {
  return reasonsOf(
    inventory.snapshot.coverage.filter(({ source }) => sources.includes(source)),
    inventory,
  );
}

function reasonsOf(readings: readonly Coverage[], inventory: Inventory): string[] {
  const open = readings.filter((one) => leavesOpen(inventory, one));
  return [...new Set(open.map(({ source, state, reason }) => `${source}: ${reason ?? state}`))];
}

/** Most requests of one round: what the likeliest steps want comes first. */
const MOST_WANTED = 24;

/** What all steps want, each once. */
export function wantedBy(runs: readonly StepRun[]): ObservationRequest[] {
  const byKey = new Map(runs.flatMap(({ wanted }) => wanted).map((one) => [requestKey(one), one]));
  return [...byKey.values()].slice(0, MOST_WANTED);
}
