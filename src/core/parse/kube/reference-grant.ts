import { at, recordsOf, textOf } from './json.ts';
import { metaOf } from './meta.ts';

/** Which Gateways and ListenerSets may use Secrets of the namespace that the ReferenceGrant lives in. */
export interface ReferenceGrant {
  readonly namespace: string;
  readonly from: readonly { readonly kind: string; readonly namespace: string }[];
  /** Names of Secrets; undefined stands for all of the namespace. */
  readonly secrets: readonly (string | undefined)[];
}

/** XListenerSet is the name of ListenerSet before Gateway API 1.5. */
const GATEWAY_GROUPS = new Set(['gateway.networking.k8s.io', 'gateway.networking.x-k8s.io']);

/** A ReferenceGrant, as far as it is about certificates; undefined when it is about something else. */
export function readReferenceGrant(object: unknown): ReferenceGrant | undefined {
  const meta = metaOf(object);
  const from = recordsOf(at(object, 'spec', 'from')).flatMap((item) =>
    GATEWAY_GROUPS.has(textOf(item.group) ?? '')
      ? [{ kind: (textOf(item.kind) ?? '').replace(/^X/, ''), namespace: textOf(item.namespace) ?? '' }]
      : [],
  );
  const secrets = recordsOf(at(object, 'spec', 'to')).flatMap((item) =>
    (textOf(item.group) ?? '') === '' && item.kind === 'Secret' ? [textOf(item.name)] : [],
  );
  return meta && from.length > 0 && secrets.length > 0 ? { namespace: meta.namespace, from, secrets } : undefined;
}

/** Whether a reference across namespaces is allowed (Gateway API, ReferenceGrant: grants add up, none denies). */
export function isGranted(
  grants: readonly ReferenceGrant[],
  from: { readonly kind: string; readonly namespace: string },
  secret: { readonly namespace: string; readonly name: string },
): boolean {
  return grants.some(
    (grant) =>
      grant.namespace === secret.namespace &&
      grant.from.some(({ kind, namespace }) => kind === from.kind && namespace === from.namespace) &&
      grant.secrets.some((name) => name === undefined || name === secret.name),
  );
}
