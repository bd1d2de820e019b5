/** The streams of the process and what they can show. */
export interface Terminal {
  /** Data only. */
  out(data: string | Uint8Array): void;
  /** Progress, warnings, prompts. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** Standard input is a pipe or a file: it has an end, and something may be in it. */
  readonly inIsPiped: boolean;
  /** Whether standard output can be drawn over: a terminal that is not dumb. */
  readonly canRedraw: boolean;
  /** Colour on standard output: NO_COLOR, FORCE_COLOR, TERM=dumb and pipes are respected. */
  readonly color: boolean;
  /** Whether a screen that takes the whole window can be drawn and answered: both ends are a terminal that is not dumb. */
  readonly canShowScreen: boolean;
  /** Columns of standard output. */
  readonly columns: number;
  /** One line that a person types; empty when standard input has ended. */
  readLine(): Promise<string>;
  /** All of standard input, at most `maxBytes`. */
  readInput(maxBytes: number): Promise<Uint8Array>;
  /**
   * Lends the streams to a screen. Until it is given back, `out` and `err` keep what they are told.
   * @param leave gives the window back as it was; called once, whoever ends the screen
   */
  takeScreen(leave: () => void): ScreenStreams;
  /** Ends the screen, if there is one, and writes what was kept. */
  giveBackScreen(): void;
}

/** What a screen draws on and reads keys from. */
export interface ScreenStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Absent where a process cannot be stopped and told to go on. */
  readonly jobControl?: JobControl;
}

export interface JobControl {
  /** Stops the process, as Ctrl-Z does; resolves when it goes on. The window must have been given back before. */
  stop(): Promise<void>;
  /** Calls when somebody else asks the process to stop. @returns ends that */
  onStopRequest(listener: () => void): () => void;
}
