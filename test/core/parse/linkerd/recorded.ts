import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'test/testbed/recordings/linkerd';

/** One run of the real linkerd. */
export interface Recorded {
  readonly name: string;
  readonly argv: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  /** 124: it hung and was ended. */
  readonly exit: number;
}

/** The recorded runs whose folders begin with these words. */
export function recorded(start: string): Recorded[] {
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith(start))
    .map((name) => {
      const read = (file: string) => readFileSync(join(FOLDER, name, `${file}.txt`), 'utf8');
      const exit = Number(read('exit-code'));
      return { name, argv: read('command').trim().split(' '), stdout: read('stdout'), stderr: read('stderr'), exit };
    });
}

export function recordedRun(name: string): Recorded {
  const found = recorded(name).find((one) => one.name === name);
  if (!found) throw new Error(`no recording ${name}`);
  return found;
}
