export interface ToolRun {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes of output after which the run is cut off. */
  readonly maxOutput: number;
  readonly signal: AbortSignal;
}

export interface ToolResult {
  /** Exit code; -1 when it was ended by a signal or by us. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly ms: number;
}

/** Runs a binary without a shell; its whole process group ends with the wait. */
export interface ToolRunner {
  /** PortFailure `absent` when there is no such binary, `timed-out` when the signal aborts the wait. */
  run(run: ToolRun): Promise<ToolResult>;
}
