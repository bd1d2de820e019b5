/** What is on the machine now. */
export interface Installed {
  /** Of those of our paths where something is. */
  readonly files: ReadonlyMap<string, InstalledFile>;
  /** Whether systemd starts the timer after a boot, and has started it now. */
  readonly timerRuns: boolean;
}

export interface InstalledFile {
  readonly content: string;
  /** Permission bits. */
  readonly mode: number;
  /** Of the content, lower-case hex. */
  readonly sha256: string;
}
