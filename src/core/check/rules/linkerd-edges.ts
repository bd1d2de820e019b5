import type { LinkerdEdgeFact, PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition, Severity } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { podsByNamespace } from '../pod-selection.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const LINKERD_EDGE_PLAIN: CodeDefinition = {
  code: 'LINKERD_EDGE_PLAIN',
  severity: 'warning',
  title: 'workloads of Linkerd speak to each other without mTLS',
  meaning:
    "Both ends have a proxy, and their metrics show a connection that is not secured: the client does not ask for the server's identity, since it reaches a Pod by an address that Linkerd does not know, or since a port is skipped; or the server took plain text from a client that went past its own proxy. Where no reason is given, that there is mTLS is not known.",
  prove: [
    'linkerd viz edges deployment -A -o json: no_tls_reason, and an empty server_id (only connections of this moment are listed)',
    'linkerd diagnostics proxy-metrics POD: tls="no_identity" with no_tls_reason',
  ],
  fix: [
    'call the Service rather than an address; for headless ones, the name of the Pod',
    'take skipped ports back into the mesh, or make them opaque',
  ],
  source: 'linkerd2 viz/metrics-api/edges.go; linkerd2-proxy linkerd/tls, no_tls_reason',
  since: '0.1.0',
};

/** Why a connection has no TLS, in the proxy's words (linkerd2-proxy linkerd/tls). Within a Pod none is needed. */
const REASONS: Readonly<Record<string, string>> = {
  not_provided_by_service_discovery: "the client's proxy was told of no identity at that address",
  ingress_without_override: "the client's proxy is in ingress mode, and no l5d-dst-override header names a Service",
  port_skipped: 'the port is skipped',
  no_tls_from_remote: 'the client sent plain text',
};
const NEEDS_NONE = 'loopback';

/** Whether connections between workloads of Linkerd are secured, as their proxies saw them. */
export const linkerdEdges: Check = {
  id: 'linkerd-edges',
  title: 'workloads of Linkerd speak to each other by mTLS',
  codes: [LINKERD_EDGE_PLAIN],
  applies: ({ inventory }) => inventory.facts('linkerdEdge').length > 0,
  run: (input) => {
    const plain = input.inventory.facts('linkerdEdge').filter((edge) => isPlain(input.inventory, edge));
    const byServer = Map.groupBy(plain, ({ destination, reason }) => JSON.stringify([destination, reason]));
    return [...byServer.values()].map((edges) => report(input, edges));
  },
};

function isPlain(inventory: Inventory, { source, destination, serverId, reason }: LinkerdEdgeFact): boolean {
  if (serverId !== undefined || reason === NEEDS_NONE) return false;
  return podsOf(inventory, source).length > 0 && podsOf(inventory, destination).length > 0;
}

/** Pods with a proxy of the Deployment that an edge names. */
function podsOf(inventory: Inventory, { namespace, name }: LinkerdEdgeFact['source']): readonly Seen<PodFact>[] {
  const all = podsByNamespace(inventory).get(namespace) ?? [];
  return all.filter(({ owner, mesh }) => mesh?.kind === 'linkerd' && owner === `deployment/${name}`);
}

/** Most clients that are named. */
const MOST = 10;

function report({ inventory }: CheckInput, edges: readonly Seen<LinkerdEdgeFact>[]): Draft {
  const [{ destination, reason }] = edges as readonly [Seen<LinkerdEdgeFact>];
  const at = ref.object('deployment', destination.name, destination.namespace);
  const clients = [...new Set(edges.map(({ source }) => `${source.namespace}/${source.name}`))];
  const skipped = edges.flatMap(({ source }) => [
    ...podsOf(inventory, destination).filter(({ mesh }) => mesh?.traffic?.skipsInbound !== undefined),
    ...podsOf(inventory, source).filter(({ mesh }) => mesh?.traffic?.skipsOutbound !== undefined),
  ]);
  const why = reason === undefined ? 'no reason is given' : (REASONS[reason] ?? `the proxy says ${reason}`);
  return draft(LINKERD_EDGE_PLAIN, {
    severity: severityOf(reason, skipped),
    layer: 'mesh',
    placement: at,
    message:
      reason === undefined
        ? `whether ${list(clients)} and ${at}, all of them in the mesh, speak by mTLS is not known: the server's identity was not seen, and ${why}`
        : `${list(clients)} and ${at}, all of them in the mesh, speak without mTLS: ${why}`,
    evidence: edges
      .slice(0, MOST)
      .map(({ seen, source }) =>
        inventory.evidence(
          seen,
          `edge from ${source.namespace}/${source.name} to ${destination.namespace}/${destination.name}: no server_id, no_tls_reason ${reason ?? 'empty'}`,
        ),
      ),
    impact: 'what they send can be read and changed on its way, and policies by identity do not see who calls',
    fix: [
      manualStep('look', 'see by which address the client calls, and what its proxy says of it', [
        ...['linkerd', 'diagnostics', 'proxy-metrics', '-n', edges[0]!.source.namespace],
        `deploy/${edges[0]!.source.name}`,
      ]),
    ],
    also: edges.slice(0, MOST).map(({ source }) => ref.object('deployment', source.name, source.namespace)),
    causes: skipped.map(({ namespace, name }) => ({
      code: 'MESH_PORTS_SKIPPED',
      placement: ref.object('pod', name, namespace),
    })),
  });
}

/** What is skipped on purpose, or only not known, is no warning. */
function severityOf(reason: string | undefined, skipped: readonly PodFact[]): Severity {
  return reason === undefined || reason === 'port_skipped' || skipped.length > 0 ? 'info' : 'warning';
}
