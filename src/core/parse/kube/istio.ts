import { parse } from 'yaml';
import type {
  DestinationRuleFact,
  IstioGatewayFact,
  IstioMeshFact,
  IstioWebhookFact,
  MeshNamespaceFact,
  MtlsMode,
  PeerAuthenticationFact,
} from '../../model/facts.ts';
import { certificatesIn } from '../pem-contents.ts';
import { at, compact, type Json, numberOf, recordOf, recordsOf, textMapOf, textOf, textsOf, unique } from './json.ts';
import { metaOf } from './meta.ts';

const DEFAULT_REVISION = 'default';
/** CA_PROVIDER, where istiod's own protocol is spoken (istio pilot/cmd/pilot-agent/options). */
const ISTIOD_PROTOCOL = 'Citadel';

/**
 * The mesh configuration, with the defaults that it has (istio pkg/config/mesh/mesh.go).
 * @returns undefined for a ConfigMap without one
 */
export function readIstioMesh(object: unknown): IstioMeshFact | undefined {
  const meta = metaOf(object);
  const text = textOf(at(object, 'data', 'mesh'));
  if (!meta || text === undefined || !/^istio(-|$)/.test(meta.name)) return undefined;
  const mesh = recordOf(parsed(text));
  const roots = recordsOf(mesh.caCertificates).flatMap(
    ({ pem }) => certificatesIn(Buffer.from(textOf(pem) ?? '')).certificates,
  );
  const provider = textOf(at(mesh, 'defaultConfig', 'proxyMetadata', 'CA_PROVIDER'));
  const signers = unique(recordsOf(mesh.caCertificates).flatMap(({ certSigners }) => textsOf(certSigners)));
  return compact<IstioMeshFact>({
    namespace: meta.namespace,
    name: meta.name,
    revision:
      meta.labels['istio.io/rev'] ?? (meta.name === 'istio' ? DEFAULT_REVISION : meta.name.slice('istio-'.length)),
    trustDomain: textOf(mesh.trustDomain) ?? 'cluster.local',
    trustDomainAliases: textsOf(mesh.trustDomainAliases),
    rootNamespace: textOf(mesh.rootNamespace) ?? meta.namespace,
    autoMtls: mesh.enableAutoMtls !== false,
    extraRoots: roots.map(({ certificate }) => certificate.sha256),
    caAddress: textOf(at(mesh, 'defaultConfig', 'proxyMetadata', 'CA_ADDR')) ?? textOf(at(mesh, 'ca', 'address')),
    caProvider: provider === ISTIOD_PROTOCOL ? undefined : provider,
    certSigners: signers.length > 0 ? signers : undefined,
    networkGateways: networkGateways(textOf(at(object, 'data', 'meshNetworks'))),
  });
}

/** @returns undefined where no network has a gateway with an address (istio.io MeshNetworks) */
function networkGateways(text: string | undefined): IstioMeshFact['networkGateways'] {
  const networks = Object.values(recordOf(recordOf(parsed(text ?? '')).networks));
  const gateways = networks.flatMap((network) => recordsOf(recordOf(network).gateways));
  const told = gateways.flatMap((gateway) => {
    const [address, port] = [textOf(gateway.address), numberOf(gateway.port)];
    return address !== undefined && port !== undefined ? [{ address, port }] : [];
  });
  return told.length > 0 ? told : undefined;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** @returns undefined for a webhook configuration that is not Istio's */
export function readIstioWebhook(object: unknown): IstioWebhookFact | undefined {
  const meta = metaOf(object);
  const revision = meta?.labels['istio.io/rev'];
  if (!meta || revision === undefined) return undefined;
  return compact<IstioWebhookFact>({ name: meta.name, revision, tag: meta.labels['istio.io/tag'] });
}

/** @returns undefined for a namespace that says nothing of meshes */
export function readMeshNamespace(object: unknown): MeshNamespaceFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const fact = compact<MeshNamespaceFact>({
    name: meta.name,
    istioInjection: meta.labels['istio-injection'],
    revision: meta.labels['istio.io/rev'],
    dataplaneMode: meta.labels['istio.io/dataplane-mode'],
    linkerdInject: meta.annotations['linkerd.io/inject'],
  });
  return Object.keys(fact).length > 1 ? fact : undefined;
}

export function readPeerAuthentication(object: unknown): PeerAuthenticationFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const selector = textMapOf(at(spec, 'selector', 'matchLabels'));
  const ports = Object.entries(recordOf(spec.portLevelMtls)).flatMap(([port, mtls]) => {
    const mode = modeOf(at(mtls, 'mode'));
    return mode ? [[port, mode] as const] : [];
  });
  return compact<PeerAuthenticationFact>({
    namespace: meta.namespace,
    name: meta.name,
    created: meta.created,
    selector: Object.keys(selector).length > 0 ? selector : undefined,
    mode: modeOf(at(spec, 'mtls', 'mode')),
    ports: Object.fromEntries(ports),
  });
}

/** `UNSET` says nothing. */
function modeOf(value: unknown): MtlsMode | undefined {
  return value === 'DISABLE' || value === 'PERMISSIVE' || value === 'STRICT' ? value : undefined;
}

export function readDestinationRule(object: unknown): DestinationRuleFact | undefined {
  const meta = metaOf(object);
  const spec = recordOf(at(object, 'spec'));
  const host = textOf(spec.host);
  if (!meta || host === undefined) return undefined;
  return compact<DestinationRuleFact>({
    namespace: meta.namespace,
    name: meta.name,
    created: meta.created,
    host,
    exportTo: textsOf(spec.exportTo),
    tls: [
      ...tlsOf(spec.trafficPolicy),
      ...recordsOf(spec.subsets).flatMap((subset) => tlsOf(subset.trafficPolicy, textOf(subset.name))),
    ],
  });
}

type Tls = DestinationRuleFact['tls'][number];
const TLS_MODES: ReadonlySet<unknown> = new Set(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']);

function tlsOf(policy: unknown, subset?: string): Tls[] {
  const one = (tls: unknown, port?: number): Tls[] =>
    TLS_MODES.has(at(tls, 'mode'))
      ? [
          compact<Tls>({
            mode: at(tls, 'mode') as Tls['mode'],
            port,
            subset,
            credentialName: textOf(at(tls, 'credentialName')),
          }),
        ]
      : [];
  return [
    ...one(at(policy, 'tls')),
    ...recordsOf(at(policy, 'portLevelSettings')).flatMap((setting) =>
      one(setting.tls, numberOf(at(setting, 'port', 'number'))),
    ),
  ];
}

export function readIstioGateway(object: unknown): IstioGatewayFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  return {
    namespace: meta.namespace,
    name: meta.name,
    selector: textMapOf(spec.selector),
    servers: recordsOf(spec.servers).map(readServer),
  };
}

function readServer(server: Json): IstioGatewayFact['servers'][number] {
  return compact<IstioGatewayFact['servers'][number]>({
    port: numberOf(at(server, 'port', 'number')) ?? 0,
    protocol: textOf(at(server, 'port', 'protocol')) ?? '',
    hosts: textsOf(server.hosts),
    mode: textOf(at(server, 'tls', 'mode')) ?? (server.tls === undefined ? undefined : 'PASSTHROUGH'),
    credentialName: textOf(at(server, 'tls', 'credentialName')),
  });
}
