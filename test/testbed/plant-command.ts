import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EXIT, UserError } from '../../src/core/model/error.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { installProgram } from '../support/program.ts';
import type { Bed } from './bed.ts';
import { type Planted, plant, productArguments } from './plant.ts';
import { bracketed } from './plant-servers.ts';

const USAGE = 'usage: npm run testbed -- plant FILE [ID] [--snapshot OUT]';
/** `npm run testbed -- plant`: one incident of a file onto the bed that is up. @returns the exit status */
export async function plantCommand(bed: Bed, argv: readonly string[]): Promise<number> {
  const options = { snapshot: { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const [file, id] = positionals;
  if (file === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT.usage;
  }
  try {
    const planted = await plant(bed, chosen(file, id));
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

/** Only the node itself reaches these; the program finds them there unasked. */
const LOCAL = /^(localhost|127\.|::1)/;

/** What the program from today's sources sees of it, with a handshake for every planted address beyond the node. */
async function snapshot(planted: Planted, out: string): Promise<void> {
  const remote = planted.resolve.filter(({ host }) => !LOCAL.test(host));
  const probes = remote.map(({ host, port }) => `--probe=${bracketed(host)}:${port}`);
  const program = await installProgram();
  try {
    const { exitCode, stderr } = await program.run(['snapshot', '-f', out, ...productArguments(planted), ...probes]);
    process.stderr.write(stderr);
    if (exitCode !== 0) throw new UserError(`no snapshot was written to ${out}`, { exitCode: EXIT.failed });
  } finally {
    await program.remove();
  }
}

function advice({ incident, ...planted }: Planted): string {
  const argv = productArguments({ incident, ...planted });
  return [
    `${incident.id}: ${incident.title}`,
    `symptom: ${incident.symptom}`,
    'look at it with',
    '',
    `  kubectl certs check ${argv.join(' \\\n    ')}`,
  ].join('\n');
}
