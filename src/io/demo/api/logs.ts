import type { PlantedLog } from '../planting/form.ts';
import { momentOf } from '../planting/moment.ts';
import type { World } from '../world/world.ts';
import { badRequest } from './failures.ts';
import type { StoredObject } from './stored-object.ts';

interface PodSpec {
  readonly containers?: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

/**
 * The log of one container, with the parameters container, tailLines and timestamps.
 * @throws PortFailure (400) when the container is not the Pod's, or must be named
 */
export async function readLog(
  world: World,
  pod: StoredObject,
  query: Readonly<Record<string, string>>,
): Promise<string> {
  const { metadata, spec } = pod as StoredObject & { spec?: PodSpec };
  const names = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ name }) => name);
  const container = query.container ?? spec?.containers?.[0]?.name;
  if (query.container === undefined && (spec?.containers?.length ?? 0) > 1) {
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`,
    );
  }
  if (container === undefined || !names.includes(container)) {
    throw badRequest(`container ${container} is not valid for pod ${metadata.name}`);
  }
  const planted = world.incident.logs?.find((log) =>
    isOf(log, `${metadata.namespace}/${metadata.name}`, container, names),
  );
  const lines = await logLines(world, planted?.lines ?? []);
  const tail = query.tailLines === undefined ? lines : lines.slice(-Number(query.tailLines) || lines.length);
  return tail
    .map(({ at, text }) => `${query.timestamps === 'true' ? `${new Date(at).toISOString()} ` : ''}${text}\n`)
    .join('');
}

/** A log that names no container is the first one's. */
function isOf(log: PlantedLog, pod: string, container: string, names: readonly string[]): boolean {
  return log.pod === pod && (log.container ?? names[0]) === container;
}

/** Lines with their times in milliseconds; a text of several lines is so many. */
export async function logLines(
  world: World,
  lines: PlantedLog['lines'],
): Promise<{ readonly at: number; readonly text: string }[]> {
  const rendered = await world.render(lines);
  return rendered.flatMap(({ at, text }) =>
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => ({ at: momentOf(at, world.now), text: line })),
  );
}
