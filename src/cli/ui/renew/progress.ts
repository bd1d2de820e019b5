import type { JournalEvent, Plan } from '../../../core/model/plan.ts';
import { RunProgress, type StepState } from '../../../core/plan/progress.ts';
import type { RunEvent } from '../../../io/apply/run.ts';

/** A run as it is watched: what its journal says, and what was said between the lines. */
export interface RenewalProgress {
  readonly plan: Plan;
  readonly events: readonly JournalEvent[];
  /** The step at hand and since when; milliseconds of the wall clock. */
  readonly current?: { readonly step: string; readonly since: number; readonly message?: string };
  readonly startedAt: number;
  /** How long each step took, milliseconds. */
  readonly took: Readonly<Record<string, number>>;
  /** Somebody asked to stop after the step at hand. */
  readonly stopping: boolean;
  /** What became of it, once it is over. */
  readonly outcome?: string;
}

export function watchRun(plan: Plan, events: readonly JournalEvent[], now: number): RenewalProgress {
  return { plan, events, startedAt: now, took: {}, stopping: false };
}

/** The run after another event. @param now milliseconds of the wall clock */
export function noteEvent(progress: RenewalProgress, event: RunEvent, now: number): RenewalProgress {
  const { id } = event.step;
  const begun = progress.current?.step === id ? progress.current.since : now;
  if (event.type === 'progress') return { ...progress, current: { step: id, since: begun, message: event.message } };
  const took = { ...progress.took, [id]: now - begun };
  return { ...progress, events: [...progress.events, event.event], took, current: { step: id, since: begun } };
}

/** Where a run stands, and how far it is: `running, 3 of 24 done`. */
export function standing({ plan, events }: RenewalProgress): string {
  const progress = new RunProgress(plan, events);
  const inState = (state: StepState) => plan.steps.filter(({ id }) => progress.stateOf(id) === state).length;
  const undone = inState('rolled-back');
  const back = undone > 0 || progress.state === 'rolling-back' ? `, ${undone} undone` : '';
  return `${progress.state}, ${inState('verified')} of ${plan.steps.length} done${back}`;
}
