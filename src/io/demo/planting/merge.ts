import type { CertificateFacts, Incident, PlantedFile } from './form.ts';
import { identityOf } from './identity.ts';

/**
 * An incident that says only what differs from another. Objects, servers, proxies, processes, logs, tools and nodes
 * replace their namesakes whole, certificates fact by fact, and so files that say neither content nor link; everything
 * else is added. Titles and expectations are its own.
 */
export function extendIncident(base: Incident, change: Incident): Incident {
  const without = new Set(change.without);
  const keep = <T>(items: readonly T[] | undefined, identity: (item: T) => string, own: readonly T[] | undefined) => {
    const replaced = new Set((own ?? []).map(identity));
    return [
      ...(items ?? []).filter((item) => !replaced.has(identity(item)) && !without.has(identity(item))),
      ...(own ?? []),
    ];
  };
  return {
    ...change,
    env: { ...base.env, ...change.env },
    ...(base.version !== undefined && change.version === undefined && { version: base.version }),
    objects: keep(base.objects, identityOf.object, change.objects),
    keys: { ...base.keys, ...change.keys },
    certificates: mergeCertificates(base.certificates, change.certificates),
    crls: { ...base.crls, ...change.crls },
    trusted: [...new Set([...(base.trusted ?? []), ...(change.trusted ?? [])])],
    servers: keep(base.servers, identityOf.server, change.servers),
    proxies: keep(base.proxies, identityOf.proxy, change.proxies),
    files: Object.fromEntries(
      keep(
        Object.entries(base.files ?? {}),
        ([path]) => identityOf.file(path),
        Object.entries(change.files ?? {}).map(([path, file]) => [path, mergeFile(base.files?.[path], file)]),
      ),
    ),
    processes: keep(base.processes, identityOf.process, change.processes),
    logs: keep(base.logs, identityOf.log, change.logs),
    tools: keep(base.tools, identityOf.tool, change.tools),
    denied: [...(base.denied ?? []), ...(change.denied ?? [])],
    nodes: { ...base.nodes, ...change.nodes },
  };
}

/** Every identity that `without` may name. */
export function identitiesOf(incident: Incident): Set<string> {
  return new Set([
    ...(incident.objects ?? []).map(identityOf.object),
    ...(incident.servers ?? []).map(identityOf.server),
    ...(incident.proxies ?? []).map(identityOf.proxy),
    ...Object.keys(incident.files ?? {}).map(identityOf.file),
    ...(incident.processes ?? []).map(identityOf.process),
    ...(incident.logs ?? []).map(identityOf.log),
    ...(incident.tools ?? []).map(identityOf.tool),
  ]);
}

function mergeFile(base: PlantedFile | undefined, change: PlantedFile): PlantedFile {
  return change.content === undefined && change.link === undefined ? { ...base, ...change } : change;
}

function mergeCertificates(
  base: Readonly<Record<string, CertificateFacts>> = {},
  change: Readonly<Record<string, CertificateFacts>> = {},
): Record<string, CertificateFacts> {
  const merged: Record<string, CertificateFacts> = { ...base };
  for (const [name, facts] of Object.entries(change)) merged[name] = { ...merged[name], ...facts };
  return merged;
}
