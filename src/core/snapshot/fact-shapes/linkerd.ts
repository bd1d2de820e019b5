import type { LinkerdFactKinds } from '../../model/facts/linkerd.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const texts = list('text');
const place = record({ namespace: 'text', name: 'text' });

export const LINKERD_FACT_SHAPES = {
  linkerdCheck: record({
    success: 'flag',
    checks: list(
      record({
        category: 'text',
        description: 'text',
        result: new Set(['success', 'warning', 'error']),
        error: text,
      }),
    ),
    client: text,
    server: text,
  }),
  linkerdEdge: record({ source: place, destination: place, serverId: text, reason: text }),
  linkerdConfig: record({
    namespace: 'text',
    trustDomain: 'text',
    scheme: maybe('text'),
    externalCA: 'flag',
    issuanceLifetime: maybe('number'),
    anchors: texts,
    inboundPolicy: text,
    opaquePorts: text,
    skippedInboundPorts: text,
    skippedOutboundPorts: text,
  }),
  linkerdLink: record({
    namespace: 'text',
    name: 'text',
    cluster: 'text',
    clusterDomain: 'text',
    gatewayAddresses: texts,
    gatewayPort: 'number',
    gatewayIdentity: 'text',
  }),
} as const satisfies Readonly<Record<keyof LinkerdFactKinds, Shape>>;
