/** How much work one validation may cost. Defaults end any input within a second or two. */
export interface Effort {
  /** Signatures checked, by the RFC's and by all clients' rules together; each pair of certificate and key counts once. */
  readonly signatures: number;
  /** Steps from a certificate to a possible issuer. */
  readonly steps: number;
  /** Paths judged in full. */
  readonly paths: number;
  /** Comparisons of a name with a constraint; OpenSSL stops at the same number. */
  readonly comparisons: number;
}

export const defaultEffort: Effort = { signatures: 500, steps: 20_000, paths: 500, comparisons: 1 << 20 };

/** Thrown inside the validator when one of the limits is reached; it becomes an answer of its own. */
export class EffortExceeded extends Error {
  override readonly name = 'EffortExceeded';
  readonly what: keyof Effort;

  constructor(what: keyof Effort, limit: number) {
    super(`gave up after ${limit} ${what}`);
    this.what = what;
  }
}

/** Counts down; `spend` throws EffortExceeded when nothing is left. */
export class Budget {
  readonly #limits: Effort;
  readonly #spent = { signatures: 0, steps: 0, paths: 0, comparisons: 0 };

  constructor(limits: Effort) {
    this.#limits = limits;
  }

  /** A new question about the same certificates: everything but signatures starts anew, as those are remembered. */
  refill(): void {
    Object.assign(this.#spent, { steps: 0, paths: 0, comparisons: 0 });
  }

  spend(what: keyof Effort, amount = 1): void {
    this.#spent[what] += amount;
    if (this.#spent[what] > this.#limits[what]) throw new EffortExceeded(what, this.#limits[what]);
  }
}
