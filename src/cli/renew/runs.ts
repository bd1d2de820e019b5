import { continueRun, isOver } from '../../app/renew-apply.ts';
import { findRun, pastRuns } from '../../app/renew-journals.ts';
import { EXIT } from '../../core/model/error.ts';
import type { Journal } from '../../core/plan/journal.ts';
import { RunProgress } from '../../core/plan/progress.ts';
import { viewHistory, viewRun } from '../../core/view/renewal-run.ts';
import type { Workshop } from '../../io/ports/workshop.ts';
import { whereToLook } from '../ui/status.ts';
import { confirm, declined, rollbackQuestion } from './confirm.ts';
import { drawsScreens, observerOf, openRenewal, printAs, type RenewJob } from './job.ts';
import { follow } from './outcome.ts';

/** `--history` */
export async function listRuns(job: RenewJob): Promise<number> {
  const { store } = await job.context.openWorkshop(job.flags['state-dir']);
  printAs(job, viewHistory(await pastRuns(store)), 'out');
  return EXIT.ok;
}

/** `--resume ID`: its plan was confirmed when it began. */
export async function resumeRun(job: RenewJob, id: string): Promise<number> {
  const { context, flags } = job;
  const workshop = await context.openWorkshop(flags['state-dir']);
  const run = await findRun(workshop.store, id);
  const { plan, events } = run;
  if (isOver(plan, events, false)) {
    const { state } = new RunProgress(plan, events);
    printAs(job, viewRun(plan, events), 'out');
    context.terminal.err(`run ${plan.id} has ended (${state}): there is nothing to resume\n`);
    return state === 'done' ? EXIT.ok : EXIT.failed;
  }
  return goOn(job, workshop, run, 'done');
}

/** `--rollback ID` */
export async function rollBackRun(job: RenewJob, id: string): Promise<number> {
  const { context, flags } = job;
  const workshop = await context.openWorkshop(flags['state-dir']);
  const run = await findRun(workshop.store, id);
  const { plan, events } = run;
  if (isOver(plan, events, true)) {
    printAs(job, viewRun(plan, events), 'out');
    context.terminal.err(`run ${plan.id} has nothing to go back through\n`);
    return EXIT.ok;
  }
  const what = rollbackQuestion(plan, context.clock.now());
  if (!(await confirm(context.terminal, { yes: flags.yes, what }))) return declined(context.terminal);
  return goOn(job, workshop, run, 'rolled-back');
}

/** Goes on with a run that stands in the journal, to one of its ends, and tells of it. */
async function goOn(job: RenewJob, workshop: Workshop, run: Journal, aim: 'done' | 'rolled-back'): Promise<number> {
  const { context, flags } = job;
  const session = await openRenewal(job);
  return follow({
    context,
    plan: run.plan,
    events: run.events,
    where: drawsScreens(job) ? await whereToLook(session, context.clock) : undefined,
    workshop,
    ports: session.ports,
    observe: observerOf(session, job),
    output: flags.output,
    aim,
    act: (options) => continueRun(run, { ...options, rollBack: aim === 'rolled-back' }),
  });
}
