import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedTool } from '../../../src/io/demo/planting/form.ts';
import type { Bed } from '../bed.ts';

export const RECORDINGS = join(import.meta.dirname, '../recordings');
const PLAY = join(import.meta.dirname, 'play.ts');

/** Answers of a real program, as kept under recordings/TOOL/CASE. */
export function recordedAnswers(tool: string, cases: readonly string[]): RecordedTool[] {
  return cases.map((name) => {
    const read = (file: string) => readFileSync(join(RECORDINGS, tool, name, `${file}.txt`), 'utf8');
    const words = read('command').trim().split(' ');
    return {
      argv: words.slice(words.indexOf(tool)),
      stdout: read('stdout'),
      stderr: read('stderr'),
      exit: Number(read('exit-code')),
    };
  });
}

/** Puts a program on the bed's PATH that gives these answers, in place of one that is there. @returns its path */
export function playTool(bed: Bed, tool: string, answers: readonly RecordedTool[]): string {
  const file = bed.write(`replay/${tool}.json`, JSON.stringify(answers));
  rmSync(join(bed.binDir, tool), { force: true }); // It may be a link to the real one.
  return bed.write(`bin/${tool}`, `#!/bin/sh\nexec '${process.execPath}' '${PLAY}' '${file}' "$@"\n`, 0o755);
}
