import type { Layer } from '../../core/model/layer.ts';
import type { ManagerId } from '../../core/model/manager.ts';
import { ref } from '../../core/model/ref.ts';
import type { RoleId } from '../../core/model/role.ts';
import { type ConfigMapContents, readConfigMap } from '../../core/parse/kube/config-map.ts';
import type { Certificate } from '../../core/x509/certificate.ts';
import type { KubeObject, ListOptions } from './list.ts';
import { PageSize } from './page-size.ts';
import { listPages } from './pages.ts';
import { placeBundle } from './place-bundle.ts';
import type { Reading } from './reading.ts';
import type { CollectContext } from './source.ts';

/** ConfigMaps of one name (or all), and what their data keys mean. */
export interface TrustBundle {
  /** Name of the ConfigMap; undefined: any. */
  readonly name?: string;
  /** The only namespace it lives in; undefined: any. */
  readonly namespace?: string;
  readonly layer: Layer;
  /** Roles by data key; `default` for the others, which are left out without it. */
  readonly roles: { readonly [dataKey: string]: RoleId; readonly default?: RoleId };
  readonly read?: (object: unknown) => ConfigMapContents | undefined;
  /** Names of ConfigMaps that others read. */
  readonly except?: readonly string[];
  readonly unknown: string;
}

/** The list that finds a trust bundle: by name on the server, so that nothing else is sent. */
export function bundleList({ name, except = [], unknown }: TrustBundle): ListOptions {
  const selector = name === undefined ? except.map((other) => `metadata.name!=${other}`) : [`metadata.name=${name}`];
  return {
    group: '',
    versions: ['v1'],
    resource: 'configmaps',
    namespaced: true,
    unknown,
    ...(selector.length > 0 && { fieldSelector: selector.join(',') }),
  };
}

/** Reads a trust bundle wherever it lies within the namespaces of the run. */
export async function listTrustBundle(
  context: CollectContext,
  bundle: TrustBundle,
  onContents: (contents: ConfigMapContents, reading: Reading) => void,
): Promise<void> {
  const { namespaces, selector } = context.scope;
  if (bundle.namespace !== undefined && namespaces.length > 0 && !namespaces.includes(bundle.namespace)) return;
  const size = new PageSize();
  const list = {
    ...bundleList(bundle),
    ...(bundle.namespace !== undefined && { namespaces: [bundle.namespace] }),
    ...(selector !== undefined && { labelSelector: selector }),
    pageSize: () => size.next,
  };
  const read = bundle.read ?? readConfigMap;
  await listPages<KubeObject>(context, list, (items, reading) => {
    size.learn(items);
    for (const contents of items.flatMap((item) => read(item) ?? [])) onContents(contents, reading);
  });
}

/** Problems are a fact; a data key without any certificate that reads is a placement that is missing. */
export function placeConfigMap(
  { namespace, name, entries }: ConfigMapContents,
  { layer, roles }: TrustBundle,
  reading: Reading,
  managerOf: (member: Certificate) => ManagerId = () => 'unknown',
): void {
  const known = entries.flatMap((entry) => {
    const role = roles[entry.key] ?? roles.default;
    return role ? [{ ...entry, role }] : [];
  });
  const problems = known.flatMap((entry) => entry.problems);
  if (problems.length > 0) reading.fact('configMap', { namespace, name, problems });
  for (const { key, role, certificates, problems: reasons } of known) {
    const base = ref.configMap(namespace, name, key);
    if (certificates.length > 0) placeBundle(reading, base, { layer, role, certificates, managerOf });
    else reading.place({ ref: base, layer, role, manager: 'unknown', chain: [], missing: reasons.join('; ') });
  }
}
