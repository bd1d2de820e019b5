import type { Clock } from '../ports/clock.ts';
import type { StepContext } from './handler.ts';

/** Milliseconds between two looks. */
const EVERY = 500;
/** Looks between two words about what is waited for. */
const SAY_EVERY = 20;

export interface WaitOptions extends Pick<StepContext, 'signal' | 'progress'> {
  /** Looks, half a second apart. */
  readonly polls: number;
  readonly waitingFor: string;
}

/** Looks until it is so; false when it has not become so. @throws the signal's reason */
export async function untilTrue(
  clock: Clock,
  isSo: () => Promise<boolean>,
  { polls, waitingFor, signal, progress }: WaitOptions,
): Promise<boolean> {
  for (let poll = 0; poll < polls; poll++) {
    signal.throwIfAborted();
    if (await isSo()) return true;
    if (poll % SAY_EVERY === 0) progress(`waiting for ${waitingFor}`);
    await clock.sleep(EVERY, signal);
  }
  return false;
}
