import { createHash } from 'node:crypto';
import type { PlantedObject } from '../planting/form.ts';
import { identityOf, ownerOf } from '../planting/identity.ts';
import { toSeconds } from '../world/render.ts';
import type { World } from '../world/world.ts';
import { Changes } from './changes.ts';
import { BUILT_IN_RESOURCES, pluralOf, type Resource } from './resources.ts';
import type { StoredObject } from './stored-object.ts';

/** Objects are said to have been created a minute apart, in the order given, the last of them an hour ago. */
const APART = 60_000;
const SINCE_LAST = 3_600_000;
const FIRST_VERSION = 1000;
/** Later than any planted object's. */
const FIRST_CHANGE = 100_000;
const ALWAYS = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * The objects of a world, stamped as a server would; made when their resource is first asked for. What is written
 * stays in memory.
 */
export class ObjectStore {
  readonly resources: readonly Resource[];
  readonly changes = new Changes();
  #version = FIRST_CHANGE;
  readonly #world: World;
  readonly #objects: readonly PlantedObject[];
  readonly #ready = new Map<Resource, Promise<StoredObject[]>>();

  constructor(world: World) {
    this.#world = world;
    this.#objects = withNamespaces(world.incident.objects ?? []);
    this.resources = [...BUILT_IN_RESOURCES, ...customResources(this.#objects)];
  }

  /** The objects of a resource, ordered by namespace and name as etcd's keys are. */
  all(resource: Resource): Promise<StoredObject[]> {
    const ready = this.#ready.get(resource) ?? this.#make(resource);
    this.#ready.set(resource, ready);
    return ready;
  }

  /** Of the last change. */
  get version(): number {
    return this.#version;
  }

  /** @throws Error for a kind that the world does not have */
  resource(apiVersion: string, kind: string): Resource {
    const found = this.resources.find((each) => each.apiVersion === apiVersion && each.kind === kind);
    if (!found) throw new Error(`the demo has no ${kind} of ${apiVersion}`);
    return found;
  }

  async find(resource: Resource, name: string, namespace?: string): Promise<StoredObject | undefined> {
    const all = await this.all(resource);
    return all.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  /** Writes an object over what has its name, or beside the others; it keeps its UID. @returns it with its new stamps */
  async put(object: StoredObject): Promise<StoredObject> {
    const resource = this.resource(object.apiVersion, object.kind);
    const all = await this.all(resource);
    const index = all.findIndex((each) => keyOf(each) === keyOf(object));
    const { uid = uidOf(`${resource.kind}/${keyOf(object)}`), creationTimestamp = toSeconds(this.#world.now) } =
      all[index]?.metadata ?? object.metadata;
    const version = ++this.#version;
    const written = {
      ...object,
      metadata: { ...object.metadata, uid, creationTimestamp, resourceVersion: String(version) },
    };
    all.splice(index < 0 ? all.length : index, index < 0 ? 0 : 1, written);
    all.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    this.changes.record({ type: index < 0 ? 'ADDED' : 'MODIFIED', version, resource, object: written });
    return written;
  }

  async remove(object: StoredObject): Promise<void> {
    const resource = this.resource(object.apiVersion, object.kind);
    const all = await this.all(resource);
    const index = all.findIndex((each) => keyOf(each) === keyOf(object));
    const [gone] = index < 0 ? [] : all.splice(index, 1);
    if (!gone) return;
    const version = ++this.#version;
    const last = { ...gone, metadata: { ...gone.metadata, resourceVersion: String(version) } };
    this.changes.record({ type: 'DELETED', version, resource, object: last });
  }

  /** The data of a planted object as it would be planted now, with the certificates that are there now. */
  async dataNow({ apiVersion, kind, metadata }: StoredObject): Promise<StoredObject['data']> {
    const planted = this.#objects.findLast(
      (each) => each.apiVersion === apiVersion && each.kind === kind && keyOf(each) === keyOf({ metadata }),
    );
    return planted && stamp(await this.#world.render(planted), 0, 0, this.#world.now).data;
  }

  async #make({ apiVersion, kind }: Resource): Promise<StoredObject[]> {
    const made = new Map<string, StoredObject>();
    for (const [index, object] of this.#objects.entries()) {
      if (object.kind !== kind || object.apiVersion !== apiVersion) continue;
      const identity = identityOf.object(object);
      const stamped = stamp(await this.#world.render(object), index, this.#objects.length, this.#world.now);
      const owned = withOwner(stamped, ownerOf(object, this.#objects));
      made.set(identity, withWriters(owned, made.get(identity), object.writtenBy));
    }
    return [...made.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

function keyOf({ metadata }: Pick<StoredObject, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** A namespace that objects stand in exists, said or not. */
function withNamespaces(objects: readonly PlantedObject[]): PlantedObject[] {
  const said = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const needed = new Set([...ALWAYS, ...objects.flatMap(({ metadata }) => metadata.namespace ?? [])]);
  const missing = [...needed].filter((name) => !said.has(name));
  return [...missing.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })), ...objects];
}

/** Kinds that are served because an object of theirs, or their definition, is planted. */
function customResources(objects: readonly PlantedObject[]): Resource[] {
  const found = new Map<string, Resource>();
  const add = (resource: Resource) => found.set(`${resource.apiVersion}/${resource.kind}`, resource);
  for (const { kind, apiVersion, metadata } of objects) {
    if (BUILT_IN_RESOURCES.some((each) => each.apiVersion === apiVersion && each.kind === kind)) continue;
    add({ apiVersion, kind, plural: pluralOf(kind), namespaced: metadata.namespace !== undefined, builtIn: false });
  }
  for (const { kind, spec } of objects as readonly (PlantedObject & { spec?: Definition })[]) {
    if (kind !== 'CustomResourceDefinition' || !spec) continue;
    for (const version of spec.versions ?? []) {
      const apiVersion = `${spec.group}/${version.name}`;
      const namespaced = spec.scope === 'Namespaced';
      add({ apiVersion, kind: spec.names.kind, plural: spec.names.plural, namespaced, builtIn: false });
    }
  }
  return [...found.values()];
}

interface Definition {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly versions?: readonly { readonly name: string }[];
}

function stamp(object: PlantedObject, index: number, count: number, now: number): StoredObject {
  const {
    writtenBy: _writer,
    ownedBy: _owner,
    stringData,
    data,
    ...rest
  } = object as PlantedObject & {
    stringData?: Record<string, string>;
    data?: Record<string, string>;
  };
  return {
    ...rest,
    metadata: {
      ...object.metadata,
      uid: uidOf(identityOf.object(object)),
      resourceVersion: String(FIRST_VERSION + index),
      creationTimestamp: toSeconds(now - SINCE_LAST - (count - index) * APART),
    },
    ...((data || stringData) && { data: { ...data, ...encode(stringData) } }),
    ...(object.kind === 'Secret' && { type: object.type ?? 'Opaque' }),
  };
}

function encode(stringData: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

function withOwner(object: StoredObject, owner: PlantedObject | undefined): StoredObject {
  if (!owner) return object;
  const { apiVersion, kind, metadata } = owner;
  const reference = { apiVersion, kind, name: metadata.name, uid: uidOf(identityOf.object(owner)), controller: true };
  return { ...object, metadata: { ...object.metadata, ownerReferences: [reference] } };
}

/** A later writing keeps the first one's stamps; each writer is known by the data that it wrote. */
function withWriters(object: StoredObject, before: StoredObject | undefined, writer: string | undefined): StoredObject {
  const earlier = (before?.metadata.managedFields ?? []) as object[];
  const time = object.metadata.creationTimestamp;
  const own = writer && {
    manager: writer,
    operation: 'Update',
    apiVersion: object.apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': Object.fromEntries(Object.keys(object.data ?? {}).map((key) => [`f:${key}`, {}])) },
  };
  const managedFields = [...earlier, ...(own ? [own] : [])];
  const { uid, creationTimestamp } = before?.metadata ?? object.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, uid, creationTimestamp, ...(managedFields.length > 0 && { managedFields }) },
  };
}

/** The same object has the same UID in every run. */
function uidOf(identity: string): string {
  const hex = createHash('sha256').update(identity).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
