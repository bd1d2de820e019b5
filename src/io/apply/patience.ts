import { humanDuration } from '../../core/view/time.ts';
import type { Clock } from '../ports/clock.ts';
import { PortFailure } from '../ports/failure.ts';
import { type StepContext, StillWaiting } from './handler.ts';

export interface PatienceOptions {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly patience: number;
  readonly context: StepContext;
}

/**
 * Waits for what goes on without us, as long as our patience lasts and the other side answers: then the step is left as
 * it is, for the same run to go on with it.
 * @throws StillWaiting with what was last waited for; the signal's reason; what `act` throws
 */
export async function patiently<T>(
  { clock, patience, context }: PatienceOptions,
  act: (context: StepContext) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const over = new AbortController();
  let last = 'nothing was heard of it';
  const progress = (message: string) => {
    last = message;
    context.progress(message);
  };
  clock.sleep(patience, over.signal).then(
    () => limit.abort(new StillWaiting(`not done within ${humanDuration(patience)}: ${last}`)),
    () => {},
  );
  try {
    return await act({ ...context, progress, signal: AbortSignal.any([context.signal, limit.signal]) });
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof PortFailure && (error.state === 'unreachable' || error.state === 'timed-out'))
      throw new StillWaiting(error.message, error);
    throw error;
  } finally {
    over.abort();
  }
}
