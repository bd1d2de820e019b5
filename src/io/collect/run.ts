import type { CoverageState } from '../../core/model/coverage.ts';
import { UserError } from '../../core/model/error.ts';
import type { Observation } from '../../core/model/observation.ts';
import { PortFailure } from '../ports/failure.ts';
import type { Ports } from '../ports/ports.ts';
import { Deadline, DeadlinePassed } from './deadline.ts';
import { Reading } from './reading.ts';
import type { Scope } from './scope.ts';
import type { CollectContext, Source } from './source.ts';

export interface CollectOptions {
  readonly sources: readonly Source[];
  readonly ports: Ports;
  readonly scope: Scope;
  /** Milliseconds that each wait for an answer may take; 0: no limit. */
  readonly timeout: number;
  /** The user's interrupt. */
  readonly signal: AbortSignal;
  /** Ends what is still being read, and keeps what came of it: nobody needs the rest any more. */
  readonly enough?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly ended: number;
  readonly total: number;
  /** Titles of the sources that are still being read. */
  readonly waitingFor: readonly string[];
  /** What just ended, so that a screen can show it at once. */
  readonly observations: readonly Observation[];
}

/**
 * Asks every source in scope, in parallel, each under its own deadline. A source's failure is an observation, never
 * an exception. Observations come back in the catalogue's order, whatever answered first.
 * @throws the signal's reason when the user interrupts; UserError when what was named on the command line is no
 *   certificate
 */
export async function collect(options: CollectOptions): Promise<Observation[]> {
  const sources = options.sources.filter((source) => source.inScope(options.scope));
  const waiting = new Set<SourceRun>();
  const runs = new Map<string, SourceRun>();
  const tell = (observations: readonly Observation[]) =>
    options.onProgress?.({
      ended: sources.length - waiting.size,
      total: sources.length,
      waitingFor: [...waiting].map(({ doing }) => doing),
      observations,
    });
  for (const source of sources) {
    const run = new SourceRun(source, options, runs, () => tell([]));
    waiting.add(run);
    runs.set(source.id, run);
    void run.start().then((observations) => {
      waiting.delete(run);
      tell(observations);
    });
  }
  const all = await Promise.all([...runs.values()].map((run) => run.done));
  options.signal.throwIfAborted();
  for (const { refusal } of runs.values()) if (refusal) throw refusal;
  return all.flat();
}

/** Milliseconds between two words of progress: a person reads no faster. */
const TELL_EVERY = 200;

/** One source's run. `runs` holds those before it in the catalogue, the only ones it may wait for. */
class SourceRun {
  readonly #source: Source;
  readonly #options: CollectOptions;
  readonly #runs: ReadonlyMap<string, SourceRun>;
  readonly #deadline: Deadline;
  readonly #readings: Reading[] = [];
  readonly done: Promise<readonly Observation[]>;
  readonly #resolve: (observations: readonly Observation[]) => void;
  readonly #onAdvance: () => void;
  /** What it is about at the moment: its title, and how far it has come. */
  doing: string;
  #toldAt = 0;

  constructor(source: Source, options: CollectOptions, runs: ReadonlyMap<string, SourceRun>, onAdvance: () => void) {
    this.doing = source.title;
    this.#onAdvance = onAdvance;
    this.#source = source;
    this.#options = options;
    this.#runs = runs;
    this.#deadline = new Deadline(options.timeout, performance.now());
    const { promise, resolve } = Promise.withResolvers<readonly Observation[]>();
    this.done = promise;
    this.#resolve = resolve;
  }

  /** What was asked for cannot be read at all: the user's mistake, not the cluster's state. */
  refusal: UserError | undefined;

  get lastAnswer(): number {
    return this.#deadline.lastAnswer;
  }

  /** Never rejects. */
  async start(): Promise<readonly Observation[]> {
    const { signal: interrupt, enough } = this.#options;
    const signal = AbortSignal.any([this.#deadline.signal, interrupt, ...(enough ? [enough] : [])]);
    try {
      signal.throwIfAborted();
      await Promise.race([this.#source.collect(this.#context(signal)), aborted(signal)]);
      for (const reading of this.#readings) reading.complete();
    } catch (error) {
      this.#fail(signal.aborted ? signal.reason : error);
    }
    this.#deadline.stop();
    const observations = this.#readings.map((reading) => reading.observation());
    this.#resolve(observations);
    return observations;
  }

  #context(signal: AbortSignal): CollectContext {
    return {
      ports: this.#options.ports,
      scope: this.#options.scope,
      signal,
      begin: (start) => this.#begin(start),
      from: (id) => this.#from(id),
      answered: () => this.#deadline.answered(),
      advanced: (done, of) => this.#advance(done, of),
    };
  }

  #advance(done: number, of: number): void {
    this.doing = `${this.#source.title} (${done} of ${of})`;
    const now = performance.now();
    if (now - this.#toldAt < TELL_EVERY) return;
    this.#toldAt = now;
    this.#onAdvance();
  }

  #begin(start: { command: string; unknown: string }): Reading {
    const at = new Date(this.#options.ports.clock.now()).toISOString();
    const reading = new Reading({ source: this.#source.id, layer: this.#source.layer, at, ...start });
    this.#readings.push(reading);
    return reading;
  }

  async #from(id: string): Promise<readonly Observation[]> {
    const run = this.#runs.get(id);
    if (!run) return [];
    this.#deadline.pause();
    const observations = await run.done;
    this.#deadline.resume(run.lastAnswer);
    return observations;
  }

  #fail(error: unknown): void {
    if (error instanceof UserError) this.refusal = error;
    if (this.#readings.every(({ ended }) => ended)) this.#begin(this.#source);
    const { state, reason } = judgeFailure(error);
    for (const reading of this.#readings) {
      if (!reading.ended) reading.end(reading.empty ? state : 'partial', reason);
    }
  }
}

/** One turn later: a source that ends with the signal may still say what it saw, and what it waited for. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => setImmediate(() => reject(signal.reason)), { once: true }),
  );
}

/** Why a source was given up: what it would say changes nothing any more. */
export class NotNeeded extends Error {
  constructor() {
    super('no longer waited for: the verdict was in');
    this.name = 'NotNeeded';
  }
}

/** What a failure means for coverage. Anything that is no PortFailure is our own fault and is said as such. */
export function judgeFailure(error: unknown): {
  state: Exclude<CoverageState, 'complete' | 'not-applicable'>;
  reason: string;
} {
  if (error instanceof PortFailure) return { state: error.state, reason: error.message };
  if (error instanceof DeadlinePassed || error instanceof NotNeeded)
    return { state: 'timed-out', reason: error.message };
  return {
    state: 'partial',
    reason: `internal error while reading: ${error instanceof Error ? error.message : String(error)}`,
  };
}
