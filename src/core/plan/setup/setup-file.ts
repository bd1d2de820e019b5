/** A file that `setup` prints or installs. */
export interface SetupFile {
  /** Absolute, where it belongs on the machine itself. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: string;
}

/** First line of every file that `setup` writes, so that it knows its own again. */
export const MARK = '# Written by: kubectl certs setup';

/** Whether a file's content was written by `setup`, whoever may have edited it since. */
export function isOurs(content: string): boolean {
  return content.startsWith(MARK);
}
