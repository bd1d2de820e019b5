import { at, recordOf } from '../../../core/parse/kube/json.ts';
import { readSecret, type SecretContents } from '../../../core/parse/kube/secret.ts';
import { selected } from '../cluster-source.ts';
import type { KubeObject, ListOptions } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Reading } from '../reading.ts';
import type { Scope } from '../scope.ts';
import type { CollectContext } from '../source.ts';
import type { SecretStore } from './secret-store.ts';

const SECRETS = { group: '', versions: ['v1'], resource: 'secrets', namespaced: true } as const;

export const TLS_SECRETS: ListOptions = {
  ...SECRETS,
  fieldSelector: 'type=kubernetes.io/tls',
  unknown: 'the certificates in TLS Secrets',
};

/** cert-manager's label on what it writes, for the rare Secret that had another type before (ingress-layer 1.2). */
const CERT_MANAGER_SECRETS: ListOptions = {
  ...SECRETS,
  labelSelector: 'controller.cert-manager.io/fao=true',
  fieldSelector: 'type!=kubernetes.io/tls',
  unknown: "the certificates in cert-manager's Secrets of other types",
};

/** Helm's releases are compressed, hold no certificate that could be read, and may be a megabyte each. */
const ALL_SECRETS: ListOptions = {
  ...SECRETS,
  fieldSelector: 'type!=helm.sh/release.v1',
  unknown: 'the certificates in Secrets of any type and name',
};

/** Lists what the scope asks for into the store, page by page. */
export async function listSecrets(context: CollectContext, store: SecretStore): Promise<readonly Reading[]> {
  const { scope } = context;
  const readings = await Promise.all(
    listsOf(scope).map((list) => {
      const size = new PageSize();
      return listPages<KubeObject>(context, { ...list, pageSize: () => size.next }, (items, reading) => {
        size.learn(items);
        for (const item of items) keepSecret(store, readSecret(item), reading);
      });
    }),
  );
  return readings.flat();
}

/** Mesh CAs have names of their own and are read by these; Secrets of the two other layers are found by listing. */
function listsOf(scope: Scope): ListOptions[] {
  if (scope.allSecrets) return [selected(ALL_SECRETS, scope)];
  if (!scope.layers.includes('ingress') && !scope.layers.includes('cluster')) return [];
  const labelSelector = [CERT_MANAGER_SECRETS.labelSelector, scope.selector].filter(Boolean).join(',');
  return [selected(TLS_SECRETS, scope), { ...CERT_MANAGER_SECRETS, labelSelector }];
}

/** Of a Secret without anything of X.509 not even the name is kept. */
function keepSecret(store: SecretStore, contents: SecretContents | undefined, reading: Reading): void {
  if (!contents) return;
  const { entries, keys, crls, fact } = contents;
  if (entries.length + keys.length + crls.length + fact.problems.length > 0) store.add(contents, reading);
}

/** Characters of Secret data that a page should not exceed. */
const PAGE_TARGET = 32 << 20;
const FIRST_PAGE = 100;
/** A Secret is at most a megabyte: even a page of such stays below the longest string that JSON can be parsed from. */
const LARGEST_PAGE = 250;
const SMALLEST_PAGE = 10;

/** The next page's size, from the average size of the objects so far. */
class PageSize {
  next = FIRST_PAGE;

  learn(items: readonly unknown[]): void {
    if (items.length === 0) return;
    const average = items.reduce<number>((sum, item) => sum + dataLength(item), 0) / items.length;
    const fitting = Math.floor(PAGE_TARGET / Math.max(average, 1));
    this.next = Math.min(LARGEST_PAGE, this.next * 2, Math.max(SMALLEST_PAGE, fitting));
  }
}

function dataLength(object: unknown): number {
  return Object.values(recordOf(at(object, 'data'))).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  );
}
