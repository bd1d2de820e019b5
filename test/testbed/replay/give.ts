import { readFileSync } from 'node:fs';
import type { RecordedTool } from '../../../src/io/demo/planting/form.ts';

/** What `timeout` says of a command that it had to end: the recorded one would hang still. */
const NEVER_ENDED = 124;

/**
 * Ends this process as a recorded answer says, or with 64 where none fits. One with exit 124 never ends.
 * @param file JSON: a list of RecordedTool
 */
export function give(
  file: string,
  argv: readonly string[],
  choose: (
    answers: RecordedTool[],
    argv: readonly string[],
  ) => Pick<RecordedTool, 'stdout' | 'stderr' | 'exit'> | undefined,
): void {
  const answer = choose(JSON.parse(readFileSync(file, 'utf8')) as RecordedTool[], argv);
  if (answer === undefined) {
    process.stderr.write(`there is no answer for: ${argv.join(' ')}\n`);
    process.exitCode = 64;
    return;
  }
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  process.exitCode = answer.exit;
  if (answer.exit === NEVER_ENDED) setInterval(() => {}, 60_000);
}
