import { type Applied, type ApplyOptions, resumeLine } from '../../app/renew-apply.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import type { JournalEvent, Plan, Transition } from '../../core/model/plan.ts';
import { viewRun } from '../../core/view/renewal-run.ts';
import { clean } from '../../core/view/text.ts';
import type { Context, Interrupts } from '../../io/ports/context.ts';
import { PortFailure } from '../../io/ports/failure.ts';
import type { Terminal } from '../../io/ports/terminal.ts';
import { printReport } from '../print.ts';
import type { Where } from '../ui/status.ts';
import { runLines } from './lines.ts';

export interface FollowOptions extends Omit<ApplyOptions, 'onEvent' | 'interrupts'> {
  readonly context: Context;
  readonly plan: Plan;
  /** What its journal says already. */
  readonly events?: readonly JournalEvent[];
  /** What the screen says it looks at; undefined: the run is told in lines. */
  readonly where?: Where | undefined;
  readonly output: string;
  /** What is meant to be reached. */
  readonly aim: 'done' | 'rolled-back';
  readonly act: (options: ApplyOptions) => Promise<Applied>;
}

/**
 * Runs or goes on with a plan under interrupts of its own, draws it or tells it line by line, prints what became of it.
 * @returns the exit code @throws UserError
 */
export async function follow(options: FollowOptions): Promise<number> {
  const { context, plan, events = [], where, output, aim, act, ...rest } = options;
  const { terminal } = context;
  const interrupts = context.takeInterrupts();
  interrupts.stop.addEventListener('abort', () =>
    terminal.err(`stopping after this step (interrupt again to abandon it); resume with: ${resumeLine(plan.id)}\n`),
  );
  try {
    const run = (onEvent: ApplyOptions['onEvent']) => act({ ...rest, interrupts, onEvent });
    const applied = where
      ? await (await import('./on-screen.ts')).runOnScreen({ context, plan, events, interrupts, where, run })
      : await run(runLines(terminal, plan));
    // A screen takes its hints with it, and only the summary of a failed run of a real machine has them.
    if (where && (applied.state !== 'failed' || rest.workshop.passing)) terminal.err(hintsOf(applied));
    return printOutcome(plan, applied, { terminal, output, aim, passing: rest.workshop.passing === true });
  } catch (error) {
    throw explainEnd(error, plan, interrupts);
  }
}

export interface OutcomeOptions {
  readonly terminal: Terminal;
  readonly output: string;
  readonly aim: FollowOptions['aim'];
  /** The workshop was the demo's. */
  readonly passing: boolean;
}

/** Prints what became of a run. @returns the exit code */
export function printOutcome(plan: Plan, applied: Applied, { terminal, output, aim, passing }: OutcomeOptions): number {
  const report = printReport(viewRun(plan, applied.events), { output, 'no-headers': false }, terminal);
  terminal.out(report.out);
  terminal.err(passing ? passingSummary(applied) : summary(plan, applied, aim));
  if (applied.interrupted) return isWaiting(applied) ? EXIT.failed : EXIT.interrupted;
  return applied.state === aim ? EXIT.ok : EXIT.failed;
}

/** What a person is told of a run that ended by an error: how it goes on. */
export function explainEnd(error: unknown, { id }: Plan, { abandon }: Interrupts): unknown {
  if (abandon.aborted) {
    return new UserError(`interrupted in the middle of a step of run ${id}`, {
      exitCode: EXIT.interrupted,
      hints: [`resume with: ${resumeLine(id)}`, `or go back: kubectl certs renew --rollback ${id}`],
    });
  }
  if (!(error instanceof PortFailure)) return error;
  return new UserError(`run ${id} was stopped, for its journal cannot be written: ${error.message}`, {
    exitCode: EXIT.failed,
    hints: ['free some space there', `then resume with: ${resumeLine(id)}`],
    cause: error,
  });
}

