/**
 * The folder that journals, backups and locks live in: 0700, its files 0600. Every write is on the disk when its
 * promise resolves, so that a run survives a power cut. Failures are PortFailure.
 */
export interface StateStore {
  /** Where it is, for messages. */
  readonly directory: string;
  /** Names of journals, the oldest first. */
  journals(): Promise<string[]>;
  /** Lines of a journal; a last line that a crash cut short is left out. PortFailure `absent` when there is none. */
  readJournal(id: string): Promise<string[]>;
  /** Starts a journal with its first line. PortFailure when there is one of that name. */
  startJournal(id: string, line: string): Promise<void>;
  appendJournal(id: string, line: string): Promise<void>;
  /** Takes the lock, or says who holds it. A lock whose process has ended is taken over. */
  lock(key: string, holder: LockHolder): Promise<LockHolder | undefined>;
  unlock(key: string): Promise<void>;
}

export interface LockHolder {
  readonly pid: number;
  /** Journal id of the run that holds it. */
  readonly run: string;
  /** RFC 3339 UTC. */
  readonly since: string;
}
