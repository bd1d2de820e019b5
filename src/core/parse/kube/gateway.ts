import type { GatewayFact } from '../../model/facts.ts';
import { at, compact, type Json, numberOf, recordsOf, textOf } from './json.ts';
import { conditionOf, metaOf, tlsAnnotationsOf } from './meta.ts';
import { isGranted, type ReferenceGrant } from './reference-grant.ts';

type Listener = GatewayFact['listeners'][number];

/** From where a Gateway or ListenerSet refers to Secrets. `grants` is undefined where they could not be read. */
interface Referrer {
  readonly kind: GatewayFact['kind'];
  readonly namespace: string;
  readonly grants: readonly ReferenceGrant[] | undefined;
  readonly status: unknown;
}

/**
 * A Gateway or ListenerSet (gateway.networking.k8s.io): its listeners, the Secrets they name, and whether each may be
 * used. Without readable ReferenceGrants the controller's own verdict (condition ResolvedRefs, reason RefNotPermitted)
 * decides.
 */
export function readGateway(
  object: unknown,
  kind: GatewayFact['kind'],
  grants: readonly ReferenceGrant[] | undefined,
): GatewayFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const referrer = { kind, namespace: meta.namespace, grants, status: at(object, 'status') };
  return compact<GatewayFact>({
    kind,
    namespace: meta.namespace,
    name: meta.name,
    className: textOf(at(object, 'spec', 'gatewayClassName')),
    listeners: recordsOf(at(object, 'spec', 'listeners')).map((listener) => readListener(listener, referrer)),
    addresses: recordsOf(at(object, 'status', 'addresses')).flatMap(({ value }) => textOf(value) ?? []),
    annotations: tlsAnnotationsOf(meta),
  });
}

function readListener(listener: Json, referrer: Referrer): Listener {
  const name = textOf(listener.name) ?? '';
  const tls = listener.tls;
  return compact<Listener>({
    name,
    hostname: textOf(listener.hostname),
    port: numberOf(listener.port) ?? 0,
    protocol: textOf(listener.protocol) ?? '',
    mode: tls === undefined || tls === null ? 'None' : (textOf(at(tls, 'mode')) ?? 'Terminate'),
    secrets: recordsOf(at(tls, 'certificateRefs'))
      .filter(isSecretReference)
      .flatMap((reference) => readReference(reference, name, referrer)),
  });
}

/** `group` defaults to core, `kind` to Secret (SecretObjectReference); other kinds are the implementation's own. */
function isSecretReference({ group, kind }: Json): boolean {
  return (textOf(group) ?? '') === '' && (textOf(kind) ?? 'Secret') === 'Secret';
}

function readReference(reference: Json, listener: string, referrer: Referrer): Listener['secrets'] {
  const name = textOf(reference.name);
  if (name === undefined) return [];
  const namespace = textOf(reference.namespace) ?? referrer.namespace;
  const granted =
    namespace === referrer.namespace ||
    (referrer.grants ? isGranted(referrer.grants, referrer, { namespace, name }) : !isRefused(referrer, listener));
  return [{ namespace, name, granted }];
}

function isRefused({ status }: Referrer, listener: string): boolean {
  const own = recordsOf(at(status, 'listeners')).find(({ name }) => name === listener);
  return conditionOf(own, 'ResolvedRefs')?.reason === 'RefNotPermitted';
}
