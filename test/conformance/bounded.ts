import { Worker } from 'node:worker_threads';
import type { Case } from './cases.ts';
import type { Result } from './judge.ts';

/** Judges one case after the other in a thread of its own; one that takes longer than `limit` (ms) is ended and skipped. */
export class BoundedJudge {
  readonly #limit: number;
  readonly #script: URL;
  #worker: Worker | undefined;

  constructor(limit: number, script = new URL('worker.ts', import.meta.url)) {
    this.#limit = limit;
    this.#script = script;
  }

  /** Never rejects: a hang and a crash are results too. `now` is in ms. */
  async judge(one: Case, now: number): Promise<Result> {
    this.#worker ??= new Worker(this.#script);
    const worker = this.#worker;
    const { promise, resolve } = Promise.withResolvers<Result>();
    const skip = (context: string) => {
      this.#worker = undefined;
      resolve({ id: one.id, actual_result: 'SKIPPED', context });
    };
    const fail = (error: Error) => skip(`crash: ${error.message}`);
    const timer = setTimeout(() => skip(`hang: no answer within ${this.#limit} ms`), this.#limit);
    worker.once('message', resolve).once('error', fail);
    worker.postMessage({ one, now });
    const result = await promise;
    clearTimeout(timer);
    worker.off('message', resolve).off('error', fail);
    if (this.#worker !== worker) await worker.terminate();
    return result;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
