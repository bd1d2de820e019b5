import { renameSync, writeFileSync } from 'node:fs';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import type { Run } from './loaders.ts';
import type { Match } from './match.ts';
import type { PeersSay } from './peers.ts';

/** How the same incident ends when it is told otherwise, or when something may not be read. */
export interface Variation {
  readonly title: string;
  readonly match: Match;
}

/** One incident with all that was run of it, the whole diagnosis included. */
export interface Result {
  readonly id: string;
  readonly file: string;
  readonly layer: string;
  readonly expect: Incident['expect'];
  readonly run: Run;
  readonly match: Match;
  /** Sources of which something was read. */
  readonly sources: number;
  readonly peers: PeersSay;
  readonly words: readonly Variation[];
  /** What is said of the cluster to someone who tells no symptom at all. */
  readonly untold: readonly Variation[];
  readonly denied: readonly Variation[];
}

/** What there is so far, whole at every moment. */
export function writeResults(path: string, results: readonly Result[], of: number): void {
  const text = JSON.stringify({ complete: results.length === of, incidents: of, results }, null, 2);
  writeFileSync(`${path}.part`, `${text}\n`);
  renameSync(`${path}.part`, path);
}
