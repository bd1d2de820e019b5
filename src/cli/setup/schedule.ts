import { observe } from '../../app/observe.ts';
import { applyPlan } from '../../app/renew-apply.ts';
import { filesOfForms, planSchedule, type Survey, surveyMachine } from '../../app/setup/schedule.ts';
import { EXIT } from '../../core/model/error.ts';
import type { Plan } from '../../core/model/plan.ts';
import type { ScheduleForm } from '../../core/plan/setup/schedule-options.ts';
import { viewPlan } from '../../core/view/plan.ts';
import type { Report } from '../../core/view/section.ts';
import { setupText, viewSetupFiles } from '../../core/view/setup-files.ts';
import { clean } from '../../core/view/text.ts';
import type { Context } from '../../io/ports/context.ts';
import type { Workshop } from '../../io/ports/workshop.ts';
import { printReport } from '../print.ts';
import { confirm, declined } from '../renew/confirm.ts';
import { follow } from '../renew/outcome.ts';
import { openSession, type Session } from '../session.ts';
import type { ScheduleFlags } from './flags.ts';
import { scheduleNotes } from './schedule-notes.ts';
import { refuseElsewhere, refuseUnsafe } from './schedule-refusal.ts';
import { scheduleWish } from './schedule-wish.ts';

export interface ScheduleJob {
  readonly context: Context;
  readonly flags: ScheduleFlags;
  readonly tool: { readonly name: string; readonly version: string };
}

/** Prints the schedule, or installs or removes it. @returns the exit code @throws UserError */
export async function setUpSchedule(job: ScheduleJob): Promise<number> {
  const { context, flags, tool } = job;
  refuseElsewhere(flags);
  const wish = scheduleWish(flags);
  const session = await openSession({ context, flags, targets: [], quiet: true, tool });
  const { ports, scope, timeout } = session;
  const workshop = ports.workshop ?? (await context.openWorkshop(flags['state-dir']));
  const { program } = workshop;
  const survey = await surveyMachine(wish, { ports, scope, timeout, tool, program, signal: context.signal });
  for (const note of scheduleNotes(survey, flags)) context.terminal.err(`${clean(note)}\n`);
  const changes = flags.apply || flags.remove || flags['dry-run'] !== undefined;
  return changes ? install(job, { survey, session, workshop }) : print(job, survey);
}

function print({ context, flags }: ScheduleJob, { options }: Survey): number {
  const forms = filesOfForms(options, flags.form as ScheduleForm | undefined);
  if (flags.output === 'text') context.terminal.out(setupText(forms));
  else printDocument(context, viewSetupFiles('schedule', forms), flags.output);
  return EXIT.ok;
}

interface Installation {
  readonly survey: Survey;
  readonly session: Session;
  readonly workshop: Workshop;
}

async function install(job: ScheduleJob, { survey, session, workshop }: Installation): Promise<number> {
  const { context, flags, tool } = job;
  const { ports, scope, timeout } = session;
  const form = flags.remove ? 'none' : ((flags.form ?? 'systemd') as ScheduleForm);
  const random = crypto.randomUUID().slice(0, 4);
  const plan = planSchedule(survey, { form, random, now: ports.clock.now() });
  const dry = flags['dry-run'] !== undefined;
  if (dry) printDocument(context, viewPlan(plan), tableOr(flags.output));
  if (plan.steps.length === 0) return nothingToDo(job, form);
  if (dry) return EXIT.ok;
  refuseUnsafe(survey, workshop, form);
  context.terminal.err(printReport(viewPlan(plan), TABLE, context.terminal).out);
  if (!(await confirm(context.terminal, { yes: flags.yes, what: question(plan, form) })))
    return declined(context.terminal);
  const { signal } = new AbortController();
  return follow({
    context,
    plan,
    workshop,
    ports,
    observe: (requests) => observe({ ports, scope, timeout, signal, tool }, requests),
    output: tableOr(flags.output),
    aim: 'done',
    act: (options) => applyPlan(plan, options),
  });
}

const TABLE = { output: 'table', 'no-headers': false };

/** A plan and a run have no text of their own. */
function tableOr(output: string): string {
  return output === 'text' ? 'table' : output;
}

function printDocument({ terminal }: Context, report: Report, output: string): void {
  terminal.out(printReport(report, { ...TABLE, output }, terminal).out);
}

function nothingToDo({ context }: ScheduleJob, form: ScheduleForm | 'none'): number {
  const what = form === 'none' ? 'no schedule is installed' : 'the schedule is installed as asked for';
  context.terminal.err(`${what}: nothing to do\n`);
  return EXIT.ok;
}

function question({ subject }: Plan, form: ScheduleForm | 'none'): string {
  const where = `${subject.kind} ${subject.name}`;
  return form === 'none'
    ? `remove the schedule of ${where}: nobody renews its certificates then`
    : `install this schedule on ${where}: it renews without asking and restarts what holds old certificates`;
}
