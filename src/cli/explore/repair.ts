import { observe } from '../../app/observe.ts';
import type { Opened } from '../../app/open-inventory.ts';
import { type Applied, applyPlan } from '../../app/renew-apply.ts';
import { planRenewal, readWords } from '../../app/renew-plan.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import type { Plan } from '../../core/model/plan.ts';
import { DEFAULT_POLICY } from '../../core/model/policy.ts';
import { parseTarget } from '../../core/parse/target.ts';
import type { Context, Interrupts } from '../../io/ports/context.ts';
import { question } from '../renew/confirm.ts';
import { tellStore } from '../renew/on-screen.ts';
import { explainEnd, type OutcomeOptions, printOutcome } from '../renew/outcome.ts';
import { refuseWithoutRights } from '../renew/rights.ts';
import type { Session } from '../session.ts';
import { openPlan } from '../ui/renew/plan-screen.ts';
import { watchRun } from '../ui/renew/progress.ts';
import { openRun } from '../ui/renew/run-screen.ts';
import type { Store } from '../ui/store.ts';

export interface RepairOptions {
  readonly context: Context;
  readonly session: Session;
  readonly tool: { readonly name: string; readonly version: string };
  /** A snapshot and another moment are not the world that could be changed. */
  readonly onlyPlans: boolean;
}

interface DoneRun {
  readonly plan: Plan;
  readonly passing: boolean;
  readonly result: Applied | { readonly error: unknown };
}

/** Plans and runs renewals from within the screens, and prints what became of them once the screens are left. */
export class Repairs {
  readonly #options: RepairOptions;
  readonly #done: DoneRun[] = [];
  #interrupts: Interrupts | undefined;
  #running = false;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** Whether a plan runs right now: it is stopped by interrupts, not by leaving. */
  get running(): boolean {
    return this.#running;
  }

  /** Ctrl-C: stops a run after its step, leaves the screens otherwise. @param leave where a run took the interrupts */
  interrupt(leave: () => void): void {
    if (this.#running || !this.#interrupts) this.#options.context.interrupt();
    else leave();
  }

  /** Shows the plan for what stands at a ref, or says why there is none. */
  showPlan(store: Store, opened: Opened, target: string): void {
    const text = (why: string) => `no plan renews it: ${why}`;
    try {
      const plan = planFor(opened, target, this.#options.session.scope.pkiDir);
      if (plan.steps.length > 0) store.dispatch({ type: 'open', screen: openPlan(plan, question(plan)) });
      else store.dispatch({ type: 'flash', text: text(whyNot(plan)) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      store.dispatch({ type: 'flash', text: text(messageOf(error)) });
    }
  }

  /** Runs a plan that a person has said yes to. */
  async run(store: Store, plan: Plan): Promise<void> {
    const { context, session, tool, onlyPlans } = this.#options;
    if (onlyPlans)
      return store.dispatch({ type: 'flash', text: 'only planned: what is looked at is not the world as it is now' });
    const { ports, scope, timeout } = session;
    try {
      const workshop = ports.workshop ?? (await context.openWorkshop());
      await refuseWithoutRights(plan, { files: ports.files, workshop, argv: renewedBy(plan) });
      this.#running = true;
      this.#interrupts ??= context.takeInterrupts();
      const interrupts = this.#interrupts;
      const { signal } = new AbortController();
      store.dispatch({ type: 'learn', world: { renewal: watchRun(plan, [], context.clock.now()) } });
      store.dispatch({ type: 'open', screen: openRun() });
      const result = await tellStore(store, {
        clock: context.clock,
        interrupts,
        run: (onEvent) =>
          applyPlan(plan, {
            ports,
            workshop,
            interrupts,
            onEvent,
            observe: (requests) => observe({ ports, scope, timeout, signal, tool }, requests),
          }),
      }).catch((error: unknown) => ({ error: explainEnd(error, plan, interrupts) }));
      this.#done.push({ plan, passing: workshop.passing === true, result });
      tellOutcome(store, result);
    } catch (error) {
      store.dispatch({ type: 'flash', text: messageOf(error) });
    } finally {
      this.#running = false;
    }
  }

  /** Prints each run, as `renew` does. @returns the exit code of the last that did not end well @throws what a run ended with */
  print(options: Pick<OutcomeOptions, 'terminal'>): number {
    let exitCode: number = EXIT.ok;
    for (const { plan, passing, result } of this.#done) {
      if ('error' in result) throw result.error;
      exitCode = printOutcome(plan, result, { ...options, output: 'table', aim: 'done', passing }) || exitCode;
    }
    return exitCode;
  }
}

function planFor(opened: Opened, target: string, pkiDir: string): Plan {
  const parsed = parseTarget(target, {
    pathExists: /^(file|kubeconfig):/.test(target),
    namespace: 'default',
    namespaceGiven: false,
  });
  return planRenewal(opened, {
    words: readWords([]),
    targets: [parsed],
    policy: DEFAULT_POLICY,
    pkiDir: pkiDir.replace(/(?<=.)\/+$/, ''),
    refresh: [],
    random: crypto.randomUUID().slice(0, 4),
  });
}

/** What a person would type after `renew` for the same. */
function renewedBy({ steps }: Plan): string[] {
  return [...new Set(steps.flatMap(({ precheck, target }) => (precheck ? [target] : [])))];
}

function whyNot({ skipped }: Plan): string {
  return skipped.map(({ reason }) => reason).join('; ') || 'nothing that it could renew stands there';
}

function tellOutcome(store: Store, result: DoneRun['result']): void {
  const { renewal } = store.get().world;
  const outcome =
    'error' in result ? messageOf(result.error) : `the run is over: ${result.state}. q leaves and prints it.`;
  if (renewal) store.dispatch({ type: 'learn', world: { renewal: { ...renewal, outcome } } });
}

function messageOf(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return error instanceof UserError ? [message, ...error.hints].join('; ') : message;
}
