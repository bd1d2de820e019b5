import { EXIT, UserError } from '../core/model/error.ts';
import type { JournalEvent, Plan } from '../core/model/plan.ts';
import { RunProgress } from '../core/plan/progress.ts';
import type { StepContext, StepHandler } from '../io/apply/handler.ts';
import { createHandlers } from '../io/apply/handlers.ts';
import { type RunEvent, type RunResult, runPlan } from '../io/apply/run.ts';
import type { Interrupts } from '../io/ports/context.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Ports } from '../io/ports/ports.ts';
import type { Workshop } from '../io/ports/workshop.ts';
import { unfinishedRun } from './renew-journals.ts';

export interface ApplyOptions {
  readonly ports: Ports;
  readonly workshop: Workshop;
  readonly observe: StepContext['observe'];
  readonly interrupts: Interrupts;
  readonly onEvent: (event: RunEvent) => void;
}

export interface Applied extends RunResult {
  /** Everything that the journal says. */
  readonly events: readonly JournalEvent[];
}

/** Runs a new plan under its lock. @throws UserError (exit 1) when another run is under way or unfinished */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<Applied> {
  const { store } = options.workshop;
  return locked(plan, options, async () => {
    const unfinished = await unfinishedRun(store, plan);
    if (unfinished) throw refuseBeside(unfinished.id);
    await store.startJournal(plan.id, JSON.stringify(plan));
    return run(plan, [], options);
  });
}

/** Goes on with a run, or back through it. @throws UserError (exit 1) when it is under way */
export async function continueRun(
  { plan, events }: { plan: Plan; events: readonly JournalEvent[] },
  options: ApplyOptions & { readonly rollBack?: boolean },
): Promise<Applied> {
  return locked(plan, options, () => run(plan, events, options));
}

/** Whether anything is left to do. */
export function isOver(plan: Plan, events: readonly JournalEvent[], rollBack: boolean): boolean {
  return new RunProgress(plan, events, rollBack).next().move === 'end';
}

/** The handlers that a plan's steps run by. */
export function handlersFor({
  ports,
  workshop,
}: Pick<ApplyOptions, 'ports' | 'workshop'>): ReadonlyMap<string, StepHandler> {
  return createHandlers({ ...ports, changes: workshop.changes, stateDir: workshop.store.directory });
}

async function run(
  plan: Plan,
  events: readonly JournalEvent[],
  options: ApplyOptions & { readonly rollBack?: boolean },
): Promise<Applied> {
  const { ports, workshop, interrupts, observe, onEvent, rollBack = false } = options;
  const all = [...events];
  const result = await runPlan({
    plan,
    events,
    rollBack,
    handlers: handlersFor(options),
    store: workshop.store,
    clock: ports.clock,
    observe,
    ...interrupts,
    onEvent: (event) => {
      if (event.type === 'transition') all.push(event.event);
      onEvent(event);
    },
  });
  return { ...result, events: all };
}

async function locked<T>(plan: Plan, { workshop, ports }: ApplyOptions, act: () => Promise<T>): Promise<T> {
  const { store, pid } = workshop;
  const key = `${plan.subject.kind}-${plan.subject.name}`;
  const since = new Date(ports.clock.now()).toISOString();
  try {
    const holder = await store.lock(key, { pid, run: plan.id, since });
    if (holder) throw refuseUnderWay(holder);
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    throw new UserError(`nothing has been changed: the state folder cannot be written: ${error.message}`, {
      exitCode: EXIT.failed,
      hints: ['free some space or name another folder with --state-dir'],
      cause: error,
    });
  }
  try {
    return await act();
  } finally {
    // The run has its result; a lock that stays behind is taken over, for its process has ended.
    await store.unlock(key).catch(() => {});
  }
}

function refuseUnderWay({ pid, run: id, since }: { pid: number; run: string; since: string }): UserError {
  return new UserError(`a run is under way: process ${pid}, since ${since} (run ${id})`, {
    exitCode: EXIT.failed,
    hints: [`wait for it; should it have been stopped, resume with: ${resumeLine(id)}`],
  });
}

function refuseBeside(id: string): UserError {
  return new UserError(`run ${id} of the same target has begun and not ended`, {
    exitCode: EXIT.failed,
    hints: [`resume with: ${resumeLine(id)}`, `or go back: kubectl certs renew --rollback ${id}`],
  });
}

export function resumeLine(id: string): string {
  return `kubectl certs renew --resume ${id}`;
}
