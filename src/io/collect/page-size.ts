import { at, recordOf } from '../../core/parse/kube/json.ts';

/** Characters of data that a page should not exceed. */
const TARGET = 32 << 20;
const FIRST = 100;
/** An object is at most a megabyte: even a page of such stays below the longest string that JSON can be parsed from. */
const LARGEST = 250;
const SMALLEST = 10;

/** The size of the next page of Secrets or ConfigMaps, which may be huge, from the average of the last one's. */
export class PageSize {
  #next = FIRST;

  get next(): number {
    return this.#next;
  }

  learn(objects: readonly unknown[]): void {
    if (objects.length === 0) return;
    const average = objects.reduce<number>((sum, object) => sum + dataLength(object), 0) / objects.length;
    const fitting = Math.floor(TARGET / Math.max(average, 1));
    this.#next = Math.min(LARGEST, this.#next * 2, Math.max(SMALLEST, fitting));
  }
}

function dataLength(object: unknown): number {
  const values = [at(object, 'data'), at(object, 'binaryData')].flatMap((data) => Object.values(recordOf(data)));
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}
