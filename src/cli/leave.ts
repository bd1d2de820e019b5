/** Milliseconds that connections which a source left open may keep the process once all is said. */
const GRACE = 250;

/**
 * Ends the process with its exit code once nothing is left to do, and soon in any case. Everything must have been
 * written.
 */
export function leave(): void {
  setTimeout(() => {
    if (isResolvingNames() && process.execve) replaceProcess(process.execve);
    process.exit();
  }, GRACE).unref();
}

/** Node waits at its end for every getaddrinfo that is under way: ten seconds and more where a name server is silent. */
function isResolvingNames(): boolean {
  return process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap');
}

/** What the system puts in the place of a process takes over its number and its exit code, but waits for no thread. */
function replaceProcess(execve: NonNullable<typeof process.execve>): void {
  const end = `process.exit(${Number(process.exitCode ?? 0)})`;
  execve.call(process, process.execPath, [process.execPath, '-e', end], {});
}
