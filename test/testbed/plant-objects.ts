import { pluralOf } from '../../src/io/demo/api/resources.ts';
import type { PlantedObject } from '../../src/io/demo/planting/form.ts';
import { ownerOf } from '../../src/io/demo/planting/identity.ts';
import type { Bed } from './bed.ts';
import { plantRequest } from './plant-requests.ts';

type Manifest = PlantedObject & { readonly status?: object };

/** The API server calls these when others write: they come last, or planting would stop at a webhook nobody runs. */
const INTERCEPTORS: ReadonlySet<string> = new Set([
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'APIService',
]);
const OWN_MANAGER = 'planting';
/** Objects that one kubectl call takes. */
const BATCH = 200;

/** Creates the objects of an incident in their order, each with its status; what they stand on is made where missing. */
export async function plantObjects(bed: Bed, rendered: readonly PlantedObject[]): Promise<void> {
  const objects = rendered.filter(isPlantable) as readonly Manifest[];
  await applyAs(bed, OWN_MANAGER, namespacesOf(objects));
  await plantDefinitions(bed, objects);
  await applyAs(bed, OWN_MANAGER, [...accountsOf(objects), ...nodesOf(objects)]);
  const plain = objects.filter(({ kind }) => kind !== 'CustomResourceDefinition' && !INTERCEPTORS.has(kind));
  for (const part of [plain, objects.filter(({ kind }) => INTERCEPTORS.has(kind))]) {
    for (const batch of batches(part)) await plantBatch(bed, await withOwners(bed, batch, objects));
  }
}

/** Those that every cluster has are there already. */
function isPlantable({ kind, metadata }: PlantedObject): boolean {
  return !(kind === 'Namespace' && metadata.name.startsWith('kube-'));
}

function namespacesOf(objects: readonly Manifest[]): object[] {
  const said = new Map(objects.filter(({ kind }) => kind === 'Namespace').map((each) => [each.metadata.name, each]));
  const names = new Set([...said.keys(), ...objects.flatMap(({ metadata }) => metadata.namespace ?? [])]);
  return [...names].map((name) => said.get(name) ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Pods are refused without their service account; `default` is the controller manager's to make, which stands still. */
function accountsOf(objects: readonly Manifest[]): object[] {
  const pods = objects.filter(({ kind }) => kind === 'Pod') as readonly (Manifest & {
    spec?: { serviceAccountName?: string };
  })[];
  const accounts = new Set(
    pods.map(({ metadata, spec }) => `${metadata.namespace}/${spec?.serviceAccountName ?? 'default'}`),
  );
  return [...accounts].map((account) => {
    const [namespace, name] = account.split('/');
    return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  });
}

/** A Pod on a node that is not there would be taken away. */
function nodesOf(objects: readonly Manifest[]): object[] {
  const there = new Set(objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata.name));
  const named = (objects as readonly (Manifest & { spec?: { nodeName?: string } })[]).flatMap(({ kind, spec }) =>
    kind === 'Pod' && spec?.nodeName ? [spec.nodeName] : [],
  );
  return [...new Set(named)]
    .filter((name) => !there.has(name))
    .map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
}

/** Whether a definition says more than that there is such a kind: it comes and goes with its incident. */
export function isTold({ kind, spec }: PlantedObject): boolean {
  return kind === 'CustomResourceDefinition' && (spec as { conversion?: object }).conversion !== undefined;
}

/**
 * Definitions that are there stay as they are, but for those that an incident tells something by; a kind that nobody
 * defines gets a definition that takes anything.
 */
async function plantDefinitions(bed: Bed, objects: readonly Manifest[]): Promise<void> {
  const there = new Set(
    (await bed.kubectl(['get', 'crd', '-o', 'name'])).split('\n').map((line) => line.split('/')[1]),
  );
  const given = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const kinds = new Set(given.map(({ spec }) => (spec as { names: { kind: string } }).names.kind));
  const served = new Set(
    (await bed.kubectl(['api-resources', '--no-headers'])).split('\n').map((line) => line.trim().split(/\s+/).at(-1)),
  );
  const made = objects.filter(({ kind }) => !served.has(kind) && !kinds.has(kind)).map(definitionFor);
  const wanted = [...given, ...new Map(made.map((each) => [each.metadata.name, each])).values()];
  const missing = wanted.filter((each) => isTold(each) || !there.has(each.metadata.name));
  const replaced = missing.map(({ metadata }) => metadata.name).filter((name) => there.has(name));
  if (replaced.length > 0) await bed.kubectl(['delete', 'crd', ...replaced]);
  if (missing.length === 0) return;
  await bed.apply(...missing);
  const names = missing.map(({ metadata }) => `crd/${metadata.name}`);
  await bed.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names]);
}

