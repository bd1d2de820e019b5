import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../../src/core/model/error.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../../src/io/demo/planting/parse.ts';

/** An incident, and the file that it stands in. */
export interface Planting {
  readonly file: string;
  readonly incident: Incident;
}

/** What a person tells of it; empty where the story is of a cluster that nobody complains of. */
export function toldOf({ symptom }: Pick<Incident, 'symptom'>): string {
  return symptom === 'none' ? '' : symptom;
}

/** Every incident of a file in the planting form, or of all such files below a folder. @throws UserError (65) */
export function readCorpus(path: string): Planting[] {
  const known = BUILT_IN_IDS.map(builtInIncident);
  return filesBelow(path).flatMap((file) =>
    parsePlanting(readFileSync(file, 'utf8'), { file, known }).map((incident) => ({ file, incident })),
  );
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) throw new UserError(`${path}: no such file or folder`, { exitCode: EXIT.unreadable });
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
}
