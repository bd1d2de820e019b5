/** Exit codes of the command line, beside the verdicts of `check` and `debug`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  unreadable: 65,
  nothing: 69,
  fault: 70,
  interrupted: 130,
} as const;

/** An error whose message is for the person at the terminal, with what to do next and the exit code it deserves. */
export class UserError extends Error {
  readonly exitCode: number;
  readonly hints: readonly string[];

  constructor(message: string, options: { exitCode: number; hints?: readonly string[]; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.exitCode = options.exitCode;
    this.hints = options.hints ?? [];
  }
}
