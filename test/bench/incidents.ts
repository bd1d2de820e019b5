// Plants incidents and runs `kubectl certs debug` on each:
//   npm run bench:incidents [-- --corpus FILE|DIR] [--loader bed|demo] [--only ID] [--out RESULTS.json] [--quick]
// A planted incident stands on the test bed's real API server, or, where that can't be or the bed isn't there, in the
// demo's ports; the command is the built program, with a handshake for every planted address. First every incident runs
// as it is told, then, unless --quick, with other words and with each source denied, for as long as --minutes allow.
import { parseArgs } from 'node:util';
import { EXIT, UserError } from '../../src/core/model/error.ts';
import { installProgram } from '../support/program.ts';
import type { Bed } from '../testbed/bed.ts';
import { BenchBed } from './incidents/beds.ts';
import { type Planting, readCorpus } from './incidents/corpus.ts';
import { type Run, type Runner, runOnBed, runOnDemo, TooSlow } from './incidents/loaders.ts';
import { matchOf, NO_DIAGNOSIS } from './incidents/match.ts';
import { peersOf } from './incidents/peers.ts';
import { placeOf } from './incidents/place.ts';
import { type Result, writeResults } from './incidents/results.ts';
import { printSummary, printTable } from './incidents/table.ts';
import { vary } from './incidents/vary.ts';

const USAGE =
  'usage: npm run bench:incidents -- [--corpus FILE|DIR] [--loader bed|demo] [--only ID] [--out RESULTS.json] [--quick] [--limit SECONDS] [--minutes N]';

const LIMITS_PLANT_MS = 120_000;
const started = Date.now();
const interrupted = new AbortController();
const beds = new BenchBed();

try {
  await main(optionsOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write([error.message, ...error.hints, ''].join('\n'));
  process.exitCode = error.exitCode;
}

interface Options {
  readonly plantings: readonly Planting[];
  readonly loader: 'bed' | 'demo';
  readonly out: string | undefined;
  readonly quick: boolean;
  /** Milliseconds for one run of the command. */
  readonly limit: number;
  /** Moment after which nothing more is varied, milliseconds since the epoch. */
  readonly varyUntil: number;
}

/** @throws UserError for a bad command line (64) or a bad corpus (65) */
function optionsOf(args: readonly string[]): Options {
  const { corpus, loader, only, out, quick, limit, minutes } = parsed(args);
  if (loader !== 'bed' && loader !== 'demo') throw new UserError(USAGE, { exitCode: EXIT.usage });
  const plantings = readCorpus(corpus).filter(({ incident }) => only === undefined || incident.id === only);
  if (plantings.length === 0)
    throw new UserError(`${corpus}: no incident ${only ?? ''}`, { exitCode: EXIT.unreadable });
  const varyUntil = started + Number(minutes) * 60_000;
  return { plantings, loader, out, quick, limit: Number(limit) * 1000, varyUntil };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        corpus: { type: 'string', default: 'test/incidents' },
        loader: { type: 'string', default: 'bed' },
        only: { type: 'string' },
        out: { type: 'string' },
        quick: { type: 'boolean', default: false },
        limit: { type: 'string', default: '90' },
        minutes: { type: 'string', default: '22' },
      },
    }).values;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : USAGE, { exitCode: EXIT.usage, hints: [USAGE] });
  }
}

async function main(options: Options): Promise<void> {
  const program = await installProgram();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const runner = { program, limits: { run: options.limit, plant: LIMITS_PLANT_MS }, signal: interrupted.signal };
  try {
    const results = await runAll(runner, options);
    if (!options.quick) await varyAll(results, options);
    process.stdout.write(printTable(results) + printSummary(results));
    if (interrupted.signal.aborted) process.exitCode = EXIT.interrupted;
  } finally {
    await beds.down();
    await program.remove();
  }
}

/** What needs no kwok comes first: it plays nodes of its own. The results are in the corpus's order. */
async function runAll(runner: Runner, { plantings, loader, out }: Options): Promise<Result[]> {
  const results = new Map<Planting, Result>();
  const inOrder = () => plantings.flatMap((planting) => results.get(planting) ?? []);
  const late = ({ incident }: Planting) => {
    const place = placeOf(incident);
    return Number(loader === 'bed' && place.loader === 'bed' && place.needsKwok);
  };
  for (const planting of plantings.toSorted((a, b) => late(a) - late(b))) {
    if (interrupted.signal.aborted) break;
    const result = await runOne(runner, planting, loader);
    if (interrupted.signal.aborted) break;
    results.set(planting, result);
    tell(`${results.size}/${plantings.length}`, result);
    if (out !== undefined) writeResults(out, inOrder(), plantings.length);
  }
  return inOrder();
}

function tell(place: string, { id, run, match }: Result): void {
  const first = run.diagnosis?.rootCauses[0];
  const said = first ? `${first.code} ${first.object}` : (run.diagnosis?.verdict ?? run.notes[0]);
  process.stderr.write(`${place} ${id}: ${match.result}, ${said} (${run.loader}, ${run.seconds.toFixed(1)} s)\n`);
}

async function runOne(runner: Runner, planting: Planting, loader: Options['loader']): Promise<Result> {
  const { file, incident } = planting;
  const place = placeOf(incident);
  const why = loader === 'demo' ? 'as was asked' : place.why;
  const { run, bed } =
    why === undefined
      ? await onBedOrDemo(runner, planting, place.needsKwok)
      : { run: noted(why, await runOnDemo(runner, planting)) };
  const { diagnosis } = run;
  const match = diagnosis ? matchOf(diagnosis, incident.expect) : NO_DIAGNOSIS;
  const sources = diagnosis?.coverage.filter(({ state }) => state === 'complete' || state === 'partial').length ?? 0;
  const peers = await peersOf(incident, bed);
  const { id, layer, expect } = incident;
  return { id, file, layer, expect, run, match, sources, peers, words: [], untold: [], denied: [] };
}

function noted(note: string, run: Run): Run {
  return { ...run, notes: [note, ...run.notes] };
}

async function onBedOrDemo(
  runner: Runner,
  planting: Planting,
  needsKwok: boolean,
): Promise<{ readonly run: Run; readonly bed?: Bed }> {
  try {
    const bed = await beds.with(needsKwok ? ['core', 'kwok'] : ['core']);
    return { bed, run: await runOnBed(runner, bed, planting) };
  } catch (error) {
    if (error instanceof TooSlow) await beds.down();
    return { run: noted(`not on the bed: ${reasonOf(error)}`, await runOnDemo(runner, planting)) };
  }
}

/** What a command of the bed said, without the command. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^.* ended with \w+: /s, '').split('\n')[0] ?? '';
}

async function varyAll(results: Result[], { plantings, out, limit, varyUntil }: Options): Promise<void> {
  const incidents = new Map(plantings.map(({ file, incident }) => [`${file}#${incident.id}`, incident]));
  for (const [index, result] of results.entries()) {
    const incident = incidents.get(`${result.file}#${result.id}`);
    if (incident === undefined || interrupted.signal.aborted) break;
    if (Date.now() > varyUntil) {
      process.stderr.write(`time is up: ${results.length - index} incidents are not varied\n`);
      break;
    }
    process.stderr.write(`${index + 1}/${results.length} ${result.id}: other words, and each source denied\n`);
    const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(limit)]);
    results[index] = { ...result, ...(await vary(incident, signal)) };
    if (out !== undefined) writeResults(out, results, plantings.length);
  }
}
