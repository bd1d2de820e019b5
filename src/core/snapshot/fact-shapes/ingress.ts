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
  }),
  secret: record({
    ...named,
    type: 'text',
    keys: texts,
    resourceVersion: 'text',
    created: text,
    certificateName: text,
    issuer: text,
    managedBy: text,
    problems: texts,
  }),
  certificate: record({
    ...named,
    secretName: 'text',
    dnsNames: texts,
    issuer: record({ name: 'text', kind: 'text', group: 'text' }),
    isCA: 'flag',
    notAfter: text,
    renewalTime: text,
    ready: condition,
    issuing: condition,
    lastFailureTime: text,
  }),
  issuer: record({
    kind: new Set(['Issuer', 'ClusterIssuer']),
    namespace: text,
    name: 'text',
    type: 'text',
    caSecretName: text,
    ready: condition,
  }),
} as const satisfies Readonly<Record<keyof IngressFactKinds, Shape>>;
