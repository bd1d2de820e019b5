import { createHash } from 'node:crypto';
import type { Coverage, CoverageState } from '../../core/model/coverage.ts';
import type { FactKinds } from '../../core/model/facts.ts';
import type { Handshake, ToolAnswer } from '../../core/model/handshake.ts';
import type { Observation, Unseen } from '../../core/model/observation.ts';
import type { Key, Placement } from '../../core/model/placement.ts';

export interface ReadingStart {
  /** The equivalent command a person would type. */
  readonly command: string;
  /** What cannot be said if this reading fails. */
  readonly unknown: string;
}

/** An observation while it is being made. Whatever was added stays when the reading ends badly. */
export class Reading {
  readonly #head: Pick<Coverage, 'source' | 'layer' | 'at'> & ReadingStart;
  readonly #certificates: Record<string, string> = {};
  readonly #crls = new Set<string>();
  readonly #keys = new Map<string, Key>();
  readonly #placements: Unseen<Placement>[] = [];
  readonly #facts: { [K in keyof FactKinds]?: FactKinds[K][] } = {};
  readonly #handshakes: Unseen<Handshake>[] = [];
  #tool: Unseen<ToolAnswer> | undefined;
  #end: Pick<Coverage, 'state' | 'reason' | 'unknown'> | undefined;

  constructor(head: Pick<Coverage, 'source' | 'layer' | 'at'> & ReadingStart) {
    this.#head = head;
  }

  /** Keeps a certificate; returns its fingerprint. */
  certificate(der: Uint8Array): string {
    const sha256 = createHash('sha256').update(der).digest('hex');
    this.#certificates[sha256] ??= Buffer.from(der).toString('base64');
    return sha256;
  }

  /** Keeps certificates, leaf first; returns their fingerprints. */
  chain(ders: readonly Uint8Array[]): string[] {
    return ders.map((der) => this.certificate(der));
  }

  crl(der: Uint8Array): void {
    this.#crls.add(Buffer.from(der).toString('base64'));
  }

  key(key: Key): void {
    this.#keys.set(key.spki, key);
  }

  place(placement: Unseen<Placement>): void {
    this.#placements.push(placement);
  }

  fact<K extends keyof FactKinds>(kind: K, value: FactKinds[K]): void {
    const list: FactKinds[K][] = this.#facts[kind] ?? [];
    list.push(value);
    Object.assign(this.#facts, { [kind]: list });
  }

  handshake(handshake: Unseen<Handshake>): void {
    this.#handshakes.push(handshake);
  }

  tool(answer: Unseen<ToolAnswer>): void {
    this.#tool = answer;
  }

  /** Everything was read. */
  complete(): void {
    this.#end ??= { state: 'complete' };
  }

  /** The reading ended otherwise; only the first end counts. */
  end(state: Exclude<CoverageState, 'complete'>, reason: string): void {
    this.#end ??= { state, reason, unknown: this.#head.unknown };
  }

  /** How it ended; undefined while it goes on. */
  get state(): CoverageState | undefined {
    return this.#end?.state;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  get empty(): boolean {
    return this.#placements.length === 0 && this.#handshakes.length === 0 && Object.keys(this.#facts).length === 0;
  }

  observation(): Observation {
    const { unknown: _unknown, ...head } = this.#head;
    return {
      ...head,
      ...(this.#end ?? { state: 'partial', reason: 'the reading did not end', unknown: this.#head.unknown }),
      certificates: this.#certificates,
      crls: [...this.#crls],
      keys: [...this.#keys.values()],
      placements: this.#placements,
      facts: this.#facts,
      handshakes: this.#handshakes,
      ...(this.#tool && { tool: this.#tool }),
    };
  }
}
