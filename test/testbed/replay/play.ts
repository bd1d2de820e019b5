/** A program that answers as recorded: node play.ts ANSWERS.json ARGUMENTS... An answer with exit 124 never comes. */
import { readFileSync } from 'node:fs';
import type { RecordedTool } from '../../../src/io/demo/planting/form.ts';
import { answerFor } from './answers.ts';

/** What `timeout` says of a command that it had to end: the recorded one would hang still. */
const NEVER_ENDED = 124;

const [file = '', ...args] = process.argv.slice(2);
const answer = answerFor(JSON.parse(readFileSync(file, 'utf8')) as RecordedTool[], args);
if (answer === undefined) {
  process.stderr.write(`no answer was recorded for: ${args.join(' ')}\n`);
  process.exitCode = 64;
} else {
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  process.exitCode = answer.exit;
  if (answer.exit === NEVER_ENDED) setInterval(() => {}, 60_000);
}
