import type { Opened } from '../../app/open-inventory.ts';
import type { Applied } from '../../app/renew-apply.ts';
import type { JournalEvent, Plan } from '../../core/model/plan.ts';
import type { RunEvent } from '../../io/apply/run.ts';
import type { Clock } from '../../io/ports/clock.ts';
import type { Context, Interrupts } from '../../io/ports/context.ts';
import { openPlan } from '../ui/renew/plan-screen.ts';
import { noteEvent, type RenewalProgress, watchRun } from '../ui/renew/progress.ts';
import { openRun } from '../ui/renew/run-screen.ts';
import { showScreens } from '../ui/show.tsx';
import { type Where, whereOf } from '../ui/status.ts';
import type { Store } from '../ui/store.ts';

export interface PlanOnScreen {
  readonly context: Context;
  readonly plan: Plan;
  readonly opened: Opened;
  readonly question: string;
}

/** Shows a plan until a person runs it or leaves it. @returns whether it is to run */
export function askOnScreen({ context, plan, opened, question }: PlanOnScreen): Promise<boolean> {
  const now = context.clock.now();
  return showScreens<boolean>({
    context,
    ui: {
      world: { status: { command: 'renew', ...whereOf(opened), readAt: now }, now },
      stack: [openPlan(plan, question)],
    },
    perform: (effect, { end }) => {
      if (effect.do === 'interrupt') context.interrupt();
      else end(effect.do === 'apply');
    },
  });
}

export interface RunOnScreen {
  readonly context: Context;
  readonly plan: Plan;
  /** What the journal said before. */
  readonly events: readonly JournalEvent[];
  readonly interrupts: Interrupts;
  readonly where: Where;
  readonly run: (onEvent: (event: RunEvent) => void) => Promise<Applied>;
}

/** Shows a run until it ends. @throws what the run throws */
export function runOnScreen({ context, plan, events, interrupts, where, run }: RunOnScreen): Promise<Applied> {
  const { clock } = context;
  const now = clock.now();
  const renewal = watchRun(plan, events, now);
  const status = { command: 'renew', ...where, readAt: Date.parse(plan.snapshotTakenAt) };
  return showScreens<Applied>({
    context,
    ui: { world: { status, now, renewal }, stack: [openRun()] },
    perform: (effect) => {
      if (effect.do === 'interrupt') context.interrupt();
    },
    begin: ({ store, end, fail }) => tellStore(store, { clock, interrupts, run }).then(end, fail),
  });
}

/** Runs a plan and tells the store whatever happens to it. The store's world has the renewal already. @throws what the run throws */
export function tellStore(
  store: Store,
  { clock, interrupts, run }: { clock: Clock } & Pick<RunOnScreen, 'interrupts' | 'run'>,
): Promise<Applied> {
  const change = (to: (watched: RenewalProgress) => RenewalProgress) => {
    const { renewal } = store.get().world;
    if (renewal) store.dispatch({ type: 'learn', world: { renewal: to(renewal), now: clock.now() } });
  };
  interrupts.stop.addEventListener('abort', () => change((watched) => ({ ...watched, stopping: true })));
  return run((event) => change((watched) => noteEvent(watched, event, clock.now())));
}
