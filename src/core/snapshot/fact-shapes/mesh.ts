import type { MeshFactKinds } from '../../model/facts/mesh.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const named = { namespace: 'text', name: 'text' } as const;
const mesh = new Set(['istio', 'linkerd']);

export const MESH_FACT_SHAPES = {
  meshControlPlane: record({
    mesh,
    ...named,
    revision: text,
    version: text,
    caSource: 'text',
    caEvidence: text,
    trustDomain: text,
    trustDomainAliases: maybe(list('text')),
    workloadTtl: maybe('number'),
    issuer: text,
  }),
  meshProxy: record({
    mesh,
    kind: new Set(['sidecar', 'gateway', 'ztunnel']),
    ...named,
    means: new Set(['istioctl', 'linkerd', 'port-forward', 'exec']),
    resources: list(
      record({
        name: 'text',
        state: new Set(['active', 'warming', 'unavailable']),
        reason: text,
        identity: text,
        expires: maybe('time'),
      }),
    ),
    clockAhead: maybe('number'),
    version: text,
    revision: text,
  }),
} as const satisfies Readonly<Record<keyof MeshFactKinds, Shape>>;
