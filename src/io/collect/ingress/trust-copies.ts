import type { TrustBundleFact, TrustCopyFact, TrustSourceFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import { readConfigMap } from '../../../core/parse/kube/config-map.ts';
import { metaOf } from '../../../core/parse/kube/meta.ts';
import { readSecret } from '../../../core/parse/kube/secret.ts';
import { trustNamespace } from '../../../core/snapshot/cert-manager/namespace.ts';
import type { Certificate } from '../../../core/x509/certificate.ts';
import { asksCluster, factsIn, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import { placeBundle } from '../place-bundle.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';

/** On everything that trust-manager writes: the name of its Bundle, or ClusterBundle (trust-manager pkg/apis). */
const BUNDLE_LABELS: Readonly<Record<TrustBundleFact['kind'], string>> = {
  Bundle: 'trust.cert-manager.io/bundle',
  ClusterBundle: 'trust-manager.io/bundle',
};

const CONFIG_MAPS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'configmaps',
  namespaced: true,
  unknown: "whether the copies of trust-manager's Bundles hold what their sources hold",
};
const SECRETS: ListOptions = { ...CONFIG_MAPS, resource: 'secrets' };

interface Entry {
  readonly key: string;
  readonly certificates: readonly Certificate[];
}

/** One kind of object that a Bundle is made from or copied into. */
interface Kind {
  readonly kind: TrustCopyFact['kind'];
  readonly list: ListOptions;
  readonly read: (object: unknown) => { readonly keys: readonly string[]; readonly entries: readonly Entry[] };
}

const KINDS: readonly Kind[] = [
  {
    kind: 'ConfigMap',
    list: CONFIG_MAPS,
    read: (object) => ({
      keys: Object.keys((object as { data?: object }).data ?? {}),
      entries: readConfigMap(object)?.entries ?? [],
    }),
  },
  {
    kind: 'Secret',
    list: SECRETS,
    read: (object) => {
      const contents = readSecret(object);
      return { keys: contents?.fact.keys ?? [], entries: contents?.entries ?? [] };
    },
  },
];

/** What trust-manager's Bundles are made from, in its trust namespace, and the copies that it has written of them. */
export const trustCopies: Source = {
  id: 'trust-copies',
  layer: 'ingress',
  title: "sources and copies of trust-manager's Bundles",
  needs: listNeeds(CONFIG_MAPS, SECRETS),
  after: ['copiers', 'controllers'],
  inScope: asksCluster('ingress'),
  command: listCommand({ ...CONFIG_MAPS, labelSelector: BUNDLE_LABELS.Bundle }),
  unknown: CONFIG_MAPS.unknown,
  collect: async (context) => {
    const bundles = factsIn(await context.from('copiers'), 'trustBundle');
    const namespace = trustNamespace(factsIn(await context.from('controllers'), 'controller'));
    const copies = KINDS.flatMap((kind) =>
      Object.values(BUNDLE_LABELS).flatMap((label) => {
        const own = bundles.filter((one) => BUNDLE_LABELS[one.kind] === label && keyIn(one, kind.kind) !== undefined);
        return own.length > 0 ? [{ kind, label, own }] : [];
      }),
    );
    await Promise.all([
      ...copies.map(({ kind, label, own }) => readCopies(context, kind, { label, bundles: own })),
      ...KINDS.map((kind) => readSources(context, kind, { bundles, namespace })),
    ]);
  },
};

function keyIn({ configMapKey, secretKey }: TrustBundleFact, kind: Kind['kind']): string | undefined {
  return kind === 'ConfigMap' ? configMapKey : secretKey;
}

/** Copies are many and equal: one fact for those of a Bundle that hold the same, whose namespaces grow page by page. */
async function readCopies(
  context: CollectContext,
  { kind, list, read }: Kind,
  { label, bundles }: { readonly label: string; readonly bundles: readonly TrustBundleFact[] },
): Promise<void> {
  const seen = new Map<string, string[]>();
  await listPages<KubeObject>(context, { ...list, labelSelector: label }, (items, reading) => {
    for (const item of items) {
      const { namespace, name } = metaOf(item) ?? { namespace: '', name: '' };
      const bundle = bundles.find((each) => each.name === name);
      const key = bundle && keyIn(bundle, kind);
      if (key === undefined) continue;
      const certificates = hashesOf(read(item).entries.filter((entry) => entry.key === key));
      const id = `${name} ${certificates.join()}`;
      const namespaces = seen.get(id);
      if (namespaces) namespaces.push(namespace);
      else {
        const own = [namespace];
        seen.set(id, own);
        reading.fact('trustCopy', { bundle: name, kind, key, namespaces: own, certificates });
      }
    }
  });
}

interface Sought {
  readonly bundles: readonly TrustBundleFact[];
  /** The trust namespace. */
  readonly namespace: string;
}

async function readSources(context: CollectContext, kind: Kind, { bundles, namespace }: Sought): Promise<void> {
  const pattern = new RegExp(`^${kind.kind.toLowerCase()}/(.+)#(.+)$`);
  const named = bundles.flatMap(({ name: bundle, sources }) =>
    sources.flatMap((source) => {
      const [, name, key] = pattern.exec(source) ?? [];
      return name !== undefined && key !== undefined ? [{ bundle, source, namespace, name, key }] : [];
    }),
  );
  const byName = Map.groupBy(named, ({ name }) => name);
  await Promise.all(
    [...byName].map(async ([name, wanted]) => {
      const list = { ...kind.list, namespaces: [namespace], fieldSelector: `metadata.name=${name}` };
      const found = new Set<string>();
      const readings = await listPages<KubeObject>(context, list, (items, reading) => {
        for (const item of items) {
          found.add(name);
          const contents = kind.read(item);
          for (const each of wanted) reading.fact('trustSource', factOf(each, contents));
          placeSource(kind, item, contents.entries, reading);
        }
      });
      const [reading] = readings;
      if (found.size > 0 || reading?.state !== 'complete') return;
      for (const { bundle, source } of wanted)
        reading.fact('trustSource', { bundle, source, namespace, missing: 'object', certificates: [] });
    }),
  );
}

interface Wanted extends Pick<TrustSourceFact, 'bundle' | 'source' | 'namespace'> {
  readonly key: string;
}

function factOf(
  { bundle, source, namespace, key }: Wanted,
  { keys, entries }: ReturnType<Kind['read']>,
): TrustSourceFact {
  const isMeant = patternOf(key);
  const certificates = hashesOf(entries.filter((entry) => isMeant.test(entry.key)));
  const missing = !keys.some((one) => isMeant.test(one))
    ? 'key'
    : certificates.length === 0
      ? 'certificates'
      : undefined;
  return { bundle, source, namespace, ...(missing && { missing }), certificates };
}

/** A `*` in a key stands for any part of one. */
function patternOf(key: string): RegExp {
  const parts = key.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** Roots that nothing else in the cluster may show. A TLS Secret is listed with all others. */
function placeSource({ kind }: Kind, item: KubeObject, entries: readonly Entry[], reading: Reading): void {
  const { namespace = '', name } = item.metadata;
  if (kind === 'Secret' && (item as { type?: string }).type === 'kubernetes.io/tls') return;
  for (const { key, certificates } of entries) {
    if (certificates.length === 0) continue;
    const place = kind === 'ConfigMap' ? ref.configMap(namespace, name, key) : ref.secret(namespace, name, key);
    const role = kind === 'ConfigMap' ? 'configmap-bundle' : 'secret-ca';
    placeBundle(reading, place, { layer: 'ingress', role, certificates, managerOf: () => 'unknown' });
  }
}

function hashesOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.flatMap(({ certificates }) => certificates.map(({ sha256 }) => sha256)))].sort();
}
