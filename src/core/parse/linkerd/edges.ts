import type { LinkerdEdgeFact } from '../../model/facts.ts';

/**
 * Reads `linkerd viz edges -o json`. An unknown reason and disabled TLS both come as an empty one: a connection is
 * secured where the server has an identity, and not known otherwise. Undefined where there is no list.
 * @see linkerd/linkerd2 viz/cmd/edges.go
 */
export function readLinkerdEdges(output: string): LinkerdEdgeFact[] | undefined {
  const start = output.search(/^\[/m);
  if (start < 0) return undefined;
  try {
    const rows: unknown = JSON.parse(output.slice(start));
    return Array.isArray(rows) ? rows.flatMap(readEdge) : undefined;
  } catch {
    return undefined;
  }
}

/** The proxy's own word for what viz spells out: `Not Provided By Service Discovery` (viz/metrics-api/edges.go, formatMsg). */
function asProxySays(reason: string): string {
  return reason.toLowerCase().replaceAll(' ', '_');
}

function readEdge(row: Record<string, unknown> | null): LinkerdEdgeFact[] {
  const text = (key: string) => (typeof row?.[key] === 'string' && row[key] !== '' ? (row[key] as string) : undefined);
  const [source, destination] = [text('src'), text('dst')];
  if (source === undefined || destination === undefined) return [];
  const [serverId, reason] = [text('server_id'), text('no_tls_reason')];
  return [
    {
      source: { namespace: text('src_namespace') ?? '', name: source },
      destination: { namespace: text('dst_namespace') ?? '', name: destination },
      ...(serverId !== undefined && { serverId }),
      ...(reason !== undefined && { reason: asProxySays(reason) }),
    },
  ];
}
