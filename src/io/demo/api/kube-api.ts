import type { Duplex } from 'node:stream';
import type {
  ExecAnswer,
  ExecRequest,
  KubeApi,
  KubeConnection,
  KubeRequest,
  KubeResponse,
  PortForwardRequest,
  WatchEvent,
  WatchRequest,
} from '../../ports/kube-api.ts';
import type { Identity } from '../gate.ts';
import type { Servers } from '../servers.ts';
import type { World } from '../world/world.ts';
import { checkAccess } from './access.ts';
import { discoverGroups, discoverResources } from './discovery.ts';
import { conflict, notAllowed, notFound, notServed, unhealthy } from './failures.ts';
import { listOf, selectorsOf } from './lists.ts';
import { readLog } from './logs.ts';
import { type ResourcePath, readPath, splitVersion } from './paths.ts';
import { forwardTo, runInPod } from './pod-access.ts';
import { groupOf, type Resource } from './resources.ts';
import type { ObjectStore } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** Reported by `/version` where the incident says no other; its nodes may say otherwise of themselves. */
const VERSION = 'v1.34.1';

export interface DemoApiOptions {
  readonly world: World;
  readonly store: ObjectStore;
  readonly servers: Servers;
  readonly connection: () => Promise<KubeConnection>;
  /** Who the server takes the client for; throws what a client sees when it cannot connect or is not accepted. */
  readonly enter: (signal: AbortSignal) => Promise<Identity>;
}

/** The API server of a world: its planted objects, and in memory what becomes of them. */
export class DemoKubeApi implements KubeApi {
  readonly connection: () => Promise<KubeConnection>;
  readonly #world: World;
  readonly #enter: DemoApiOptions['enter'];
  readonly #store: ObjectStore;
  readonly #servers: Servers;

  constructor({ world, store, servers, connection, enter }: DemoApiOptions) {
    this.connection = connection;
    this.#world = world;
    this.#enter = enter;
    this.#store = store;
    this.#servers = servers;
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    request.signal.throwIfAborted();
    const { user, date } = await this.#enter(request.signal);
    return { status: 200, body: await this.#answer(request, user), date };
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    const { signal, resourceVersion } = request;
    const { user } = await this.#enter(signal);
    const { apiVersion, rest } = splitVersion(partsOf(request.path));
    const path = readPath(apiVersion, rest);
    const resource = this.#resourceAt(path, 'watch', user);
    const matches = selectorsOf(request, resource.kind);
    const isMeant = (object: StoredObject) => isIn(object, path.namespace) && matches(object);
    const start = this.#store.version;
    if (resourceVersion === undefined) {
      const present = (await this.#store.all(resource)).filter(isMeant);
      for (const object of present) yield { type: 'ADDED', object };
    }
    for await (const change of this.#store.changes.after(Number(resourceVersion ?? start), signal)) {
      if (change.resource === resource && isMeant(change.object)) yield { type: change.type, object: change.object };
    }
  }

  async portForward(request: PortForwardRequest): Promise<Duplex> {
    return await forwardTo(this.#world, this.#servers, await this.#connectTo(request, 'portforward'), request);
  }

  async exec(request: ExecRequest): Promise<ExecAnswer> {
    return await runInPod(this.#world, await this.#connectTo(request, 'exec'), request);
  }

  /** The Pod behind a connection: opening one takes the right to get it, and since Kubernetes 1.35 to create it too. */
  async #connectTo({ namespace, pod, signal }: PortForwardRequest | ExecRequest, part: string): Promise<StoredObject> {
    const { user } = await this.#enter(signal);
    const path = { apiVersion: 'v1', plural: 'pods', namespace, name: pod, part };
    const resource = ['get', 'create'].map((verb) => this.#resourceAt(path, verb, user))[0]!;
    return await this.#find(resource, pod, namespace);
  }

  async #answer(request: KubeRequest, user: string): Promise<unknown> {
    const path = partsOf(request.path);
    if (path[0] === 'version') return versionOf(this.#world.incident.version ?? VERSION);
    if (path[0] === 'readyz' || path[0] === 'healthz') return await this.#health(`/${path[0]}`);
    if (path[0] !== 'api' && path[0] !== 'apis') throw notServed();
    if (path.length === 1) return discoverGroups(path[0], this.#store.resources);
    const { apiVersion, rest } = splitVersion(path);
    if (rest.length === 0) return discoverResources(apiVersion, this.#store.resources);
    const asked = { request, user, ...readPath(apiVersion, rest) };
    const method = request.method ?? 'GET';
    if (method === 'GET') return this.#read(asked);
    if (method === 'PUT' && asked.part === 'status') return this.#writeStatus(asked);
    throw notAllowed();
  }

  /** What the server at the kubeconfig's address is planted to say; in order where it says nothing of it. */
  async #health(path: string): Promise<string> {
    const { host, port } = await this.connection();
    const { status, body = 'ok' } = this.#servers.at(host, port)?.http?.[path] ?? { status: 200 };
    if (status >= 500) throw unhealthy(`${host}:${port}`, path, { status, body });
    return body;
  }

  async #read(asked: Asked): Promise<unknown> {
    const { request, namespace, name, part } = asked;
    const resource = this.#resourceAt(asked, name === undefined ? 'list' : 'get', asked.user);
    if (name === undefined) {
      const all = (await this.#store.all(resource)).filter((object) => isIn(object, namespace));
      return listOf({ resource, all, request, version: this.#store.version });
    }
    const found = await this.#find(resource, name, namespace);
    if (part === undefined) return found;
    if (resource.kind === 'Pod' && part === 'log') return readLog(this.#world, found, request.query ?? {});
    throw notServed();
  }

  /** The status of an object, and nothing else of it, by optimistic locking. */
  async #writeStatus(asked: Asked): Promise<unknown> {
    const { request, namespace, name = '' } = asked;
    const resource = this.#resourceAt(asked, 'update', asked.user);
    const found = await this.#find(resource, name, namespace);
    const { metadata, status } = request.body as StoredObject;
    if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== found.metadata.resourceVersion)
      throw conflict(qualified(resource), name);
    const changed = { ...found, status };
    return request.query?.dryRun === 'All' ? changed : this.#store.put(changed);
  }

  async #find(resource: Resource, name: string, namespace: string | undefined): Promise<StoredObject> {
    const found = await this.#store.find(resource, name, namespace);
    if (!found) throw notFound(qualified(resource), name);
    return found;
  }

  /** @throws PortFailure when the user may not do that, or nobody can */
  #resourceAt({ apiVersion, plural, namespace, name, part }: ResourcePath, verb: string, user: string): Resource {
    checkAccess(
      {
        verb,
        group: groupOf(apiVersion),
        resource: part === undefined ? plural : `${plural}/${part}`,
        ...(namespace !== undefined && { namespace }),
        ...(name !== undefined && { name }),
      },
      this.#world.incident.denied ?? [],
      user,
    );
    const resource = this.#store.resources.find((each) => each.apiVersion === apiVersion && each.plural === plural);
    if (!resource || (namespace !== undefined && !resource.namespaced)) throw notServed();
    return resource;
  }
}

interface Asked extends ResourcePath {
  readonly request: KubeRequest;
  readonly user: string;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function isIn({ metadata }: StoredObject, namespace: string | undefined): boolean {
  return namespace === undefined || metadata.namespace === namespace;
}

function qualified({ plural, apiVersion }: Resource): string {
  const group = groupOf(apiVersion);
  return group === '' ? plural : `${plural}.${group}`;
}

function versionOf(gitVersion: string) {
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  return { major, minor, gitVersion, platform: 'linux/amd64' };
}
