import type { JournalEvent, Plan, PlannedStep, Transition } from '../model/plan.ts';

/** Where a step of a run stands: the last thing that the journal says of it. */
export type StepState = 'pending' | Transition;

/** Where a whole run stands. */
export type RunState = 'running' | 'done' | 'rolling-back' | 'rolled-back' | 'stuck';

/** What is to be done next. `stuck`: a way back failed, a person must look. */
export type Move =
  | { readonly move: 'run' | 'verify' | 'roll-back'; readonly step: PlannedStep }
  | { readonly move: 'end'; readonly state: 'done' | 'rolled-back' | 'stuck' };

export class RunProgress {
  readonly #plan: Plan;
  readonly #states: Map<string, StepState>;
  /** Set by a failed step, or by a person who asks for the way back. */
  #backwards: boolean;

  /** @param events of the journal, in order; `rollBack` turns a run round that had ended well */
  constructor(plan: Plan, events: readonly JournalEvent[], rollBack = false) {
    this.#plan = plan;
    this.#states = new Map(plan.steps.map(({ id }) => [id, 'pending']));
    this.#backwards = rollBack;
    for (const event of events) this.note(event);
    if (rollBack) this.#tryAgain();
  }

  /** A way back that failed may be gone again once a person has removed what stood in it. */
  #tryAgain(): void {
    for (const [step, state] of this.#states) if (state === 'rollback-failed') this.#states.set(step, 'failed');
  }

  note({ step, transition }: Pick<JournalEvent, 'step' | 'transition'>): void {
    this.#states.set(step, transition);
    if (TURNS_ROUND.has(transition)) this.#backwards = true;
  }

  stateOf(step: string): StepState {
    return this.#states.get(step) ?? 'pending';
  }

  get state(): RunState {
    const next = this.next();
    if (next.move === 'end') return next.state;
    return this.#backwards ? 'rolling-back' : 'running';
  }

  /** Forwards in the plan's order; after a failure backwards through everything that was begun. */
  next(): Move {
    return this.#backwards ? this.#nextBackwards() : this.#nextForwards();
  }

  #nextForwards(): Move {
    for (const step of this.#plan.steps) {
      const state = this.stateOf(step.id);
      if (state === 'verified') continue;
      return { move: state === 'done' ? 'verify' : 'run', step };
    }
    return { move: 'end', state: 'done' };
  }

  #nextBackwards(): Move {
    if ([...this.#states.values()].includes('rollback-failed')) return { move: 'end', state: 'stuck' };
    for (const step of this.#plan.steps.toReversed()) {
      const state = this.stateOf(step.id);
      if (!NOTHING_TO_UNDO.has(state)) return { move: 'roll-back', step };
    }
    return { move: 'end', state: 'rolled-back' };
  }
}

const TURNS_ROUND: ReadonlySet<Transition> = new Set([
  'refused',
  'failed',
  'rolling-back',
  'rolled-back',
  'rollback-failed',
]);
const NOTHING_TO_UNDO: ReadonlySet<StepState> = new Set(['pending', 'refused', 'rolled-back']);
