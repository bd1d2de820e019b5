import type { JournalEvent, Plan, PlannedStep, Transition } from '../model/plan.ts';

/** Where a step of a run stands: the last thing that the journal says of it. */
export type StepState = 'pending' | Transition;

/** Where a whole run stands. `failed`: what failed was undone, and what other parts of the plan had done stays. */
export type RunState = 'running' | 'done' | 'rolling-back' | 'rolled-back' | 'failed' | 'stuck';

/** What is to be done next. `stuck`: a way back failed, a person must look. */
export type Move =
  | { readonly move: 'run' | 'verify' | 'roll-back'; readonly step: PlannedStep }
  | { readonly move: 'end'; readonly state: 'done' | 'rolled-back' | 'failed' | 'stuck' };

export class RunProgress {
  readonly #plan: Plan;
  readonly #states: Map<string, StepState>;
  /** Set by a failed step, or by a person who asks for the way back. */
  #backwards: boolean;
  /** A person asked for the way back of everything. */
  #whole: boolean;
  readonly #failed = new Set<string>();

  /** @param events of the journal, in order; `rollBack` turns a run round that had ended well */
  constructor(plan: Plan, events: readonly JournalEvent[], rollBack = false) {
    this.#plan = plan;
    this.#states = new Map(plan.steps.map(({ id }) => [id, 'pending']));
    this.#backwards = rollBack;
    this.#whole = rollBack;
    for (const event of events) this.note(event);
    if (rollBack) this.#tryAgain();
  }

  /** A way back that failed may be gone again once a person has removed what stood in it. */
  #tryAgain(): void {
    for (const [step, state] of this.#states) if (state === 'rollback-failed') this.#states.set(step, 'failed');
  }

  note({ step, transition, whole }: Pick<JournalEvent, 'step' | 'transition' | 'whole'>): void {
    this.#states.set(step, transition);
    if (TURNS_ROUND.has(transition)) this.#backwards = true;
    if (FAILED.has(transition)) this.#failed.add(step);
    if (whole) this.#whole = true;
  }

  stateOf(step: string): StepState {
    return this.#states.get(step) ?? 'pending';
  }

  get state(): RunState {
    const next = this.next();
    if (next.move === 'end') return next.state;
    return this.#backwards ? 'rolling-back' : 'running';
  }

  /** Forwards in the plan's order; after a failure backwards through what was begun of the part that failed. */
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
    const undone = this.#undoneParts();
    const kept = ({ part }: PlannedStep) => undone !== 'all' && !undone.has(part);
    const begun = this.#plan.steps.filter(({ id }) => !NOTHING_TO_UNDO.has(this.stateOf(id)));
    const next = begun.findLast((step) => !kept(step) && !(undone !== 'all' && this.#failedForGood(step)));
    if (next) return { move: 'roll-back', step: next };
    return { move: 'end', state: begun.length > 0 ? 'failed' : 'rolled-back' };
  }

  /** It failed and there is no way back from it. */
  #failedForGood({ id, rollback }: PlannedStep): boolean {
    return rollback === null && this.stateOf(id) === 'failed';
  }

  /** The parts of failed steps, with whatever depends on them. */
  #undoneParts(): ReadonlySet<string | undefined> | 'all' {
    if (this.#whole || this.#failed.size === 0) return 'all';
    const { steps } = this.#plan;
    const partOf = new Map(steps.map(({ id, part }) => [id, part]));
    const parts = new Set([...this.#failed].map((id) => partOf.get(id)));
    for (let before = 0; before !== parts.size; ) {
      before = parts.size;
      for (const { part, after = [] } of steps) if (after.some((id) => parts.has(partOf.get(id)))) parts.add(part);
    }
    return parts;
  }
}

const FAILED: ReadonlySet<Transition> = new Set(['refused', 'failed']);

const TURNS_ROUND: ReadonlySet<Transition> = new Set([
  'refused',
  'failed',
  'rolling-back',
  'rolled-back',
  'rollback-failed',
]);
const NOTHING_TO_UNDO: ReadonlySet<StepState> = new Set(['pending', 'refused', 'rolled-back']);
