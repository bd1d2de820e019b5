import { Args, type Interfaces } from '@oclif/core';
import { observe } from '../../app/observe.ts';
import { applyPlan, continueRun, handlersFor, isOver } from '../../app/renew-apply.ts';
import { findRun, pastRuns } from '../../app/renew-journals.ts';
import { nothingNamed, type PlanOptions, planRenewal, readWords, whatIsDue } from '../../app/renew-plan.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import type { Plan } from '../../core/model/plan.ts';
import { DEFAULT_POLICY } from '../../core/model/policy.ts';
import { parseDurationFlag } from '../../core/parse/duration.ts';
import { viewPlan } from '../../core/view/plan.ts';
import { viewHistory, viewRun } from '../../core/view/renewal-run.ts';
import type { Report } from '../../core/view/section.ts';
import { printReport } from '../print.ts';
import { ReadingCommand } from '../reading-command.ts';
import type { ReadingFlags } from '../reading-flags.ts';
import { confirm, question, rollbackQuestion } from '../renew/confirm.ts';
import { dryRunOnServer } from '../renew/dry-run.ts';
import { RENEW_FLAGS } from '../renew/flags.ts';
import { follow } from '../renew/outcome.ts';
import { refuseWithoutRights } from '../renew/rights.ts';
import { renewalScope } from '../renew/scope.ts';
import { openSession, type Session } from '../session.ts';

export default class Renew extends ReadingCommand {
  static override summary = 'plan, confirm, apply, verify; every run can be resumed and rolled back';
  static override description =
    'Renews certificates on the node that it runs on: makes a plan, asks, copies away what it touches, renews, restarts what still holds the old certificates and nothing else, and proves by handshake that the new ones are served; when that cannot be proven, it puts everything back. A TARGET is a name that kubeadm uses (apiserver, etcd-server, admin.conf, ...), a ref as layers -o name prints it, KIND/NAME, or all. Needs no API server. What is left alone is listed with what to do instead.';
  static override examples = [
    {
      description: 'What would be done to everything on this node:',
      command: '<%= config.bin %> renew all --dry-run=client',
    },
    {
      description: 'What ends within a month, without asking:',
      command: '<%= config.bin %> renew --expiring-within 30d --yes',
    },
    { description: 'One certificate:', command: '<%= config.bin %> renew apiserver' },
    { description: 'Go on with a run that was interrupted:', command: '<%= config.bin %> renew --resume last' },
    {
      description: 'Put everything back as it was before the newest run:',
      command: '<%= config.bin %> renew --rollback last',
    },
  ];
  static override args = {
    target: Args.string({ ignoreStdin: true, multiple: true, description: 'what to renew' }),
  };
  static override flags = RENEW_FLAGS;

  async run(): Promise<number> {
    const flags = await this.#flags();
    if (flags.history) return this.#history(flags);
    if (flags.resume !== undefined) return this.#resume(flags, flags.resume);
    if (flags.rollback !== undefined) return this.#rollBack(flags, flags.rollback);
    const words = readWords(flags.words);
    const within = flags['expiring-within'];
    const refresh = flags['refresh-kubeconfig'] ?? [];
    const options = {
      words,
      refresh,
      policy: DEFAULT_POLICY,
      random: crypto.randomUUID().slice(0, 4),
      ...(within !== undefined && { within: parseDurationFlag(within, '--expiring-within') }),
    };
    const session = await this.#open(flags);
    const opened = await session.read();
    this.context.terminal.err(session.age(opened));
    const full: PlanOptions = {
      ...options,
      targets: session.targets,
      pkiDir: session.scope.pkiDir.replace(/(?<=.)\/+$/, ''),
    };
    if (flags.words.length === 0 && within === undefined && refresh.length === 0) {
      this.#print(viewPlan(whatIsDue(opened, full)), flags, 'err');
      throw nothingNamed();
    }
    const plan = planRenewal(opened, full);
    const onlyPlans = flags.from !== undefined || flags.at !== undefined || flags.demo || flags.incident !== undefined;
    if (onlyPlans || flags['dry-run'] !== undefined) return this.#dryRun(plan, flags, session);
    return this.#apply(plan, flags, session);
  }

  async #dryRun(plan: Plan, flags: RenewFlags, session: Session): Promise<number> {
    this.#print(viewPlan(plan), flags, 'out');
    if (flags['dry-run'] === 'server') {
      const workshop = await this.context.openWorkshop(flags['state-dir']);
      const { terminal, signal } = this.context;
      const handlers = handlersFor({ ports: session.ports, workshop });
      await dryRunOnServer(plan, { handlers, terminal, signal, observe: this.#observer(session) });
    }
    return EXIT.ok;
  }

  async #apply(plan: Plan, flags: RenewFlags, session: Session): Promise<number> {
    const { context } = this;
    this.#print(viewPlan(plan), flags, 'err');
    if (plan.steps.length === 0) return this.#nothingToDo(plan, flags);
    const workshop = await context.openWorkshop(flags['state-dir']);
    await refuseWithoutRights(plan, { files: session.ports.files, workshop, argv: this.argv });
    if (!(await confirm(context.terminal, { yes: flags.yes, what: question(plan) }))) return this.#declined();
    const { ports } = session;
    const act = (options: Parameters<typeof applyPlan>[1]) => applyPlan(plan, options);
    return follow({
      context,
      plan,
      ports,
      workshop,
      observe: this.#observer(session),
      output: flags.output,
      aim: 'done',
      act,
    });
  }

