/** A program that answers as an incident has it: node plant-tool.ts ANSWERS.json PROGRAM ARGUMENTS... */
import { readFileSync } from 'node:fs';
import type { RecordedTool } from '../../src/io/demo/planting/form.ts';
import { answerTo } from '../../src/io/demo/recorded-tools.ts';

/** What `timeout` says of a command that it had to end: the recorded one would hang still. */
const NEVER_ENDED = 124;

const [file = '', ...argv] = process.argv.slice(2);
const answer = answerTo(JSON.parse(readFileSync(file, 'utf8')) as RecordedTool[], argv);
if (answer === undefined) {
  process.stderr.write(`no answer was planted for: ${argv.join(' ')}\n`);
  process.exitCode = 64;
} else {
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  process.exitCode = answer.exit;
  if (answer.exit === NEVER_ENDED) setInterval(() => {}, 60_000);
}
