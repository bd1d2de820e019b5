export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Last change, milliseconds since the epoch. */
  readonly modified: number;
  /** Tells one file or folder from every other of the machine, whatever path leads to it. */
  readonly identity?: string;
  /** Where a symbolic link points, when the path is one. */
  readonly linkTo?: string;
}

/** The local file system. Failures are PortFailure: `denied`, `absent`, or `unreachable` for I/O errors. */
export interface Files {
  /** Follows symbolic links; undefined when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<string[]>;
  /** Whole content; refuses more than `maxBytes` (PortFailure `partial`). */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Writes beside the path first and renames, so that a reader sees the old or the new content. */
  replace(path: string, bytes: Uint8Array, mode: number): Promise<void>;
}
