import assert from 'node:assert/strict';
import { type StepContext, StillWaiting } from '../../../src/io/apply/handler.ts';
import { patiently } from '../../../src/io/apply/patience.ts';
import type { Clock } from '../../../src/io/ports/clock.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';

/** A clock that stands until it is told that the time has come. */
class StoppedClock implements Clock {
  #strike: () => void = () => {};
  slept: number | undefined;
  ended = false;

  now(): number {
    return 0;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept = ms;
    return new Promise((resolve, reject) => {
      this.#strike = resolve;
      signal?.addEventListener('abort', () => {
        this.ended = true;
        reject(signal.reason);
      });
    });
  }

  strike(): void {
    this.#strike();
  }
}

describe('patience with what goes on without us', () => {
  const abandon = () => new AbortController();

  function wait<T>(act: (context: StepContext, clock: StoppedClock) => Promise<T>, signal = abandon().signal) {
    const clock = new StoppedClock();
    const said: string[] = [];
    const context: StepContext = {
      signal,
      run: 'r',
      progress: (message) => void said.push(message),
      observe: () => Promise.reject(new Error('nobody observes')),
    };
    const result = patiently({ clock, patience: 600_000, context }, (inner) => act(inner, clock));
    return { result, clock, said };
  }
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('gives what came of it, and stops counting', async () => {
    const { result, clock } = wait(async () => 'done');
    assert.equal(await result, 'done');
    assert.deepEqual([clock.slept, clock.ended], [600_000, true]);
  });

  it('ends with what was last waited for, and passes every word on', async () => {
    const { result, said } = wait((context, clock) => {
      context.progress('Order x is pending');
      context.progress('Challenge is pending');
      clock.strike();
      return untilAborted(context.signal);
    });
    await assert.rejects(
      result,
      (error: unknown) =>
        error instanceof StillWaiting && error.message === 'not done within 10m: Challenge is pending',
    );
    assert.deepEqual(said, ['Order x is pending', 'Challenge is pending']);
  });

  it('says that nothing was heard where nothing was', async () => {
    const { result } = wait((context, clock) => {
      clock.strike();
      return untilAborted(context.signal);
    });
    await assert.rejects(result, /nothing was heard of it$/);
  });

  for (const state of ['unreachable', 'timed-out'] as const) {
    it(`takes a server that is ${state} for a wait that may go on, not for a failure`, async () => {
      const { result } = wait(() => Promise.reject(new PortFailure(state, 'connection refused')));
      await assert.rejects(
        result,
        (error: unknown) => error instanceof StillWaiting && error.message === 'connection refused',
      );
    });
  }

  for (const failure of [new PortFailure('denied', 'forbidden'), new Error('a fault of ours')]) {
    it(`lets through: ${failure.message}`, async () => {
      const { result } = wait(() => Promise.reject(failure));
      await assert.rejects(result, (error: unknown) => error === failure);
    });
  }

  it('ends at the second interrupt with its reason, whatever else goes wrong at that', async () => {
    const abort = abandon();
    const { result } = wait((context) => {
      abort.abort(new Error('abandoned'));
      assert.equal(context.signal.aborted, true);
      return Promise.reject(new PortFailure('timed-out', 'cut off'));
    }, abort.signal);
    await assert.rejects(result, /^Error: abandoned$/);
  });
});
