import type { ClusterFactKinds } from '../../model/facts/cluster.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const texts = list('text');
const named = { namespace: 'text', name: 'text' } as const;
const condition = maybe(record({ status: 'text', reason: 'text', message: 'text' }));
const address = { address: 'text', port: 'number' } as const;

export const CLUSTER_FACT_SHAPES = {
  cluster: record({ server: 'text', version: text, distribution: 'text', evidence: 'text', uid: text }),
  credential: record({
    kind: new Set(['certificate', 'token', 'exec', 'basic', 'service-account', 'none']),
    user: 'text',
    context: 'text',
    notAfter: maybe('time'),
    subject: text,
    ref: text,
  }),
  caBundle: record({
    kind: 'text',
    name: 'text',
    ref: 'text',
    webhook: text,
    service: maybe(record({ ...named, port: 'number' })),
    url: text,
    failurePolicy: text,
    empty: 'flag',
    available: condition,
    injectedFrom: text,
    problems: maybe(texts),
  }),
  csr: record({
    name: 'text',
    signerName: 'text',
    username: 'text',
    state: new Set(['pending', 'approved', 'denied', 'failed', 'issued']),
    reason: text,
    message: text,
    created: 'text',
    subject: 'text',
    dnsNames: texts,
    ipAddresses: texts,
    problems: maybe(texts),
  }),
  configMap: record({ ...named, problems: texts }),
  pod: record({
    ...named,
    node: text,
    owner: text,
    serviceAccount: text,
    started: text,
    phase: text,
    unready: text,
    ip: text,
    secrets: texts,
    frozenSecrets: maybe(texts),
    configMaps: texts,
    csiCertificates: text,
    mesh: maybe(
      record({
        kind: 'text',
        revision: text,
        audience: text,
        caAddress: text,
        traffic: maybe(
          record({ skipsInbound: text, skipsOutbound: text, onlyInbound: text, opaque: text, inboundPolicy: text }),
        ),
        probes: maybe(list('number')),
      }),
    ),
    meshIntent: text,
    labels: maybe('texts'),
  }),
  podLabels: record({ labels: texts }),
  node: record({
    name: 'text',
    version: 'text',
    osImage: 'text',
    providerID: text,
    addresses: list(record({ type: 'text', address: 'text' })),
    kubeletPort: maybe('number'),
    controlPlane: 'flag',
    ready: condition,
    labels: 'texts',
  }),
  apiEndpoint: record(address),
  lease: record({ ...named, holder: 'text', durationSeconds: 'number', renewed: 'time' }),
  health: record({ failing: texts }),
  requestHeader: record({ allowedNames: texts }),
} as const satisfies Readonly<Record<keyof ClusterFactKinds, Shape>>;
