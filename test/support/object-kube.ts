import type { KubeApi, KubeRequest } from '../../src/io/ports/kube-api.ts';
import { fakeKube, kubeFailure, kubeList } from './fake-kube.ts';

/** An object with its place in the API: `/apis/networking.k8s.io/v1` and `ingresses`. */
export interface Served {
  readonly root: string;
  readonly resource: string;
  readonly object: object;
}

export interface ObjectKubeOptions {
  /** Lists that are served though empty: `/apis/cert-manager.io/v1/certificates`. */
  readonly served?: readonly string[];
  /** Requests that are forbidden. */
  readonly denies?: (request: KubeRequest) => boolean;
  /** Runs before each answer. */
  readonly before?: (request: KubeRequest) => Promise<void> | void;
}

/**
 * The API server of a cluster that holds these objects: lists with selectors and pages, gets, discovery, 403 and 404.
 */
export function objectKube(
  objects: readonly Served[],
  options: ObjectKubeOptions = {},
): KubeApi & { readonly requests: KubeRequest[] } {
  const lists = new Map<string, object[]>((options.served ?? []).map((list) => [list, []]));
  for (const { root, resource, object } of objects) {
    const list = `${root}/${resource}`;
    lists.set(list, [...(lists.get(list) ?? []), object]);
  }
  return fakeKube(async (request) => {
    await options.before?.(request);
    if (options.denies?.(request)) throw kubeFailure.forbidden(`${request.path} is forbidden`);
    return answer(lists, request);
  });
}

const PATH = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/;

function answer(lists: ReadonlyMap<string, object[]>, { path, query = {} }: KubeRequest): unknown {
  if (/^\/apis\/[^/]+\/[^/]+$/.test(path)) return discovery(lists, path);
  const [, root, namespace, resource, name] = PATH.exec(path) ?? [];
  const all = lists.get(`${root}/${resource}`);
  if (!all) throw kubeFailure.notFound();
  const inNamespace = all.filter(
    (object) => namespace === undefined || read(object, 'metadata.namespace') === namespace,
  );
  if (name !== undefined) {
    const found = inNamespace.find((object) => read(object, 'metadata.name') === decodeURIComponent(name));
    if (!found) throw kubeFailure.notFound();
    return found;
  }
  const matching = inNamespace.filter(
    (object) =>
      matches(query.fieldSelector, (field) => read(object, field)) && matches(query.labelSelector, labelOf(object)),
  );
  const from = Number(query.continue ?? 0);
  const to = from + Number(query.limit ?? matching.length);
  return kubeList(matching.slice(from, to), to < matching.length ? String(to) : '');
}

/** The kinds of a group and version. */
function discovery(lists: ReadonlyMap<string, object[]>, root: string): unknown {
  const resources = [...lists.keys()]
    .filter((list) => list.startsWith(`${root}/`))
    .map((list) => ({ name: list.slice(root.length + 1) }));
  if (resources.length === 0) throw kubeFailure.notFound();
  return { kind: 'APIResourceList', resources };
}

function labelOf(object: object): (label: string) => unknown {
  return (label) => (object as { metadata?: { labels?: Record<string, string> } }).metadata?.labels?.[label];
}

/** `a=b,c!=d` */
function matches(selector: string | undefined, lookUp: (field: string) => unknown): boolean {
  return (selector ?? '')
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, field = '', not, value] = /^(.+?)(!?)=(.*)$/.exec(term) ?? [];
      return (lookUp(field) === value) !== (not === '!');
    });
}

function read(object: object, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

/** Short forms for the kinds that tests place. */
export const serve = {
  secret: (object: object): Served => ({ root: '/api/v1', resource: 'secrets', object }),
  configMap: (object: object): Served => ({ root: '/api/v1', resource: 'configmaps', object }),
  pod: (object: object): Served => ({ root: '/api/v1', resource: 'pods', object }),
  ingress: (object: object): Served => ({ root: '/apis/networking.k8s.io/v1', resource: 'ingresses', object }),
  gateway: (object: object, version = 'v1'): Served => ({
    root: `/apis/gateway.networking.k8s.io/${version}`,
    resource: 'gateways',
    object,
  }),
  certManager: (resource: string, object: object): Served => ({ root: '/apis/cert-manager.io/v1', resource, object }),
  other: (root: string, resource: string, object: object): Served => ({ root, resource, object }),
} as const;
