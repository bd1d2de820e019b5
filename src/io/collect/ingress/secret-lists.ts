import { readSecret, type SecretContents } from '../../../core/parse/kube/secret.ts';
import { selected } from '../cluster-source.ts';
import type { KubeObject, ListOptions } from '../list.ts';
import { PageSize } from '../page-size.ts';
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

/** cert-manager's label on what it writes, for the rare Secret that had another type before. */
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
