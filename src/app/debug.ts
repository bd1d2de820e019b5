import { type Diagnosed, diagnose } from '../core/diagnose/diagnose.ts';
import { requestKey } from '../core/diagnose/requests.ts';
import type { Diagnosis, Symptom, Verdict } from '../core/model/diagnosis.ts';
import { EXIT, UserError } from '../core/model/error.ts';
import type { Observation, ObservationRequest } from '../core/model/observation.ts';
import type { Policy } from '../core/model/policy.ts';
import { takeInventory } from '../core/snapshot/inventory.ts';
import { type CollectOptions, collect, NotNeeded } from '../io/collect/run.ts';
import { SOURCES } from '../io/collect/sources.ts';
import { observeOne } from './observe.ts';
import type { Opened } from './open-inventory.ts';
import { foldSnapshot, refuseNothing } from './take-snapshot.ts';

/** One look at what is known so far: what the live screen draws. */
export interface Round {
  readonly diagnosis: Diagnosis;
  readonly opened: Opened;
  /** Titles of what is still being read. */
  readonly waitingFor: readonly string[];
  /** Requests that this look made. */
  readonly asking: readonly ObservationRequest[];
  /** Nothing more will come. */
  readonly final: boolean;
}

export interface DebugOptions extends Omit<CollectOptions, 'sources' | 'enough' | 'onProgress'> {
  readonly tool: { readonly name: string; readonly version: string };
  readonly symptom: Symptom;
  readonly policy: Policy;
  /** `--at`; both ms since the epoch. */
  readonly at?: ((now: number) => number) | undefined;
  readonly onRound?: ((round: Round) => void) | undefined;
  /** Titles of what is still being read, as it changes. */
  readonly onProgress?: CollectOptions['onProgress'];
}

/** Milliseconds after which a verdict that is sure is not kept back for sources that hang. */
const FIRST_ANSWER = 2000;
/** Milliseconds between looks while sources answer; a look itself may take its part of that. */
const BETWEEN = 500;
/** Ticks in which nothing ended: a machine under load ticks more slowly, too. */
const QUIET_TICKS = 3;
const MOST_ROUNDS = 4;

/**
 * Reads everything, diagnoses, reads what the diagnosis wants, and diagnoses again until nothing is wanted. While
 * sources hang it looks at what is there: the rest is given up when the verdict is sure without it.
 * @throws UserError (exit 69) when no source gave anything; the signal's reason
 */
export async function debugLive(options: DebugOptions): Promise<Round> {
  return new DebugRun(options).run();
}

/** Diagnoses what a snapshot holds: nothing more can be asked. */
export function debugSnapshot(opened: Opened, { symptom, policy }: Pick<DebugOptions, 'symptom' | 'policy'>): Round {
  const { diagnosis } = diagnose({ ...opened, symptom, policy });
  return { diagnosis, opened, waitingFor: [], asking: [], final: true };
}

class DebugRun {
  readonly #options: DebugOptions;
  readonly #observations: Observation[] = [];
  readonly #asked = new Set<string>();
  readonly #enough = new AbortController();
  readonly #started = performance.now();
  #nextLook = BETWEEN;
  #ticksSinceAnswer = 0;
  #waitingFor: readonly string[] = [];

  constructor(options: DebugOptions) {
    this.#options = options;
  }

