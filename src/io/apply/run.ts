import type { Condition, JournalEvent, Plan, PlannedStep, Transition } from '../../core/model/plan.ts';
import { judge } from '../../core/plan/conditions.ts';
import { RunProgress, type RunState } from '../../core/plan/progress.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type StepContext, StepFailure, type StepHandler, StillWaiting } from './handler.ts';

export interface RunOptions {
  readonly plan: Plan;
  /** What the journal says so far; empty for a new run. */
  readonly events: readonly JournalEvent[];
  /** Goes back through everything that was done. */
  readonly rollBack?: boolean;
  readonly handlers: ReadonlyMap<string, StepHandler>;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly observe: StepContext['observe'];
  /** The first interrupt: stop after the step at hand, resumable. */
  readonly stop: AbortSignal;
  /** The second interrupt: abandon the step at hand. */
  readonly abandon: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** What the screen and the lines on stderr show while a plan runs. */
export type RunEvent =
  | { readonly type: 'transition'; readonly step: PlannedStep; readonly event: JournalEvent }
  | { readonly type: 'progress'; readonly step: PlannedStep; readonly message: string };

export interface RunResult {
  readonly state: RunState;
  /** True when it stopped before its end, interrupted or still waiting: the same journal goes on from there. */
  readonly interrupted: boolean;
  readonly failure?: JournalEvent;
}

/**
 * Runs a plan, or goes on with one, writing every transition to the journal before the next act. A failed step or a
 * verification that does not hold turns the run round: what was begun of its part of the plan is undone, the last first.
 */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const progress = new RunProgress(options.plan, options.events, options.rollBack);
  let failure: JournalEvent | undefined;
  for (let next = progress.next(); next.move !== 'end'; next = progress.next()) {
    if (options.stop.aborted) return { state: progress.state, interrupted: true, ...(failure && { failure }) };
    const act = { run: runStep, verify: verifyStep, 'roll-back': rollBackStep }[next.move];
    for await (const event of act(next.step, options)) {
      progress.note(event);
      if (FAILURES.has(event.transition)) failure ??= event;
      if (event.transition === 'waiting') return { state: progress.state, interrupted: true, failure: event };
    }
  }
  return { state: progress.state, interrupted: false, ...(failure && { failure }) };
}

const FAILURES: ReadonlySet<Transition> = new Set(['refused', 'failed', 'rollback-failed']);

async function* runStep(step: PlannedStep, options: RunOptions): AsyncGenerator<JournalEvent> {
  try {
    // A step that was begun before a crash has moved the world itself: only a fresh one is held against the plan.
    const fresh = !options.events.some((event) => event.step === step.id);
    if (fresh && step.precheck) await mustHold(step.precheck, options);
  } catch (error) {
    const message = `something else than the plan was made for: ${messageOf(error)}`;
    yield await record(step, 'refused', options, { message });
    return;
  }
  yield await record(step, 'started', options);
  try {
    yield await record(step, 'done', options, { message: await handle(step, step, options) });
  } catch (error) {
    if (options.abandon.aborted) throw options.abandon.reason;
    const transition = error instanceof StillWaiting ? 'waiting' : 'failed';
    yield await record(step, transition, options, saidBy(error));
  }
}

async function* verifyStep(step: PlannedStep, options: RunOptions): AsyncGenerator<JournalEvent> {
  try {
    const message = step.verify ? await mustHold(step.verify, options) : '';
    yield await record(step, 'verified', options, { message });
  } catch (error) {
    if (options.abandon.aborted) throw options.abandon.reason;
    yield await record(step, 'failed', options, saidBy(error));
  }
}

async function* rollBackStep(step: PlannedStep, options: RunOptions): AsyncGenerator<JournalEvent> {
  yield await record(step, 'rolling-back', options, options.rollBack ? { whole: true } : {});
  try {
    const message = step.rollback ? await handle(step, step.rollback, options) : 'nothing to undo';
    yield await record(step, 'rolled-back', options, { message });
  } catch (error) {
    if (options.abandon.aborted) throw options.abandon.reason;
    yield await record(step, 'rollback-failed', options, saidBy(error));
  }
}

async function handle(
  planned: PlannedStep,
  step: PlannedStep['rollback'] & object,
  options: RunOptions,
): Promise<string> {
  const handler = options.handlers.get(step.kind);
  if (!handler) throw new Error(`no handler for steps of kind ${step.kind}`);
  return handler.run(step, {
    signal: options.abandon,
    run: options.plan.id,
    progress: (message) => options.onEvent({ type: 'progress', step: planned, message }),
    observe: options.observe,
  });
}

/** @returns what was found. @throws Error with everything that does not hold, or could not be read */
async function mustHold({ requests, expect }: Condition, { observe }: RunOptions): Promise<string> {
  const inventory = await observe(requests);
  const judgements = expect.map((expectation) => judge(expectation, inventory));
  const wrong = judgements.filter(({ state }) => state !== 'met');
  if (wrong.length > 0)
    throw new Error(
      wrong.map(({ state, message }) => (state === 'unknown' ? `unknown: ${message}` : message)).join('; '),
    );
  return judgements.map(({ message }) => message).join('; ');
}

async function record(
  step: PlannedStep,
  transition: Transition,
  options: RunOptions,
  { message, hints = [], whole }: Pick<JournalEvent, 'message' | 'hints' | 'whole'> = {},
): Promise<JournalEvent> {
  const event: JournalEvent = {
    step: step.id,
    transition,
    at: new Date(options.clock.now()).toISOString(),
    ...(message && { message }),
    ...(hints.length > 0 && { hints }),
    ...(whole && { whole }),
  };
  await options.store.appendJournal(options.plan.id, JSON.stringify(event));
  options.onEvent({ type: 'transition', step, event });
  return event;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function saidBy(error: unknown): Pick<JournalEvent, 'message' | 'hints'> {
  return { message: messageOf(error), hints: error instanceof StepFailure ? error.hints : [] };
}
