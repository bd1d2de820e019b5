import type { EvidenceFactKinds } from '../../model/facts/evidence.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const texts = list('text');
const namespace = 'text';

export const EVIDENCE_FACT_SHAPES = {
  message: record({
    from: new Set(['event', 'condition', 'log']),
    object: 'text',
    at: maybe('time'),
    reason: text,
    text: 'text',
    type: text,
    by: text,
    count: maybe('number'),
    container: text,
  }),
  service: record({
    namespace,
    name: 'text',
    type: 'text',
    clusterIPs: texts,
    addresses: texts,
    ports: list(record({ name: text, port: 'number', targetPort: text })),
    selector: 'texts',
    externalTrafficPolicy: text,
  }),
  endpoints: record({ namespace, service: 'text', ready: texts, notReady: texts }),
  remoteCluster: record({
    namespace,
    name: 'text',
    clusters: list(record({ name: 'text', server: 'text', tokenEnds: maybe('time'), certificateEnds: maybe('time') })),
  }),
  bootstrapToken: record({
    name: 'text',
    id: 'text',
    expiration: maybe('time'),
    signs: 'flag',
    authenticates: 'flag',
  }),
} as const satisfies Readonly<Record<keyof EvidenceFactKinds, Shape>>;
