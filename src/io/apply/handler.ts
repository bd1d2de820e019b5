import type { ObservationRequest } from '../../core/model/observation.ts';
import type { Step } from '../../core/model/step.ts';
import type { Inventory } from '../../core/snapshot/inventory.ts';

/** What a handler works with. */
export interface StepContext {
  /** The second interrupt: abandon the step now. */
  readonly signal: AbortSignal;
  /** Id of the run, which names its backup. */
  readonly run: string;
  /** Said while the step goes on: what it is waiting for. */
  progress(message: string): void;
  /** Reads the world again. */
  observe(requests: readonly ObservationRequest[]): Promise<Inventory>;
}

/**
 * Carries out one kind of step, forwards or back. Handlers are safe to repeat: a run that was killed in the middle of
 * a step runs it again from its start.
 */
export interface StepHandler {
  readonly kind: string;
  /** @returns what was done, for the journal. @throws StepFailure */
  run(step: Step, context: StepContext): Promise<string>;
  /** Has the API server judge the step without doing it; absent where the step is no write to the API. @throws StepFailure */
  dryRun?(step: Step, context: StepContext): Promise<string>;
}

/** Why a step could not be done; its message goes to the journal and to the person. */
export class StepFailure extends Error {
  readonly hints: readonly string[];

  constructor(message: string, hints: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StepFailure';
    this.hints = hints;
  }
}

/**
 * What the step waits for goes on without us: nothing failed, and nothing is to be undone. The run stops, and the same
 * run goes on from there.
 */
export class StillWaiting extends StepFailure {
  constructor(message: string, cause?: unknown) {
    super(message, [], cause);
    this.name = 'StillWaiting';
  }
}
