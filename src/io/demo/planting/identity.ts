import type { PlantedLog, PlantedObject, PlantedProcess, PlantedProxy, PlantedServer, RecordedTool } from './form.ts';

/** The object that another one says it goes with; undefined where it says none, or none is planted. */
export function ownerOf({ ownedBy, metadata }: PlantedObject, objects: readonly PlantedObject[]) {
  return objects.find(
    (each) =>
      `${each.kind}/${each.metadata.name}` === ownedBy &&
      [undefined, metadata.namespace].includes(each.metadata.namespace),
  );
}

/** What each planted thing is called in `without` and in messages. */
export const identityOf = {
  /** `kind/NAMESPACE/NAME`, or `kind/NAME`. */
  object: ({ kind, metadata }: PlantedObject) =>
    `${kind.toLowerCase()}/${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`,
  server: ({ listen }: PlantedServer) => listen[0] ?? '',
  proxy: ({ pod }: PlantedProxy) => `proxy:${pod}`,
  file: (path: string) => `file:${path}`,
  /** By the program's base name: a machine runs one of each. */
  process: ({ argv: [path = ''] }: PlantedProcess) => `process:${path.slice(path.lastIndexOf('/') + 1)}`,
  log: ({ pod, container, unit }: PlantedLog) => `log:${unit ?? `${pod}${container ? `/${container}` : ''}`}`,
  tool: ({ argv }: RecordedTool) => `tool:${argv.join(' ')}`,
} as const;
