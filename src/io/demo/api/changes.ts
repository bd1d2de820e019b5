import type { WatchEvent, WatchRequest } from '../../ports/kube-api.ts';
import type { Resource } from './resources.ts';
import type { StoredObject } from './stored-object.ts';

/** What happened to an object, in the order of resource versions. */
export interface Change {
  readonly type: Exclude<WatchEvent['type'], 'RESTARTED'>;
  readonly version: number;
  readonly resource: Resource;
  readonly object: StoredObject;
}

/** Everything that changed since the start, and whoever waits for more. */
export class Changes {
  readonly #log: Change[] = [];
  #more = Promise.withResolvers<void>();

  record(change: Change): void {
    this.#log.push(change);
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  /** Changes later than the version, then those to come, until the signal aborts. @throws its reason */
  async *after(version: number, signal: WatchRequest['signal']): AsyncGenerator<Change> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    aborted.catch(() => {});
    try {
      for (let next = 0; ; next++) {
        while (next >= this.#log.length) await Promise.race([this.#more.promise, aborted]);
        signal.throwIfAborted();
        const change = this.#log[next]!;
        if (change.version > version) yield change;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
