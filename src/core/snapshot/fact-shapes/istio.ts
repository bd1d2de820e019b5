import type { IstioFactKinds } from '../../model/facts/istio.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const texts = list('text');
const named = { namespace: 'text', name: 'text' } as const;

export const ISTIO_FACT_SHAPES = {
  istioMesh: record({
    ...named,
    revision: 'text',
    trustDomain: 'text',
    trustDomainAliases: texts,
    rootNamespace: 'text',
    autoMtls: 'flag',
    extraRoots: texts,
    caAddress: text,
    caProvider: text,
    certSigners: maybe(texts),
    networkGateways: maybe(list(record({ address: 'text', port: 'number' }))),
  }),
  istioWebhook: record({ name: 'text', revision: 'text', tag: text }),
  meshNamespace: record({
    name: 'text',
    istioInjection: text,
    revision: text,
    dataplaneMode: text,
    linkerdInject: text,
  }),
  peerAuthentication: record({ ...named, created: text, selector: maybe('texts'), mode: text, ports: 'texts' }),
  destinationRule: record({
    ...named,
    created: text,
    host: 'text',
    exportTo: texts,
    tls: list(record({ mode: 'text', port: maybe('number'), subset: text, credentialName: text })),
  }),
  istioGateway: record({
    ...named,
    selector: 'texts',
    servers: list(record({ port: 'number', protocol: 'text', hosts: texts, mode: text, credentialName: text })),
  }),
  istioOpinion: record({
    command: 'text',
    messages: list(record({ code: 'text', level: 'text', message: 'text', object: text })),
    client: text,
    servers: texts,
    behind: texts,
  }),
  istioSync: record({
    istiods: 'number',
    connected: 'number',
    unconnectedCount: 'number',
    unconnected: list(record(named)),
    behindCount: 'number',
    behind: list(record({ ...named, behind: texts, error: text })),
  }),
  istiod: record({
    ...named,
    externalCa: text,
    signer: text,
    signsNothing: maybe('flag'),
    certProvider: text,
  }),
} as const satisfies Readonly<Record<keyof IstioFactKinds, Shape>>;