  /** What was named and is left alone is a failure; that nothing is due is none. */
  #nothingToDo({ skipped }: Plan, flags: RenewFlags): number {
    const within = flags['expiring-within'];
    this.context.terminal.err(
      within === undefined ? 'nothing can be renewed here\n' : `nothing to renew ends within ${within}\n`,
    );
    return within === undefined && skipped.length > 0 ? EXIT.failed : EXIT.ok;
  }

  #declined(): number {
    this.context.terminal.err('nothing has been changed\n');
    return EXIT.failed;
  }

  async #history(flags: RenewFlags): Promise<number> {
    const { store } = await this.context.openWorkshop(flags['state-dir']);
    this.#print(viewHistory(await pastRuns(store)), flags, 'out');
    return EXIT.ok;
  }

  async #resume(flags: RenewFlags, id: string): Promise<number> {
    const workshop = await this.context.openWorkshop(flags['state-dir']);
    const journal = await findRun(workshop.store, id);
    if (isOver(journal.plan, journal.events, false)) {
      this.#print(viewRun(journal.plan, journal.events), flags, 'out');
      this.context.terminal.err(`run ${journal.plan.id} has ended: there is nothing to resume\n`);
      return EXIT.ok;
    }
    const session = await this.#open(flags);
    const { plan } = journal;
    const act = (options: Parameters<typeof continueRun>[1]) => continueRun(journal, options);
    return follow({ ...this.#common(flags, session), workshop, plan, aim: 'done', act });
  }

  async #rollBack(flags: RenewFlags, id: string): Promise<number> {
    const { context } = this;
    const workshop = await context.openWorkshop(flags['state-dir']);
    const journal = await findRun(workshop.store, id);
    const { plan } = journal;
    if (isOver(plan, journal.events, true)) {
      context.terminal.err(`run ${plan.id} has nothing to go back through\n`);
      return EXIT.ok;
    }
    const what = rollbackQuestion(plan, context.clock.now());
    if (!(await confirm(context.terminal, { yes: flags.yes, what }))) return this.#declined();
    const session = await this.#open(flags);
    const act = (options: Parameters<typeof continueRun>[1]) => continueRun(journal, { ...options, rollBack: true });
    return follow({ ...this.#common(flags, session), workshop, plan, aim: 'rolled-back', act });
  }

  #common(flags: RenewFlags, session: Session) {
    return { context: this.context, ports: session.ports, observe: this.#observer(session), output: flags.output };
  }

  #observer({ ports, scope, timeout }: Session) {
    const { signal } = new AbortController();
    const options = { ports, scope, timeout, signal, tool: { name: this.config.name, version: this.config.version } };
    return (requests: Parameters<typeof observe>[1]) => observe(options, requests);
  }

  #open(flags: RenewFlags): Promise<Session> {
    const words = readWords(flags.words);
    return openSession({
      context: this.context,
      flags,
      targets: words.targets,
      quiet: false,
      tool: { name: this.config.name, version: this.config.version },
      adapt: (scope, ports) =>
        renewalScope(scope, ports, {
          words,
          allNamespaces: flags['all-namespaces'],
          fromSnapshot: flags.from !== undefined,
          refresh: flags['refresh-kubeconfig'] ?? [],
        }),
    });
  }

  #print(report: Report, flags: RenewFlags, stream: 'out' | 'err'): void {
    const { terminal } = this.context;
    const output = stream === 'out' ? flags.output : 'table';
    const { out, err } = printReport(report, { output, 'no-headers': false }, terminal);
    terminal[stream](out);
    terminal.err(err);
  }

  /** @throws UserError (64) for what does not go together */
  async #flags(): Promise<RenewFlags> {
    const { args, flags } = await this.parse(Renew);
    const words = [args.target ?? []].flat();
    const other = (['resume', 'rollback', 'history'] as const).find((name) => flags[name]);
    if (other !== undefined && words.length > 0)
      throw new UserError(`--${other} takes no TARGET: the run has its own plan`, { exitCode: EXIT.usage });
    if (other !== undefined && (flags.demo || flags.incident !== undefined || flags.from !== undefined))
      throw new UserError(`--${other} has nothing there: only runs on a real machine are kept`, {
        exitCode: EXIT.usage,
      });
    return { ...flags, words };
  }
}

type RenewFlags = ReadingFlags & Interfaces.InferredFlags<typeof RENEW_FLAGS> & { readonly words: readonly string[] };
