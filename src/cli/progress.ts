import { count } from '../core/view/text.ts';
import type { Progress } from '../io/collect/run.ts';
import type { Clock } from '../io/ports/clock.ts';
import type { Terminal } from '../io/ports/terminal.ts';

/** Milliseconds of silence before a person is told what is waited for: on a terminal, and in a log. */
const SILENCE = { terminal: 1000, log: 2000 };

export interface ProgressLine {
  update(progress: Progress): void;
  /** Ends it; what was drawn is wiped. */
  stop(): void;
}

/**
 * Says on standard error what is waited for once it takes long: one line that is drawn over on a terminal, one single
 * line in a log.
 */
export function startProgress({ terminal, clock }: { terminal: Terminal; clock: Clock }): ProgressLine {
  const line = terminal.errIsTerminal ? new DrawnLine(terminal) : new LoggedLine(terminal);
  const over = new AbortController();
  let shown = false;
  let text = 'reading: no answer yet';
  const begin = () => {
    shown = true;
    line.say(text);
  };
  clock.sleep(terminal.errIsTerminal ? SILENCE.terminal : SILENCE.log, over.signal).then(begin, () => {});
  return {
    update: progressTeller((said) => {
      text = said;
      if (shown && !over.signal.aborted) line.say(text);
    }),
    stop: () => {
      over.abort();
      line.wipe();
    },
  };
}

/** Says in one line how far a reading is and what it waits for, each time that a source ends. */
export function progressTeller(say: (text: string) => void): (progress: Progress) => void {
  const found = new Set<string>();
  return (progress) => {
    for (const { certificates } of progress.observations) {
      for (const sha256 of Object.keys(certificates)) found.add(sha256);
    }
    say(describe(progress, found.size));
  };
}

function describe({ ended, total, waitingFor }: Progress, certificates: number): string {
  const rest = waitingFor.length - MOST_NAMED;
  const named = waitingFor.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const waiting = waitingFor.length > 0 ? `, waiting for ${named}` : '';
  return `reading: ${count(certificates, 'certificate')} from ${ended} of ${total} sources${waiting}`;
}

/** Sources that one line names. */
const MOST_NAMED = 3;

/** Blanks wipe it, no escape sequence: a dumb terminal can do that too. */
class DrawnLine {
  readonly #terminal: Terminal;
  #width = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  say(text: string): void {
    const shown = text.slice(0, this.#terminal.columns - 1);
    this.wipe();
    this.#terminal.err(shown);
    this.#width = shown.length;
  }

  wipe(): void {
    if (this.#width > 0) this.#terminal.err(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }
}

class LoggedLine {
  readonly #terminal: Terminal;
  #said = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  say(text: string): void {
    if (!this.#said) this.#terminal.err(`${text}\n`);
    this.#said = true;
  }

  wipe(): void {}
}
