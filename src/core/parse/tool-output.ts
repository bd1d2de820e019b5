/** What one run of a program left. */
export interface ToolOutput {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST = 300;

/** What a tool said last is why it failed: klog's and cobra's errors come at the end. Cut to 300 characters. */
export function lastWord({ stdout, stderr, exit }: ToolOutput): string {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^To see the stack trace/.test(line));
  const last = lines.at(-1)?.trim() || `exit code ${exit}`;
  return last.length > MOST ? `${last.slice(0, MOST)}...` : last;
}
