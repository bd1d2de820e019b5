// Plants incidents and runs `kubectl certs debug` on each:
//   npm run bench:incidents [-- --corpus FILE|DIR] [--loader bed|demo] [--only ID] [--out RESULTS.json] [--quick]
// A planted incident stands on the test bed's real API server, or, where that can't be or the bed isn't there, in the
// demo's ports; the command is the built program, with a handshake for every planted address.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UserError } from '../../src/core/model/error.ts';
import { installProgram, type Program } from '../support/program.ts';
import { Bed } from '../testbed/bed.ts';
import { ownRunFolder, sweepDeadRuns } from '../testbed/run-folder.ts';
import { startSupervisor } from '../testbed/supervisor/client.ts';
import { type Planting, readCorpus } from './incidents/corpus.ts';
import { debugDemo, diagnoseSnapshot } from './incidents/in-process.ts';
import { needsDemo, type Run, runOnBed, runOnDemo } from './incidents/loaders.ts';
import { type Match, matchOf } from './incidents/match.ts';
import { printSummary, printTable } from './incidents/table.ts';
import { sourcesOf, WORDINGS, withoutSource } from './incidents/variants.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'test/incidents' },
    loader: { type: 'string', default: 'bed' },
    only: { type: 'string' },
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});

/** How the same incident ends when it is told otherwise, or when something may not be read. */
interface Variation {
  readonly title: string;
  readonly match: Match;
}

interface Result {
  readonly id: string;
  readonly layer: string;
  readonly expect: Planting['incident']['expect'];
  readonly run: Run;
  readonly match: Match;
  readonly sources: number;
  readonly words: readonly Variation[];
  readonly denied: readonly Variation[];
}

try {
  const plantings = readCorpus(values.corpus).filter(
    ({ incident }) => values.only === undefined || incident.id === values.only,
  );
  const results = await withLoaders((program, bed) => runAll(plantings, program, bed));
  process.stdout.write(printTable(results) + printSummary(results));
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ results }, null, 2)}\n`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write([error.message, ...error.hints, ''].join('\n'));
  process.exitCode = error.exitCode;
}

async function withLoaders<T>(work: (program: Program, bed: Bed | undefined) => Promise<T>): Promise<T> {
  const program = await installProgram();
  const bed = values.loader === 'bed' ? await startBed() : undefined;
  try {
    return await work(program, bed);
  } finally {
    await bed?.down();
    await program.remove();
  }
}

async function startBed(): Promise<Bed | undefined> {
  sweepDeadRuns();
  const bed = new Bed(ownRunFolder());
  try {
    await startSupervisor(bed.runDir, { tied: true });
    await bed.start(['core', 'kwok']);
    return bed;
  } catch (error) {
    process.stderr.write(`the demo instead of the bed: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

async function runAll(plantings: readonly Planting[], program: Program, bed: Bed | undefined): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, planting] of plantings.entries()) {
    process.stderr.write(`${index + 1}/${plantings.length} ${planting.incident.id}\n`);
    results.push(await runOne(planting, program, bed));
  }
  return results;
}

async function runOne(planting: Planting, program: Program, bed: Bed | undefined): Promise<Result> {
  const { id, layer, expect } = planting.incident;
  const hasKwok = bed?.up.some(({ component }) => component === 'kwok') ?? false;
  const why = bed ? needsDemo(planting.incident, hasKwok) : undefined;
  const run = bed && why === undefined ? await onBedOrDemo(program, bed, planting) : await runOnDemo(program, planting);
  const { diagnosis } = run;
  const match = diagnosis
    ? matchOf(diagnosis, expect)
    : ({ result: 'missed', forbidden: [], redHerrings: 0, isSure: false, sameCode: false, by: 'verdict' } as const);
  const variations = values.quick ? { words: [], denied: [] } : await vary(planting);
  const sources = diagnosis?.coverage.filter(({ state }) => state === 'complete' || state === 'partial').length ?? 0;
  const noted = why === undefined ? run : { ...run, notes: [why, ...run.notes] };
  return { id, layer, expect, run: noted, match, sources, ...variations };
}

async function onBedOrDemo(program: Program, bed: Bed, planting: Planting): Promise<Run> {
  try {
    return await runOnBed(program, bed, planting);
  } catch (error) {
    const run = await runOnDemo(program, planting);
    return {
      ...run,
      notes: [`not on the bed: ${error instanceof Error ? error.message : String(error)}`, ...run.notes],
    };
  }
}

async function vary({ incident }: Planting): Promise<Pick<Result, 'words' | 'denied'>> {
  const words: Variation[] = [];
  for (const { title, say } of WORDINGS) {
    const { diagnosis } = await debugDemo(incident, say(incident.symptom));
    words.push({ title, match: matchOf(diagnosis, incident.expect) });
  }
  const { opened } = await debugDemo(incident, incident.symptom);
  const denied = sourcesOf(opened.snapshot).map((source): Variation => {
    const diagnosis = diagnoseSnapshot(withoutSource(opened.snapshot, source), incident.symptom, opened.now);
    return { title: source, match: matchOf(diagnosis, incident.expect) };
  });
  return { words, denied };
}
