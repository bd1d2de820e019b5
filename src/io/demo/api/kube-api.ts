import type { KubeApi, KubeConnection, KubeRequest, KubeResponse } from '../../ports/kube-api.ts';
import type { Identity } from '../gate.ts';
import type { World } from '../world/world.ts';
import { type Access, checkAccess } from './access.ts';
import { discoverGroups, discoverResources } from './discovery.ts';
import { badRequest, notAllowed, notFound, notServed } from './failures.ts';
import { listOf } from './lists.ts';
import { readLog } from './logs.ts';
import { groupOf, type Resource } from './resources.ts';
import { ObjectStore } from './store.ts';

/** Reported by `/version` where the incident says no other; its nodes may say otherwise of themselves. */
const VERSION = 'v1.34.1';

export interface DemoApiOptions {
  readonly world: World;
  readonly connection: () => Promise<KubeConnection>;
  /** Who the server takes the client for; throws what a client sees when it cannot connect or is not accepted. */
  readonly enter: (signal: AbortSignal) => Promise<Identity>;
}

/** The API server of a world: reads only, over its planted objects. */
export class DemoKubeApi implements KubeApi {
  readonly connection: () => Promise<KubeConnection>;
  readonly #world: World;
  readonly #enter: DemoApiOptions['enter'];
  readonly #store: ObjectStore;

  constructor({ world, connection, enter }: DemoApiOptions) {
    this.connection = connection;
    this.#world = world;
    this.#enter = enter;
    this.#store = new ObjectStore(world);
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    request.signal.throwIfAborted();
    const { user, date } = await this.#enter(request.signal);
    return { status: 200, body: await this.#answer(request, user), date };
  }

  async #answer(request: KubeRequest, user: string): Promise<unknown> {
    if ((request.method ?? 'GET') !== 'GET') throw notAllowed();
    const path = request.path.split('/').filter((part) => part !== '');
    if (path[0] === 'version') return versionOf(this.#world.incident.version ?? VERSION);
    if (path[0] === 'readyz' || path[0] === 'healthz') return 'ok';
    if (path[0] !== 'api' && path[0] !== 'apis') throw notServed();
    if (path.length === 1) return discoverGroups(path[0], this.#store.resources);
    const [apiVersion, rest] =
      path[0] === 'api' ? [path[1] ?? '', path.slice(2)] : [`${path[1]}/${path[2]}`, path.slice(3)];
    if (rest.length === 0) return discoverResources(apiVersion, this.#store.resources);
    return this.#read({ request, user, apiVersion, ...splitPath(rest) });
  }

  async #read({ request, user, apiVersion, plural, namespace, name, part }: Read): Promise<unknown> {
    const access: Access = {
      verb: name === undefined ? 'list' : 'get',
      group: groupOf(apiVersion),
      resource: part === undefined ? plural : `${plural}/${part}`,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
    };
    checkAccess(access, this.#world.incident.denied ?? [], user);
    const resource = this.#store.resources.find((each) => each.apiVersion === apiVersion && each.plural === plural);
    if (!resource || (namespace !== undefined && !resource.namespaced)) throw notServed();
    const all = await this.#store.all(resource);
    if (name === undefined) {
      const objects = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
      return listOf(resource, objects, request);
    }
    const found = all.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    if (!found) throw notFound(qualified(resource), name);
    if (part === undefined) return found;
    if (resource.kind === 'Pod' && part === 'log') return readLog(this.#world, found, request.query ?? {});
    throw notServed();
  }
}

interface Read {
  readonly request: KubeRequest;
  readonly user: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Subresource. */
  readonly part?: string;
}

/** What follows group and version; `namespaces/NAME` is a Namespace itself. */
function splitPath(path: readonly string[]): Omit<Read, 'request' | 'user' | 'apiVersion'> {
  const [first = '', second, third] = path;
  const scoped = first === 'namespaces' && third !== undefined;
  const [plural = '', name, part, more] = scoped ? path.slice(2) : [first, second, third, path[3]];
  if (more !== undefined) throw badRequest(`the path has parts after the subresource ${part}`);
  return {
    plural,
    ...(scoped && { namespace: second ?? '' }),
    ...(name !== undefined && { name: decodeURIComponent(name) }),
    ...(part !== undefined && { part }),
  };
}

function qualified({ plural, apiVersion }: Resource): string {
  const group = groupOf(apiVersion);
  return group === '' ? plural : `${plural}.${group}`;
}

function versionOf(gitVersion: string) {
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  return { major, minor, gitVersion, platform: 'linux/amd64' };
}
