import { PortFailure } from '../ports/failure.ts';
import type { LockHolder, StateStore } from '../ports/state-store.ts';

/** A state folder in memory: what a demo writes down ends with it. */
export class DemoStateStore implements StateStore {
  readonly directory = '/var/lib/kubectl-certs';
  readonly #journals = new Map<string, string[]>();
  readonly #locks = new Map<string, LockHolder>();

  async journals(): Promise<string[]> {
    return [...this.#journals.keys()];
  }

  async readJournal(id: string): Promise<string[]> {
    return [...this.#journal(id)];
  }

  async startJournal(id: string, line: string): Promise<void> {
    if (this.#journals.has(id)) throw new PortFailure('unreachable', `${id}: file exists`, { code: 'EEXIST' });
    this.#journals.set(id, [line]);
  }

  async appendJournal(id: string, line: string): Promise<void> {
    this.#journal(id).push(line);
  }

  async lock(key: string, holder: LockHolder): Promise<LockHolder | undefined> {
    const current = this.#locks.get(key);
    if (!current) this.#locks.set(key, holder);
    return current;
  }

  async unlock(key: string): Promise<void> {
    this.#locks.delete(key);
  }

  #journal(id: string): string[] {
    const lines = this.#journals.get(id);
    if (!lines) throw new PortFailure('absent', `${this.directory}: no journal ${id}`, { code: 'ENOENT' });
    return lines;
  }
}
