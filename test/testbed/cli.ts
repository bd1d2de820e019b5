/** npm run testbed -- up|down|status|env|build|report [core|all|COMPONENT...] [-o json], plant FILE [ID] */
import { parseArgs } from 'node:util';
import { Bed } from './bed.ts';
import { build } from './build/build.ts';
import { componentsNamed, withNeeds } from './catalogue/index.ts';
import { plantCommand } from './plant-command.ts';
import { type BuildLine, readBuilds, readSuites, recordBuilds } from './records.ts';
import { buildLine, buildTable, reportTable } from './report.ts';
import { isUp, sharedRunFolder, sweepDeadRuns } from './run-folder.ts';
import { statusOf, statusTable } from './status.ts';
import { startSupervisor } from './supervisor/client.ts';

const USAGE = `usage: npm run testbed -- COMMAND [core|all|COMPONENT...]
  up      build what is missing, start it, leave it running until down
  down    end everything that up started, remove its run folder
  status  what is at hand and what runs (-o json for programs)
  env     export lines for a shell: eval "$(npm run -s testbed -- env)"
  build   only build and install, and tell how long each took (fails when a NAME can't be had)
  report  the last build and the last npm run test:real of this checkout, by component
  plant   FILE [ID] [--snapshot OUT]: an incident of a planting file onto what is up (PLANTING.md)`;

const runDir = sharedRunFolder();

function runningBed(): Bed {
  if (!isUp(runDir)) throw new Error('nothing is up; npm run testbed -- up core starts the core');
  return new Bed(runDir);
}

/** Builds one after the other and says so. */
async function buildAll(names: readonly string[]): Promise<BuildLine[]> {
  const lines: BuildLine[] = [];
  for (const component of withNeeds(names)) {
    const line = buildLine(await build(component));
    if (line.how !== 'cached') process.stderr.write(`${line.name}: ${line.how} after ${line.seconds} s\n`);
    lines.push(line);
  }
  return lines;
}

/** @returns whether all of them are at hand */
async function buildAndTell(names: readonly string[]): Promise<boolean> {
  const lines = await buildAll(names);
  recordBuilds(lines);
  process.stdout.write(buildTable(lines));
  return lines.every(({ how }) => how !== 'missing');
}

async function up(names: readonly string[]): Promise<void> {
  const started = performance.now();
  const lines = await buildAll(names);
  if (!isUp(runDir)) await startSupervisor(runDir, { tied: false });
  const bed = new Bed(runDir);
  const missing = new Set(lines.filter(({ how }) => how === 'missing').map(({ name }) => name));
  for (const { name } of componentsNamed(names)) {
    const lacking = withNeeds([name]).find((need) => missing.has(need.name));
    if (lacking === undefined) await bed.start([name]);
  }
  process.stderr.write(
    `up after ${((performance.now() - started) / 1000).toFixed(1)} s: ${bed.up.map(({ component }) => component).join(', ')}\n`,
  );
  process.stdout.write(statusTable((await statusOf(bed)).components.filter(({ name }) => missing.has(name))));
}

async function main(): Promise<number> {
  if (process.argv[2] === 'plant') return plantCommand(runningBed(), process.argv.slice(3));
  const options = { output: { type: 'string', short: 'o' } } as const;
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const [command, ...names] = positionals;
  sweepDeadRuns();
  switch (command) {
    case 'up':
      await up(names.length === 0 ? ['core'] : names);
      return 0;
    case 'build':
      return (await buildAndTell(names.length === 0 ? ['all'] : names)) ? 0 : 1;
    case 'report':
      process.stdout.write(reportTable(readBuilds(), readSuites()));
      return 0;
    case 'down':
      if (isUp(runDir)) await new Bed(runDir).down();
      return 0;
    case 'status': {
      const status = await statusOf(isUp(runDir) ? new Bed(runDir) : undefined, names);
      process.stdout.write(
        values.output === 'json' ? `${JSON.stringify(status, null, 2)}\n` : statusTable(status.components),
      );
      return 0;
    }
    case 'env':
      for (const [name, value] of Object.entries(runningBed().env)) process.stdout.write(`export ${name}='${value}'\n`);
      return 0;
    default:
      process.stderr.write(`${USAGE}\n`);
      return 64;
  }
}

process.exitCode = await main().catch((error: Error) => {
  process.stderr.write(`testbed: ${error.message}\n`);
  return 1;
});
