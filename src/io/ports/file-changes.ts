/** Changes to the local file system; each is on the disk when its promise resolves. Failures are PortFailure. */
export interface FileChanges {
  /** Makes the folder and those above it. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /**
   * Copies a file with its mode, owner and times (`fresh`: the time is that of now), beside the target first under a
   * hidden name, over what stands there; where the target is a symbolic link, over what that points to.
   */
  copy(from: string, to: string, options?: { readonly fresh?: boolean }): Promise<void>;
  /** Renames within one file system; what stands at the target is replaced. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file; nothing happens when it is not there. */
  remove(path: string): Promise<void>;
}
