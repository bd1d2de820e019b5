import type { KubeFlags } from '../../core/parse/kubeconfig-resolve.ts';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Ports } from './ports.ts';
import type { Terminal } from './terminal.ts';
import type { Workshop } from './workshop.ts';

/** Which world a run looks at: the one that kubectl's connection flags name, or the embedded demo. */
export interface WorldOptions {
  readonly flags: KubeFlags;
  /** Milliseconds that each wait for an answer may take; 0: no limit. */
  readonly requestTimeout: number;
  /** kubectl's `-v`. */
  readonly verbosity: number;
  /** An embedded cluster instead of the real world; `incident` absent: the one with a few things wrong. */
  readonly demo?: { readonly incident?: string };
}

/** A run that must not be cut off anywhere: the first interrupt asks it to stop, the second to abandon its step. */
export interface Interrupts {
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
}

/** The verbosity from which on each request is logged on standard error, never what it carries: kubectl's own. */
export const LOG_REQUESTS_FROM = 6;

/** What the composition root hands to every command. */
export interface Context {
  readonly terminal: Terminal;
  /** The wall clock, whatever world is looked at. */
  readonly clock: Clock;
  /** The user's own files, whatever world is looked at: what flags name to read or to write. */
  readonly files: Files;
  /** Aborts when the user interrupts, or when nobody reads standard output any more. */
  readonly signal: AbortSignal;
  /** The real ports, or the demo's. Heavy modules are loaded here, not before. */
  openPorts(options: WorldOptions): Promise<Ports>;
  /** @param stateDir instead of the folder that journals, backups and locks are kept in by default */
  openWorkshop(stateDir?: string): Promise<Workshop>;
  /** From here on interrupts, a hang-up and a request to end do not abort `signal`. */
  takeInterrupts(): Interrupts;
  /** What Ctrl-C does: a terminal that gives its keys to a screen sends no signal. */
  interrupt(): void;
}
