import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UserError } from '../../src/core/model/error.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import type { Bed } from './bed.ts';
import { type Planted, plant, productArguments } from './plant.ts';
import { bracketed } from './plant-servers.ts';

const USAGE = 'usage: npm run testbed -- plant FILE [ID] [--snapshot OUT]';
/** The product from its sources. */
const PRODUCT = [process.execPath, 'src/main.ts'];
const SNAPSHOT_WITHIN_MS = 120_000;

/** `npm run testbed -- plant`: one incident of a file onto the bed that is up. @returns the exit status */
export async function plantCommand(bed: Bed, argv: readonly string[]): Promise<number> {
  const options = { snapshot: { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const [file, id] = positionals;
  if (file === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 64;
  }
  try {
    const planted = await plant(bed, chosen(file, id));
    for (const reason of planted.skipped) process.stderr.write(`not planted: ${reason}\n`);
    if (values.snapshot !== undefined) await snapshot(bed, planted, values.snapshot);
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
    exitCode: 64,
  });
}

async function snapshot(bed: Bed, planted: Planted, out: string): Promise<void> {
  const probes = planted.resolve.map(({ host, port }) => `--probe=${bracketed(host)}:${port}`);
  const argv = [...PRODUCT, 'snapshot', '-f', out, ...productArguments(planted), ...new Set(probes)];
  process.stderr.write(await bed.run(argv, { timeoutMs: SNAPSHOT_WITHIN_MS }));
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
