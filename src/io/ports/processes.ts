export interface ProcessInfo {
  readonly pid: number;
  readonly argv: readonly string[];
  /** When it started, milliseconds since the epoch. */
  readonly started: number;
}

/** The processes of this machine, for those that hold certificates. */
export interface Processes {
  /** Processes whose program has one of these base names. PortFailure `absent` where the system does not tell. */
  named(programs: readonly string[]): Promise<readonly ProcessInfo[]>;
}
