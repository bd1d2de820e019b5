/** Waits for a promise no longer than the signal lasts. @throws the signal's reason */
export async function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * One piece of work that several callers wait for, each no longer than its own signal. When the last of them has
 * gone, the work itself is aborted, and the next caller starts anew; so it does after a failure.
 */
export class Shared<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #running: { readonly promise: Promise<T>; readonly abort: AbortController; waiting: number } | undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    this.#running ??= this.#start();
    const running = this.#running;
    running.waiting++;
    try {
      return await within(signal, running.promise);
    } catch (error) {
      if (!signal.aborted || running.waiting === 1) this.#forget(running);
      throw error;
    } finally {
      running.waiting--;
      if (running.waiting === 0) running.abort.abort();
    }
  }

  /** The next caller starts anew. */
  reset(): void {
    this.#running = undefined;
  }

  #start() {
    const abort = new AbortController();
    return { promise: this.#work(abort.signal), abort, waiting: 0 };
  }

  #forget(running: object): void {
    if (this.#running === running) this.#running = undefined;
  }
}
