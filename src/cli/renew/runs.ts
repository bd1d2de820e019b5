import { type ApplyOptions, continueRun, isOver } from '../../app/renew-apply.ts';
import { findRun, pastRuns } from '../../app/renew-journals.ts';
import { EXIT } from '../../core/model/error.ts';
import { RunProgress } from '../../core/plan/progress.ts';
import { viewHistory, viewRun } from '../../core/view/renewal-run.ts';
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
  const { plan, events } = await findRun(workshop.store, id);
  if (isOver(plan, events, false)) {
    const { state } = new RunProgress(plan, events);
    printAs(job, viewRun(plan, events), 'out');
    context.terminal.err(`run ${plan.id} has ended (${state}): there is nothing to resume\n`);
    return state === 'done' ? EXIT.ok : EXIT.failed;
  }
  const session = await openRenewal(job);
  return follow({
    context,
    plan,
    events,
    where: drawsScreens(job) ? await whereToLook(session, context.clock) : undefined,
    workshop,
    ports: session.ports,
    observe: observerOf(session, job),
    output: flags.output,
    aim: 'done',
    act: (options) => continueRun({ plan, events }, options),
  });
}

/** `--rollback ID` */
export async function rollBackRun(job: RenewJob, id: string): Promise<number> {
  const { context, flags } = job;
  const workshop = await context.openWorkshop(flags['state-dir']);
  const { plan, events } = await findRun(workshop.store, id);
  if (isOver(plan, events, true)) {
    printAs(job, viewRun(plan, events), 'out');
    context.terminal.err(`run ${plan.id} has nothing to go back through\n`);
    return EXIT.ok;
  }
  const what = rollbackQuestion(plan, context.clock.now());
  if (!(await confirm(context.terminal, { yes: flags.yes, what }))) return declined(context.terminal);
  const session = await openRenewal(job);
  return follow({
    context,
    plan,
    events,
    where: drawsScreens(job) ? await whereToLook(session, context.clock) : undefined,
    workshop,
    ports: session.ports,
    observe: observerOf(session, job),
    output: flags.output,
    aim: 'rolled-back',
    act: (options: ApplyOptions) => continueRun({ plan, events }, { ...options, rollBack: true }),
  });
}
