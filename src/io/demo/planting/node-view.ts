import type { Incident, PlantedFile } from './form.ts';

const HOME = '/root';

/**
 * An incident as it looks from one of its other machines: that one's files, processes, tools and unit logs stand in
 * place of the incident's own. The user's home comes along.
 * @throws Error for a name that `nodes` does not have
 */
export function seenFrom(incident: Incident, node: string): Incident {
  const there = incident.nodes?.[node];
  if (!there) throw new Error(`${incident.id} has no node ${node}`);
  const podLogs = (incident.logs ?? []).filter(({ pod }) => pod !== undefined);
  return {
    ...incident,
    files: { ...homeOf(incident), ...there.files },
    processes: there.processes ?? [],
    tools: there.tools ?? [],
    logs: [...podLogs, ...(there.logs ?? [])],
  };
}

function homeOf({ env, files = {} }: Incident): Record<string, PlantedFile> {
  const home = `${env?.HOME ?? HOME}/`;
  return Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(home)));
}
