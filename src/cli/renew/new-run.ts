import type { Opened } from '../../app/open-inventory.ts';
import { applyPlan, handlersFor } from '../../app/renew-apply.ts';
import { nothingNamed, type PlanOptions, planRenewal, readWords, whatIsDue } from '../../app/renew-plan.ts';
import { EXIT } from '../../core/model/error.ts';
import type { Plan } from '../../core/model/plan.ts';
import { DEFAULT_POLICY } from '../../core/model/policy.ts';
import { parseDurationFlag } from '../../core/parse/duration.ts';
import type { RestartWay } from '../../core/plan/plan-maker.ts';
import { viewPlan } from '../../core/view/plan.ts';
import type { Workshop } from '../../io/ports/workshop.ts';
import type { Session } from '../session.ts';
import { whereOf } from '../ui/status.ts';
import { confirm, declined, question } from './confirm.ts';
import { dryRunOnServer } from './dry-run.ts';
import type { RenewFlags } from './flags.ts';
import { drawsScreens, isForPeople, observerOf, openRenewal, printAs, type RenewJob } from './job.ts';
import { follow } from './outcome.ts';
import { refuseWithoutRights } from './rights.ts';

/** Plans what was asked for; prints the plan, or asks and applies it. @throws UserError */
export async function planAndApply(job: RenewJob): Promise<number> {
  const { context, flags } = job;
  const within = flags['expiring-within'];
  const time = within === undefined ? {} : { within: parseDurationFlag(within, '--expiring-within') };
  const session = await openRenewal(job);
  const opened = await session.read();
  context.terminal.err(session.age(opened));
  const options = { ...optionsOf(flags, session), ...time };
  if (namesNothing(flags)) {
    printAs(job, viewPlan(whatIsDue(opened, options)), 'err');
    throw nothingNamed();
  }
  const plan = planRenewal(opened, options);
  return onlyPlans(flags) ? dryRun(plan, job, session) : apply(plan, job, session, opened);
}

function optionsOf(flags: RenewFlags, { targets, scope }: Session): PlanOptions {
  return {
    words: readWords(flags.words),
    targets,
    policy: DEFAULT_POLICY,
    pkiDir: scope.pkiDir.replace(/(?<=.)\/+$/, ''),
    refresh: flags['refresh-kubeconfig'] ?? [],
    ...(flags['restart-with'] !== undefined && { restartWith: flags['restart-with'] as RestartWay }),
    random: crypto.randomUUID().slice(0, 4),
  };
}

function namesNothing(flags: RenewFlags): boolean {
  const { words, 'expiring-within': within, 'refresh-kubeconfig': refresh = [] } = flags;
  return words.length === 0 && within === undefined && refresh.length === 0;
}

/** A snapshot and another moment are not the world that could be changed. */
function onlyPlans({ from, at, 'dry-run': dry }: RenewFlags): boolean {
  return [from, at, dry].some((value) => value !== undefined);
}

async function dryRun(plan: Plan, job: RenewJob, session: Session): Promise<number> {
  const { context, flags } = job;
  printAs(job, viewPlan(plan), 'out');
  if (flags['dry-run'] === 'server') {
    const workshop = await workshopOf(session, job);
    const handlers = handlersFor({ ports: session.ports, workshop });
    const { terminal, signal } = context;
    await dryRunOnServer(plan, { handlers, terminal, signal, observe: observerOf(session, job) });
  }
  return EXIT.ok;
}

async function apply(plan: Plan, job: RenewJob, session: Session, opened: Opened): Promise<number> {
  const { context, flags, argv } = job;
  const { ports } = session;
  const onScreen = drawsScreens(job) && plan.steps.length > 0;
  if (!onScreen || flags.yes) printAs(job, viewPlan(plan), 'err');
  if (plan.steps.length === 0) return nothingToDo(plan, job);
  const workshop = await workshopOf(session, job);
  await refuseWithoutRights(plan, { files: ports.files, workshop, argv });
  if (!(await agreed(plan, job, opened))) return declined(context.terminal);
  return follow({
    context,
    plan,
    where: onScreen ? whereOf(opened) : undefined,
    workshop,
    ports,
    observe: observerOf(session, job),
    output: flags.output,
    aim: 'done',
    act: (options) => applyPlan(plan, options),
  });
}

/** Whether a person said yes: on the plan's own screen, or to a question below its table. */
async function agreed(plan: Plan, job: RenewJob, opened: Opened): Promise<boolean> {
  const { context, flags } = job;
  const what = question(plan);
  if (flags.yes || !drawsScreens(job)) return confirm(context.terminal, { yes: flags.yes, what });
  const { askOnScreen } = await import('./on-screen.ts');
  return askOnScreen({ context, plan, opened, question: what });
}

/** The demo has one of its own. */
async function workshopOf({ ports }: Session, { context, flags }: RenewJob): Promise<Workshop> {
  return ports.workshop ?? (await context.openWorkshop(flags['state-dir']));
}

/** What was named and is left alone is a failure; that nothing is due is none. */
function nothingToDo(plan: Plan, job: RenewJob): number {
  const { context, flags } = job;
  if (!isForPeople(flags)) printAs(job, viewPlan(plan), 'out');
  const within = flags['expiring-within'];
  const what = within === undefined ? 'nothing can be renewed here' : `nothing to renew ends within ${within}`;
  context.terminal.err(`${what}\n`);
  return within === undefined && plan.skipped.length > 0 ? EXIT.failed : EXIT.ok;
}
