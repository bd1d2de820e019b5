import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolsOf } from '../../src/io/demo/recorded-tools.ts';
import type { World } from '../../src/io/demo/world/world.ts';
import type { Bed } from './bed.ts';

const TOOL = fileURLToPath(new URL('./plant-tool.ts', import.meta.url));

/**
 * Programs that give an incident's recorded answers, and journalctl for the logs of units.
 * @returns the folder that has to come first in PATH; undefined when there are none
 */
export async function plantTools(bed: Bed, world: World, name: string): Promise<string | undefined> {
  const denied = new Set((world.incident.denied ?? []).flatMap((rule) => ('binary' in rule ? [rule.binary] : [])));
  const tools = (await world.render(toolsOf(world))).filter(({ argv }) => !denied.has(argv[0]!));
  if (tools.length === 0) return undefined;
  const answers = bed.write(`planted/${name}-tools.json`, JSON.stringify(tools));
  const folder = `planted/${name}-bin`;
  for (const program of new Set(tools.map(({ argv }) => argv[0]!))) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${TOOL}' '${answers}' '${program}' "$@"\n`;
    bed.write(join(folder, program), script, 0o755);
  }
  return join(bed.runDir, folder);
}
