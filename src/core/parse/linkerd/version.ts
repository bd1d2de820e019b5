export interface LinkerdVersions {
  /** `edge-26.8.3`, `stable-2.14.10`; builds from source say `dev-...`. */
  readonly client?: string;
  /** Absent where the control plane did not answer. */
  readonly server?: string;
}

/** Reads `linkerd version`, which exits with 0 and says `unavailable` when the control plane does not answer. */
export function readLinkerdVersion(output: string): LinkerdVersions | undefined {
  const client = /^Client version: (\S+)/m.exec(output)?.[1];
  const server = /^Server version: (\S+)/m.exec(output)?.[1];
  if (client === undefined && server === undefined) return undefined;
  return {
    ...(client !== undefined && { client }),
    ...(server !== undefined && server !== 'unavailable' && { server }),
  };
}
