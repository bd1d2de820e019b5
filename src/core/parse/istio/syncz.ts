import { at, recordOf, recordsOf, textOf } from '../kube/json.ts';

/** What one istiod says of one of the proxies that are connected to it. */
export interface SyncedProxy {
  readonly namespace: string;
  /** Name of its Pod. */
  readonly name: string;
  /** Kinds of configuration that were sent, and not acknowledged since: `CDS`, `SDS`. */
  readonly behind: readonly string[];
  /** What the proxy said against what it was sent last. */
  readonly error?: string;
}

/** Prefixes of the fields of each kind, as all versions have them. */
const FIELDS: Readonly<Record<string, string>> = { cluster: 'CDS', listener: 'LDS', route: 'RDS', endpoint: 'EDS' };

/** Ends of type URLs, of which versions since 1.27 list all, Secrets among them. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.Cluster$/, 'CDS'],
  [/\.Listener$/, 'LDS'],
  [/\.RouteConfiguration$/, 'RDS'],
  [/\.ClusterLoadAssignment$/, 'EDS'],
  [/\.Secret$/, 'SDS'],
];
/** Milliseconds that an answer to what was just sent may take. */
const PATIENCE = 30_000;
/** Characters of a refusal that are kept. */
const LONGEST = 300;

/**
 * Reads istiod's /debug/syncz (istio pilot/pkg/xds/debug.go): the proxies that are connected to this istiod, and whether
 * they took what it sent. Older versions have a pair of nonces for each kind, later ones a record for each type as well.
 * @param now milliseconds since the epoch, by the clock of istiod
 * @returns undefined where it is no such list
 */
export function readSyncz(json: unknown, now: number): SyncedProxy[] | undefined {
  if (!Array.isArray(json)) return undefined;
  return recordsOf(json).flatMap((proxy): SyncedProxy[] => {
    const [, name, namespace] = /^([^.]+)\.(.+)$/.exec(textOf(proxy.proxy) ?? '') ?? [];
    if (name === undefined || namespace === undefined) return [];
    const resources = Object.entries(recordOf(proxy.resources));
    const errors = resources.flatMap(([, resource]) => textOf(at(resource, 'lastError')) ?? []);
    const behind = resources.length > 0 ? behindByType(resources, now) : behindByNonce(proxy);
    return [{ namespace, name, behind, ...(errors[0] !== undefined && { error: errors[0].slice(0, LONGEST) }) }];
  });
}

function behindByType(resources: readonly (readonly [string, unknown])[], now: number): string[] {
  return resources.flatMap(([url, resource]) => {
    const kind = TYPES.find(([pattern]) => pattern.test(url))?.[1];
    const [sent, sentAt] = [textOf(at(resource, 'sent')), Date.parse(textOf(at(resource, 'sentTime')) ?? '')];
    const isLate = sent !== undefined && sent !== textOf(at(resource, 'acked')) && !(now - sentAt < PATIENCE);
    return kind !== undefined && isLate ? [kind] : [];
  });
}

function behindByNonce(proxy: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(FIELDS).flatMap(([field, kind]) => {
    const sent = textOf(proxy[`${field}_sent`]);
    return sent !== undefined && sent !== textOf(proxy[`${field}_acked`]) ? [kind] : [];
  });
}
