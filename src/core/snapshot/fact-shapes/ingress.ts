import type { IngressFactKinds } from '../../model/facts/ingress.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const texts = list('text');
const named = { namespace: 'text', name: 'text' } as const;
const condition = maybe(record({ status: 'text', reason: 'text', message: 'text' }));

export const INGRESS_FACT_SHAPES = {
  ingress: record({
    ...named,
    className: text,
    hosts: texts,
    tls: list(record({ hosts: texts, secretName: text })),
    addresses: texts,
    annotations: 'texts',
    owner: text,
    services: maybe(texts),
  }),
  gateway: record({
    ...named,
    kind: new Set(['Gateway', 'ListenerSet']),
    className: text,
    listeners: list(
      record({
        name: 'text',
        hostname: text,
        port: 'number',
        protocol: 'text',
        mode: 'text',
        secrets: list(record({ ...named, granted: 'flag' })),
      }),
    ),
    addresses: texts,
    annotations: 'texts',
    parent: maybe(record(named)),
    problems: maybe(texts),
  }),
  secret: record({
    ...named,
    type: 'text',
    keys: texts,
    resourceVersion: 'text',
    created: text,
    certificateName: text,
    issuer: text,
    issuerKind: text,
    issuerGroup: text,
    managedBy: text,
    writers: maybe(list(record({ manager: 'text', at: text }))),
    crls: maybe(list(record({ key: 'text', issuer: 'text', thisUpdate: 'time', nextUpdate: maybe('time') }))),
    problems: texts,
  }),
  ingressClass: record({ name: 'text', controller: 'text', default: 'flag' }),
  controller: record({
    ...named,
    kind: new Set(['Deployment', 'DaemonSet', 'StatefulSet']),
    product: 'text',
    version: text,
    replicas: 'number',
    ready: 'number',
    serviceAccount: text,
    flags: 'texts',
  }),
  route: record({
    ...named,
    kind: new Set(['HTTPRoute', 'TLSRoute', 'GRPCRoute', 'HTTPProxy', 'IngressRoute', 'Route']),
    hosts: texts,
    secrets: list(record(named)),
    parents: list(record({ ...named, kind: 'text', section: text })),
    resolver: text,
    problems: texts,
  }),
  delegation: record({ ...named, secrets: list(record({ name: 'text', namespaces: texts })) }),
  externalSecret: record({
    ...named,
    target: 'text',
    creationPolicy: text,
    refreshInterval: text,
    refreshed: text,
    ready: condition,
  }),
  trustBundle: record({
    name: 'text',
    configMapKey: text,
    secretKey: text,
    sources: texts,
    inline: maybe(texts),
    synced: condition,
  }),
  trustSource: record({ bundle: 'text', source: 'text', namespace: 'text', missing: text, certificates: texts }),
  trustCopy: record({
    bundle: 'text',
    kind: new Set(['ConfigMap', 'Secret']),
    key: 'text',
    namespaces: texts,
    certificates: texts,
  }),
} as const satisfies Readonly<Record<keyof IngressFactKinds, Shape>>;
