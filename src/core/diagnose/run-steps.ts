import { leavesOpen } from '../check/readings.ts';
import type { CheckedStep } from '../model/diagnosis.ts';
import type { ObservationRequest } from '../model/observation.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Judgement, Playbook, PlaybookStep, StepContext } from './playbook.ts';
import { requestKey, wasAsked } from './requests.ts';

/** What became of one step. */
export interface StepRun {
  readonly playbook: Playbook;
  readonly step: PlaybookStep;
  readonly judgements: readonly Judgement[];
  readonly checked: CheckedStep;
  /** Observations that it would still like. */
  readonly wanted: readonly ObservationRequest[];
}

/** Asks every question of a playbook. */
export function runSteps(playbook: Playbook, context: StepContext): StepRun[] {
  return playbook.steps.map((step) => runStep(playbook, step, context));
}

function runStep(playbook: Playbook, step: PlaybookStep, context: StepContext): StepRun {
  const wanted = (step.wants?.(context) ?? []).filter((request) => !wasAsked(context.inventory, request));
  const judgements = step.judge(context);
  const { id, question } = step;
  const head = { id: `${playbook.id}/${id}`, playbook: playbook.id, question, command: step.command(context) };
  return { playbook, step, judgements, wanted, checked: { ...head, ...outcomeOf(step, judgements, wanted, context) } };
}

function outcomeOf(
  step: PlaybookStep,
  judgements: readonly Judgement[],
  wanted: readonly ObservationRequest[],
  context: StepContext,
): Pick<CheckedStep, 'outcome' | 'answer'> {
  const found = [
    ...(step.finds?.(context) ?? []).map(({ message }) => message),
    ...judgements.flatMap((one) => (one.is === 'supports' ? one.message : [])),
  ];
  if (found.length > 0) return { outcome: 'failed', answer: someOf(found) };
  if (step.applies && !step.applies(context))
    return { outcome: 'not applicable', answer: 'there is nothing of the kind here' };
  const unread = unreadOf(step.sources, context.inventory);
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
  const readings = inventory.snapshot.coverage.filter(
    (coverage) => sources.includes(coverage.source) && leavesOpen(inventory, coverage),
  );
  return [...new Set(readings.map(({ source, state, reason }) => `${source}: ${reason ?? state}`))];
}

/** Most requests of one round: what the likeliest steps want comes first. */
const MOST_WANTED = 24;

/** What all steps want, each once. */
export function wantedBy(runs: readonly StepRun[]): ObservationRequest[] {
  const byKey = new Map(runs.flatMap(({ wanted }) => wanted).map((one) => [requestKey(one), one]));
  return [...byKey.values()].slice(0, MOST_WANTED);
}
