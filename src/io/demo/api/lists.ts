import type { KubeRequest } from '../../ports/kube-api.ts';
import { badRequest } from './failures.ts';
import type { Resource } from './resources.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import type { StoredObject } from './stored-object.ts';

export interface ListOf {
  readonly resource: Resource;
  readonly all: readonly StoredObject[];
  readonly request: Pick<KubeRequest, 'query' | 'accept'>;
  /** Of the store. */
  readonly version: number;
}

/** Whether an object is among those that a request's selectors ask for. @throws PortFailure (400) */
export function selectorsOf(
  { query = {} }: Pick<KubeRequest, 'query'>,
  kind: string,
): (object: StoredObject) => boolean {
  const fields = fieldSelector(query.fieldSelector ?? '', kind);
  const labels = labelSelector(query.labelSelector ?? '');
  return (object) => fields(object) && labels(object);
}

/** One page of a list, as the request's selectors, limit and continue token ask for. */
export function listOf({ resource, all, request, version }: ListOf): object {
  const { query = {} } = request;
  const matching = all.filter(selectorsOf(request, resource.kind));
  const start = query.continue ? startOf(query.continue) : 0;
  const limit = Number(query.limit ?? 0);
  const end = limit > 0 ? start + limit : matching.length;
  const left = Math.max(0, matching.length - end);
  const metadataOnly = request.accept?.includes('as=PartialObjectMetadataList') ?? false;
  return {
    ...(metadataOnly
      ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' }
      : { kind: `${resource.kind}List`, apiVersion: resource.apiVersion }),
    metadata: {
      resourceVersion: String(version),
      ...(left > 0 && { continue: tokenOf(end), remainingItemCount: left }),
    },
    items: matching.slice(start, end).map((object) => (metadataOnly ? metadataOf(object) : itemOf(resource, object))),
  };
}

/** Items of built-in kinds do not repeat their kind; custom resources do. */
function itemOf({ builtIn }: Resource, object: StoredObject): object {
  if (!builtIn) return object;
  const { apiVersion: _version, kind: _kind, ...item } = object;
  return item;
}

function metadataOf({ metadata }: StoredObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

function tokenOf(start: number): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', start })).toString('base64url');
}

/** @throws PortFailure (400) for a token that is not ours */
function startOf(token: string): number {
  try {
    const { start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { start?: unknown };
    if (typeof start === 'number') return start;
  } catch {
    // Not JSON: refused below like any other foreign token.
  }
  throw badRequest('continue key is not valid');
}
