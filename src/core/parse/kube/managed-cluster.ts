import type { Key } from '../../model/placement.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { parseKubeconfig } from '../kubeconfig.ts';
import { certificatesIn } from '../pem-contents.ts';
import { readEncoded } from './encoded.ts';
import { at, recordOf, textOf } from './json.ts';
import { metaOf } from './meta.ts';

/** By which Secrets this cluster gets to others: whose custom they are. */
export type ManagedKeeper = 'cluster-api' | 'argocd';

/** What a Secret holds to get to another cluster; nothing secret is among it. */
export interface ManagedCluster {
  readonly namespace: string;
  readonly name: string;
  readonly keeper: ManagedKeeper;
  readonly entries: readonly ManagedEntry[];
}

export interface ManagedEntry {
  /** Data key, with the place in it: `value#users/NAME`, `config`, `tls.crt`. */
  readonly key: string;
  /** A client's certificate, by whom its server is trusted, or the CA that signs there. */
  readonly is: 'client' | 'trust' | 'authority';
  readonly certificates: readonly Certificate[];
  /** The public half of the client's key. */
  readonly privateKey?: Key;
}

const CLUSTER_API = 'cluster.x-k8s.io/secret';

/**
 * Cluster API's Secrets of a workload cluster (util/secret: NAME-kubeconfig under `value`, CAs under tls.crt), and Argo
 * CD's of the clusters that it deploys to (`config`: JSON with tlsClientConfig). Undefined for any other Secret.
 */
export function readManagedCluster(object: unknown): ManagedCluster | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const data = recordOf(at(object, 'data'));
  const isArgo = meta.labels['argocd.argoproj.io/secret-type'] === 'cluster';
  if (!isArgo && textOf(at(object, 'type')) !== CLUSTER_API) return undefined;
  const entries = isArgo ? argoEntries(data.config) : [...kubeconfigEntries(data.value), ...pairEntry(data)];
  const { namespace, name } = meta;
  return { namespace, name, keeper: isArgo ? 'argocd' : 'cluster-api', entries };
}

function decoded(value: unknown): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}

function kubeconfigEntries(value: unknown): ManagedEntry[] {
  const text = decoded(value);
  if (text === '') return [];
  const { users, clusters } = parseKubeconfig(text, '');
  return [
    ...users.flatMap(({ name, certificate, key }) =>
      certificate && 'pem' in certificate
        ? entry(`value#users/${name}`, 'client', certificate.pem, key && 'inline' in key ? key.key : undefined)
        : [],
    ),
    ...clusters.flatMap(({ name, ca }) => (ca && 'pem' in ca ? entry(`value#clusters/${name}`, 'trust', ca.pem) : [])),
  ];
}

function entry(key: string, is: ManagedEntry['is'], pem: string, privateKey?: Key): ManagedEntry[] {
  const certificates = certificatesIn(Buffer.from(pem)).certificates.map(({ certificate }) => certificate);
  return certificates.length > 0 ? [{ key, is, certificates, ...(privateKey && { privateKey }) }] : [];
}

/** `NAME-ca`, `NAME-etcd`, `NAME-proxy`; `NAME-sa` holds a public key alone. */
function pairEntry(data: Readonly<Record<string, unknown>>): ManagedEntry[] {
  const value = readEncoded(data['tls.crt']);
  if (value.kind !== 'x509' || value.contents.certificates.length === 0) return [];
  return [
    {
      key: 'tls.crt',
      is: 'authority',
      certificates: value.contents.certificates.map(({ certificate }) => certificate),
    },
  ];
}

/** argoproj/argo-cd pkg/apis/application/v1alpha1, ClusterConfig: each value of tlsClientConfig is base64 of PEM. */
function argoEntries(value: unknown): ManagedEntry[] {
  const tls = at(parsed(decoded(value)), 'tlsClientConfig');
  const [ca, client, key] = ['caData', 'certData', 'keyData'].map((name) => readEncoded(at(tls, name)));
  const certificatesOf = (one: typeof ca) =>
    one?.kind === 'x509' ? one.contents.certificates.map(({ certificate }) => certificate) : [];
  const found = key?.kind === 'x509' ? key.contents.keys.find((each) => !each.locked && each.private) : undefined;
  const privateKey =
    found && !found.locked ? { spki: found.spki, algorithm: found.algorithm, bits: found.bits } : undefined;
  const clients = certificatesOf(client);
  const trusted = certificatesOf(ca);
  return [
    ...(clients.length > 0
      ? [{ key: 'config#certData', is: 'client', certificates: clients, ...(privateKey && { privateKey }) } as const]
      : []),
    ...(trusted.length > 0 ? [{ key: 'config#caData', is: 'trust', certificates: trusted } as const] : []),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
