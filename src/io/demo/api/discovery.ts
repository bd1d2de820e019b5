import { notServed } from './failures.ts';
import { groupOf, type Resource } from './resources.ts';

/** `/api` names the core's versions, `/apis` every other group with its own. */
export function discoverGroups(root: 'api' | 'apis', resources: readonly Resource[]): object {
  if (root === 'api') return { kind: 'APIVersions', versions: ['v1'] };
  const versions = new Set(resources.map(({ apiVersion }) => apiVersion).filter((each) => groupOf(each) !== ''));
  const groups = Map.groupBy(versions, groupOf);
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groups].map(([name, found]) => {
      const each = found.map((groupVersion) => ({ groupVersion, version: groupVersion.slice(name.length + 1) }));
      return { name, versions: each, preferredVersion: each[0] };
    }),
  };
}

/** What one group and version serves. @throws PortFailure (404) for one that is not served */
export function discoverResources(apiVersion: string, resources: readonly Resource[]): object {
  const served = resources.filter((resource) => resource.apiVersion === apiVersion);
  if (served.length === 0) throw notServed();
  return {
    kind: 'APIResourceList',
    groupVersion: apiVersion,
    resources: served.map(({ plural, kind, namespaced }) => ({ name: plural, kind, namespaced })),
  };
}