function definitionFor({ apiVersion, kind, metadata }: Manifest) {
  const [group, version] = apiVersion.split('/');
  const singular = kind.toLowerCase();
  const plural = pluralOf(kind);
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, made by the test bed' },
    },
    spec: {
      group,
      scope: metadata.namespace === undefined ? 'Cluster' : 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular },
      versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}

/** An owner is referred to by the UID that the server gave it: it is there already. */
async function withOwners(
  bed: Bed,
  batch: readonly Manifest[],
  objects: readonly Manifest[],
): Promise<readonly Manifest[]> {
  const made: Manifest[] = [];
  for (const { ownedBy, ...object } of batch) {
    const owner = ownerOf({ ...object, ...(ownedBy !== undefined && { ownedBy }) }, objects);
    made.push(owner ? { ...object, metadata: { ...object.metadata, ...(await ownerReference(bed, owner)) } } : object);
  }
  return made;
}

async function ownerReference(bed: Bed, { apiVersion, kind, metadata }: Manifest): Promise<object> {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  const resource = group ? `${pluralOf(kind)}.${group}` : pluralOf(kind);
  const where = metadata.namespace === undefined ? [] : ['-n', metadata.namespace];
  const uid = await bed.kubectl(['get', resource, metadata.name, ...where, '-o', 'jsonpath={.metadata.uid}']);
  return { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid, controller: true }] };
}

/** Neighbours that one call can write: the same manager, no object twice, none with an owner among them. */
function batches(objects: readonly Manifest[]): Manifest[][] {
  const made: Manifest[][] = [];
  let seen = new Set<string>();
  for (const object of objects) {
    const key = `${object.apiVersion}/${object.kind}/${object.metadata.namespace}/${object.metadata.name}`;
    const last = made.at(-1);
    const fits =
      last &&
      last.length < BATCH &&
      last[0]!.writtenBy === object.writtenBy &&
      !seen.has(key) &&
      ownerOf(object, last) === undefined;
    if (fits) last.push(object);
    else {
      made.push([object]);
      seen = new Set();
    }
    seen.add(key);
  }
  return made;
}

async function plantBatch(bed: Bed, batch: readonly Manifest[]): Promise<void> {
  const requests = batch.filter(({ kind }) => kind === 'CertificateSigningRequest');
  const objects = batch.filter(({ kind }) => kind !== 'CertificateSigningRequest');
  const manager = batch[0]?.writtenBy ?? OWN_MANAGER;
  await applyAs(bed, manager, objects.map(withoutStatus));
  const stated = objects.filter(({ status }) => status !== undefined);
  await applyAs(bed, `${manager}-status`, stated.map(statusOf), ['--subresource=status']);
  for (const request of requests) await plantRequest(bed, request);
}

async function applyAs(bed: Bed, manager: string, objects: readonly object[], more: readonly string[] = []) {
  if (objects.length === 0) return;
  const input = objects.map((each) => JSON.stringify(each)).join('\n---\n');
  await bed.kubectl(
    ['apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`, ...more, '-f', '-'],
    input,
  );
}

function withoutStatus({ status: _status, writtenBy: _writer, ...object }: Manifest): object {
  if (object.kind !== 'Pod') return object;
  return { ...object, spec: { automountServiceAccountToken: false, ...(object.spec as object) } };
}

function statusOf({ apiVersion, kind, metadata, status }: Manifest): object {
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, status };
}
