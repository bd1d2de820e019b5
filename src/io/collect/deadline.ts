/**
 * The deadline of one source: `timeout` milliseconds after its last answer. A source that keeps answering goes on;
 * one that waited for another starts with what that one left.
 */
export class Deadline {
  readonly #timeout: number;
  readonly #abort: AbortController;
  #lastAnswer: number;
  #timer: NodeJS.Timeout | undefined;
  /** How many other sources it waits for. */
  #waits = 0;

  /** @param timeout milliseconds, 0 for none. @param startedAt monotonic milliseconds (performance.now). */
  constructor(timeout: number, startedAt: number) {
    this.#timeout = timeout;
    this.#abort = new AbortController();
    this.#lastAnswer = startedAt;
    this.#arm();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get lastAnswer(): number {
    return this.#lastAnswer;
  }

  answered(at: number = performance.now()): void {
    this.#lastAnswer = Math.max(this.#lastAnswer, at);
    this.#arm();
  }

  /** No timer is armed while a source waits for others; each pause has its resume. */
  pause(): void {
    this.#waits++;
    clearTimeout(this.#timer);
  }

  /** Goes on after a wait for a source whose last answer came at `lastAnswer`. */
  resume(lastAnswer: number): void {
    this.#waits--;
    this.answered(lastAnswer);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#timeout === 0 || this.#waits > 0 || this.#abort.signal.aborted) return;
    const left = this.#lastAnswer + this.#timeout - performance.now();
    this.#timer = setTimeout(() => this.#abort.abort(new DeadlinePassed(this.#timeout)), Math.max(0, left));
  }
}

/** The reason of an abort by deadline. */
export class DeadlinePassed extends Error {
  constructor(timeout: number) {
    super(`no answer within ${timeout / 1000}s (--request-timeout)`);
    this.name = 'DeadlinePassed';
  }
}
