import { at, recordsOf, textMapOf, textOf } from './json.ts';

/** The head of a Kubernetes object. */
export interface Meta {
  /** Empty for cluster-wide kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion: string;
  /** RFC 3339 UTC. */
  readonly created?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The object's head; undefined when it has no name: nothing can be said of such an object. */
export function metaOf(object: unknown): Meta | undefined {
  const metadata = at(object, 'metadata');
  const name = textOf(at(metadata, 'name'));
  if (name === undefined) return undefined;
  const created = textOf(at(metadata, 'creationTimestamp'));
  const uid = textOf(at(metadata, 'uid'));
  return {
    namespace: textOf(at(metadata, 'namespace')) ?? '',
    name,
    ...(uid !== undefined && { uid }),
    resourceVersion: textOf(at(metadata, 'resourceVersion')) ?? '',
    ...(created !== undefined && { created }),
    labels: textMapOf(at(metadata, 'labels')),
    annotations: textMapOf(at(metadata, 'annotations')),
  };
}

/** A condition of the object's status, or of anything else that lists conditions. */
export function conditionOf(status: unknown, type: string): Condition | undefined {
  const condition = recordsOf(at(status, 'conditions')).find((item) => item.type === type);
  return (
    condition && {
      status: textOf(condition.status) ?? 'Unknown',
      reason: textOf(condition.reason) ?? '',
      message: textOf(condition.message) ?? '',
    }
  );
}

/** When a condition last changed its status, RFC 3339. */
export function changeOf(status: unknown, type: string): string | undefined {
  return textOf(recordsOf(at(status, 'conditions')).find((item) => item.type === type)?.lastTransitionTime);
}

/** The owner that controls an object. */
export function controllerOf(object: unknown): { readonly kind: string; readonly name: string } | undefined {
  const owner = recordsOf(at(object, 'metadata', 'ownerReferences')).find(({ controller }) => controller === true);
  const kind = textOf(owner?.kind);
  const name = textOf(owner?.name);
  return kind && name ? { kind, name } : undefined;
}

/** UID of the owner that controls an object. */
export function ownerUidOf(object: unknown): string | undefined {
  return textOf(
    recordsOf(at(object, 'metadata', 'ownerReferences')).find(({ controller }) => controller === true)?.uid,
  );
}

/**
 * Annotations that say something about certificates: who issues, which class, how TLS is done. The others may hold
 * anything (snippets with credentials, whole manifests), so they are left out, and so are oversized values.
 */
export function tlsAnnotationsOf({ annotations }: Pick<Meta, 'annotations'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(
      ([key, value]) => TLS_ANNOTATION.test(key) && value.length <= LONGEST_ANNOTATION,
    ),
  );
}

const TLS_ANNOTATION =
  /^(acme\.)?cert-manager\.io\/|^kubernetes\.io\/(ingress\.class|tls-acme)$|^(?!kubectl).*\/[^/]*(ssl|tls|cert|backend-protocol)[^/]*$/;
/** Characters. */
const LONGEST_ANNOTATION = 2048;
