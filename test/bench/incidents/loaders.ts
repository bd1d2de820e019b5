import type { Diagnosis } from '../../../src/core/model/diagnosis.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { probesOf } from '../../support/corpus.ts';
import { outcomeOf, type Program } from '../../support/program.ts';
import type { Bed } from '../../testbed/bed.ts';
import { asPlanted } from '../../testbed/look.ts';
import { plant, productArguments } from '../../testbed/plant.ts';
import { bracketed } from '../../testbed/plant-servers.ts';
import { type Planting, toldOf } from './corpus.ts';

/** One run of the real command. */
export interface Run {
  /** Where it was planted. */
  readonly loader: 'bed' | 'demo';
  /** Absent: the command failed. */
  readonly diagnosis?: Diagnosis;
  readonly exitCode: number | null;
  readonly seconds: number;
  /** Why it is not on the bed, or why the command failed. */
  readonly notes: readonly string[];
}

/** The program, and how long it may take. */
export interface Runner {
  readonly program: Program;
  /** Milliseconds for one run of the command, and for planting on the bed. */
  readonly limits: { readonly run: number; readonly plant: number };
  /** Ends the run that is going on. */
  readonly signal: AbortSignal;
}

/** In process, from the planting file itself. */
export async function runOnDemo(runner: Runner, { file, incident }: Planting): Promise<Run> {
  const probes = probesOf(incident).map(probeFlag);
  return timed(runner, 'demo', { argv: [`--incident=${file}#${incident.id}`, ...probes], symptom: toldOf(incident) });
}

/** What of an incident could not be planted on the bed: a run there would say nothing of it. */
export class NotPlanted extends Error {}

/**
 * On the real API server, with what else is planted on loopback addresses.
 * @throws NotPlanted; Error where the API server refuses it, or when it takes too long: the bed is then of no more use
 */
export async function runOnBed(runner: Runner, bed: Bed, { incident }: Planting): Promise<Run> {
  const planted = await within(runner.limits.plant, plant(bed, incident));
  if (planted.skipped.length > 0) throw new NotPlanted(planted.skipped.join('; '));
  const remote = planted.resolve.filter(({ host }) => !/^(localhost|127\.|::1)/.test(host));
  const probes = remote.map(({ host, port }) => `--probe=${bracketed(host)}:${port}`);
  const run = await timed(runner, 'bed', {
    argv: [...productArguments(planted), ...deadEnds(incident, planted.resolve), ...probes],
    symptom: toldOf(planted.incident),
    through: planted.runWith,
    ...(planted.path !== undefined && { env: { PATH: planted.path } }),
  });
  const named = run.diagnosis && renamed(run.diagnosis, asPlanted(planted));
  return { ...run, ...(named && { diagnosis: named }) };
}

/** Planting did not come to an end. */
export class TooSlow extends Error {}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TooSlow(`not planted within ${limit / 1000} s`)), limit);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ports that the program may dial unasked. */
const PORTS = [80, 443, 2379, 2380, 4143, 6443, 8443, 10250, 10257, 10259, 15012, 15017];
/** Nothing listens there. */
const NOBODY = '127.1.255.254';

/**
 * Addresses of the story where nothing is planted: on this machine's network they are nobody's, or somebody else's, and
 * must not be dialled.
 */
function deadEnds(
  { objects = [], servers = [] }: Incident,
  resolve: readonly { readonly host: string; readonly port: number }[],
): string[] {
  const text = JSON.stringify([objects, servers]);
  const addresses = new Set([...text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)].map(([address]) => address));
  const isPlanted = (host: string, port: number) => resolve.some((one) => one.host === host && one.port === port);
  return [...addresses]
    .filter((address) => !address.startsWith('127.'))
    .flatMap((host) =>
      PORTS.filter((port) => !isPlanted(host, port)).map((port) => `--resolve=${host}:${port}:${NOBODY}`),
    );
}

function probeFlag({ host, port, sni }: ReturnType<typeof probesOf>[number]): string {
  return `--probe=https://${bracketed(host)}:${port}${sni ? `#${sni}` : ''}`;
}

interface Started {
  readonly argv: readonly string[];
  readonly symptom: string;
  readonly through?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function timed(runner: Runner, loader: Run['loader'], { argv, symptom, ...options }: Started): Promise<Run> {
  const before = performance.now();
  const child = runner.program.start(['debug', '-', '-o', 'json', ...argv], { ...options, input: symptom });
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(kill, runner.limits.run);
  runner.signal.addEventListener('abort', kill);
  const { exitCode, stdout, stderr } = await outcomeOf(child, symptom);
  clearTimeout(timer);
  runner.signal.removeEventListener('abort', kill);
  const seconds = (performance.now() - before) / 1000;
  const ending = child.killed ? [`ended after ${seconds.toFixed(0)} s`] : [];
  try {
    return { loader, diagnosis: JSON.parse(stdout) as Diagnosis, exitCode, seconds, notes: ending };
  } catch {
    return { loader, exitCode, seconds, notes: [...ending, stderr.trim().slice(-500)] };
  }
}

/** Refs by the names of the story. */
function renamed(diagnosis: Diagnosis, name: (ref: string) => string): Diagnosis {
  const causes = (list: Diagnosis['rootCauses']) =>
    list.map((one) => ({ ...one, object: name(one.object), also: one.also.map(name) }));
  return { ...diagnosis, rootCauses: causes(diagnosis.rootCauses), otherCauses: causes(diagnosis.otherCauses) };
}
