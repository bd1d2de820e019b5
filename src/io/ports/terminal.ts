/** The streams of the process and what they can show. */
export interface Terminal {
  /** Data only. */
  out(data: string | Uint8Array): void;
  /** Progress, warnings, prompts. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** Whether standard output can be drawn over: a terminal that is not dumb. */
  readonly canRedraw: boolean;
  /** Colour on standard output: NO_COLOR, FORCE_COLOR, TERM=dumb and pipes are respected. */
  readonly color: boolean;
  /** Columns of standard output. */
  readonly columns: number;
  /** One line that a person types; empty when standard input has ended. */
  readLine(): Promise<string>;
  /** All of standard input, at most `maxBytes`. */
  readInput(maxBytes: number): Promise<Uint8Array>;
}