function hintsOf({ failure }: Applied): string {
  return (failure?.hints ?? []).map((hint) => `  ${clean(hint)}\n`).join('');
}

function isWaiting({ failure }: Applied): boolean {
  return failure?.transition === 'waiting';
}

/** What the demo has changed is gone when it ends. */
function passingSummary({ state, failure }: Applied): string {
  const why = failure?.message === undefined ? '' : `: ${clean(failure.message)}`;
  return state === 'done'
    ? 'the demo is done; nothing real was changed\n'
    : `error: the demo's run ended ${state}${why}\n`;
}

function summary(plan: Plan, applied: Applied, aim: FollowOptions['aim']): string {
  const { id } = plan;
  const { state, interrupted, failure } = applied;
  const why = failure?.message === undefined ? '' : `: ${clean(failure.message)}`;
  if (isWaiting(applied)) return `error: run ${id} has stopped waiting${why}\n  go on with: ${resumeLine(id)}\n`;
  if (interrupted) return `run ${id} was stopped; resume with: ${resumeLine(id)}\n`;
  if (state === 'done') return `run ${id} is done; to go back: kubectl certs renew --rollback ${id}\n`;
  if (state === 'failed') return failedSummary(plan, applied);
  if (state === 'stuck') return stuckSummary(plan, applied);
  if (aim === 'rolled-back') return `run ${id} was rolled back\n`;
  return `error: run ${id} failed and was rolled back${why}\n${stopHere(plan)}`;
}

/** What stands in the way back is what a person has to see to; what had turned the run round comes second. */
function stuckSummary(plan: Plan, { events, failure }: Applied): string {
  const blocked = events.findLast(({ transition }) => transition === 'rollback-failed');
  const first = failure?.transition === 'rollback-failed' ? undefined : failure?.message;
  return [
    `error: run ${plan.id} could not go back${blocked?.message === undefined ? '' : `: ${clean(blocked.message)}`}`,
    ...(blocked?.hints ?? []).map((hint) => `  ${clean(hint)}`),
    ...(first === undefined ? [] : [`  it had failed before: ${clean(first)}`]),
    `  see to the cause, then: kubectl certs renew --rollback ${plan.id}`,
    stopHere(plan),
  ].join('\n');
}

/** One control-plane node at a time: what failed here would fail there, and two that are ill are one too many. */
function stopHere({ skipped }: Plan): string {
  const others = skipped.map(({ target }) => target).filter((target) => /^node\/|^other control-plane/.test(target));
  return others.length === 0 ? '' : `  leave ${clean(others.join(', '))} as they are until this is settled\n`;
}

/** Something failed and was undone, or cannot be; what other parts of the plan had done and proven stays. */
function failedSummary(plan: Plan, { events, ...applied }: Applied): string {
  const failure = applied.failure ?? events.findLast(({ transition }) => FAILED.has(transition));
  const { id, steps } = plan;
  const last = new Map(events.map(({ step, transition }) => [step, transition]));
  const kept = steps.filter((step) => last.get(step.id) === 'verified' && step.precheck);
  const unbegun = steps.filter((step) => !last.has(step.id));
  const what = steps.find((step) => step.id === failure?.step)?.title ?? '';
  return [
    `error: run ${id} failed at: ${clean(what)}${failure?.message === undefined ? '' : `: ${clean(failure.message)}`}`,
    ...(failure?.hints ?? []).map((hint) => `  ${clean(hint)}`),
    ...(kept.length > 0 ? [`  renewed and verified, and kept: ${clean(targetsOf(kept))}`] : []),
    ...(unbegun.length > 0 ? [`  not begun: ${clean(targetsOf(unbegun))}`] : []),
    `  to go back through all of it: kubectl certs renew --rollback ${id}`,
    stopHere(plan),
  ].join('\n');
}

const FAILED: ReadonlySet<Transition> = new Set(['failed', 'refused']);

function targetsOf(steps: Plan['steps']): string {
  return [...new Set(steps.map(({ target }) => target))].join(', ');
}