  async run(): Promise<Round> {
    await this.#readSources();
    refuseNothing(this.#observations);
    for (let round = 1; ; round += 1) {
      const look = this.#look();
      const asking = round < MOST_ROUNDS ? this.#worthAsking(look.wanted) : [];
      this.#tell(look, asking);
      if (asking.length === 0) return this.#roundOf(look, [], true);
      await this.#ask(asking);
    }
  }

  async #readSources(): Promise<void> {
    const { onProgress, ...options } = this.#options;
    const timer = setInterval(() => this.#glance(), BETWEEN);
    try {
      const all = await collect({
        ...options,
        sources: SOURCES,
        enough: this.#enough.signal,
        onProgress: (progress) => {
          this.#ticksSinceAnswer = 0;
          this.#observations.push(...progress.observations);
          this.#waitingFor = progress.waitingFor;
          onProgress?.(progress);
        },
      });
      // In the catalogue's order, whatever answered first.
      this.#observations.splice(0, this.#observations.length, ...all);
      this.#waitingFor = [];
    } finally {
      clearInterval(timer);
    }
  }

  /** A look while sources are being read; what is sure by now ends the waiting. */
  #glance(): void {
    this.#ticksSinceAnswer += 1;
    const elapsed = performance.now() - this.#started;
    if (elapsed < this.#nextLook || this.#observations.length === 0 || this.#enough.signal.aborted) return;
    const before = performance.now();
    const look = this.#look();
    this.#tell(look, []);
    this.#nextLook = elapsed + Math.max(BETWEEN, 5 * (performance.now() - before));
    if (this.#isQuiet(elapsed) && isSure(look.diagnosed.diagnosis)) this.#enough.abort(new NotNeeded());
  }

  /** What is left hangs: a source that works ends, or another does. Without a limit, all are waited for. */
  #isQuiet(elapsed: number): boolean {
    return this.#options.timeout > 0 && elapsed >= FIRST_ANSWER - BETWEEN / 2 && this.#ticksSinceAnswer >= QUIET_TICKS;
  }

  #look(): Look {
    const { symptom, policy, at } = this.#options;
    const snapshot = foldSnapshot(this.#observations, this.#options);
    const moment = Date.parse(snapshot.takenAt);
    const opened = { snapshot, inventory: takeInventory(snapshot), now: at ? at(moment) : moment };
    const diagnosed = diagnose({ inventory: opened.inventory, now: opened.now, symptom, policy });
    return { opened, diagnosed, wanted: diagnosed.wanted };
  }

  #tell(look: Look, asking: readonly ObservationRequest[]): void {
    this.#options.onRound?.(this.#roundOf(look, asking, false));
  }

  #roundOf({ opened, diagnosed }: Look, asking: readonly ObservationRequest[], final: boolean): Round {
    return { diagnosis: diagnosed.diagnosis, opened, waitingFor: this.#waitingFor, asking, final };
  }

  /** What was not asked yet; nothing when the verdict was sure while others hung. */
  #worthAsking(wanted: readonly ObservationRequest[]): ObservationRequest[] {
    if (this.#enough.signal.aborted) return [];
    return wanted.filter((request) => !this.#asked.has(requestKey(request)));
  }

  /** All at once. What the sources left of the time bounds it, so that a dead API server is not waited for twice. */
  async #ask(requests: readonly ObservationRequest[]): Promise<void> {
    for (const request of requests) this.#asked.add(requestKey(request));
    const { timeout } = this.#options;
    const left = timeout === 0 ? 0 : Math.max(LEAST_LEFT, timeout - (performance.now() - this.#started));
    const observed = await Promise.all(
      requests.map((request) => observeOne({ ...this.#options, timeout: left }, request).catch(nothingOf)),
    );
    this.#observations.push(...observed.flat());
  }
}

/** A file that was asked for and holds nothing of X.509 is no mistake of the user's. */
function nothingOf(error: unknown): Observation[] {
  if (error instanceof UserError && error.exitCode === EXIT.unreadable) return [];
  throw error;
}

/** Milliseconds. */
const LEAST_LEFT = 900;

interface Look {
  readonly opened: Opened;
  readonly diagnosed: Diagnosed;
  readonly wanted: readonly ObservationRequest[];
}

/** What is said since something was not found: it may stand in what is still to be read. */
const OF_ABSENCE: ReadonlySet<string> = new Set([
  'CHAIN_INCOMPLETE',
  'CHAIN_UNTRUSTED',
  'SECRET_MISSING',
  'SECRET_UNUSED',
  'EXPECTED_FILE_MISSING',
  'CA_BUNDLE_MISMATCH',
  'CA_DRIFT',
  'CSR_NOT_ISSUED',
]);

/** Whether what is still unread cannot take this verdict back: it rests on what is there, and fits the symptom. */
export function isSure({ verdict, rootCauses: [first], symptom }: Diagnosis): boolean {
  const told = symptom.text !== '' || symptom.playbooks.length > 0;
  return told && verdict === 'root-cause-found' && first?.confidence === 'high' && !OF_ABSENCE.has(first.code);
}

const EXIT_CODES: Readonly<Record<Verdict, number>> = { 'no-fault': 0, 'root-cause-found': 2, undecided: 3 };

export function exitCodeOfVerdict(verdict: Verdict): number {
  return EXIT_CODES[verdict];
}
