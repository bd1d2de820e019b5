import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EXIT, UserError } from '../../src/core/model/error.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { seenFrom } from '../../src/io/demo/planting/node-view.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { installProgram, type RunOptions } from '../support/program.ts';
import type { Bed } from './bed.ts';
import { type Planted, plant, productArguments } from './plant.ts';
import { bracketed } from './plant-servers.ts';

const USAGE = 'usage: npm run testbed -- plant FILE [ID] [--node NAME] [--snapshot OUT]';

/** `npm run testbed -- plant`: one incident of a file onto the bed that is up. @returns the exit status */
export async function plantCommand(bed: Bed, argv: readonly string[]): Promise<number> {
  const options = { snapshot: { type: 'string' }, node: { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const [file, id] = positionals;
  if (file === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT.usage;
  }
  try {
    const planted = await plant(bed, viewOf(chosen(file, id), values.node));
    for (const reason of planted.skipped) process.stderr.write(`not planted: ${reason}\n`);
    if (values.snapshot !== undefined) await snapshot(planted, values.snapshot);
    process.stdout.write(`${advice(planted)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write([error.message, ...error.hints, ''].join('\n'));
    return error.exitCode;
  }
}

/** Incidents of a file may extend the demo's own. @throws UserError */
function chosen(file: string, id: string | undefined): Incident {
  const incidents = parsePlanting(readFileSync(file, 'utf8'), { file, known: BUILT_IN_IDS.map(builtInIncident) });
  const found = id === undefined ? incidents[0] : incidents.find((each) => each.id === id);
  if (found) return found;
  throw new UserError(`${file}: no incident ${id}; there are ${incidents.map((each) => each.id).join(', ')}`, {
    exitCode: EXIT.usage,
  });
}

/** @throws UserError for a machine that the incident does not have */
function viewOf(incident: Incident, node: string | undefined): Incident {
  if (node === undefined) return incident;
  if (incident.nodes?.[node]) return seenFrom(incident, node);
  const names = Object.keys(incident.nodes ?? {}).join(', ') || 'none';
  throw new UserError(`${incident.id} has no node ${node}; there are ${names}`, { exitCode: EXIT.usage });
}

/** Only the node itself reaches these; the program finds them there unasked. */
const LOCAL = /^(localhost|127\.|::1)/;

/** What the program from today's sources sees of it, with a handshake for every planted address beyond the node. */
async function snapshot(planted: Planted, out: string): Promise<void> {
  const remote = planted.resolve.filter(({ host }) => !LOCAL.test(host));
  const probes = remote.map(({ host, port }) => `--probe=${bracketed(host)}:${port}`);
  const program = await installProgram();
  try {
    const argv = ['snapshot', '-f', out, ...productArguments(planted), ...probes];
    const { exitCode, stderr } = await program.run(argv, runOptions(planted));
    process.stderr.write(stderr);
    if (exitCode !== 0) throw new UserError(`no snapshot was written to ${out}`, { exitCode: EXIT.failed });
  } finally {
    await program.remove();
  }
}

/** How the program is started to look at it. */
export function runOptions({ path, runWith }: Planted): RunOptions {
  return { through: runWith, ...(path !== undefined && { env: { PATH: path } }) };
}

function advice({ incident, ...planted }: Planted): string {
  const argv = productArguments({ incident, ...planted });
  return [
    `${incident.id}: ${incident.title}`,
    `symptom: ${incident.symptom}`,
    'look at it with',
    '',
    ...(planted.path === undefined ? [] : [`  PATH=${planted.path.replace(process.env.PATH ?? '', '$PATH')} \\`]),
    `  ${[...planted.runWith, 'kubectl'].join(' ')} certs check ${argv.join(' \\\n    ')}`,
  ].join('\n');
}
