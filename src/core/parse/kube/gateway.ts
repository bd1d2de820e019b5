import type { GatewayFact } from '../../model/facts.ts';
import { at, compact, type Json, numberOf, recordsOf, textMapOf, textOf } from './json.ts';
import { conditionOf, metaOf, tlsAnnotationsOf } from './meta.ts';
import { isGranted, type ReferenceGrant } from './reference-grant.ts';

type Listener = GatewayFact['listeners'][number];

/** From where a Gateway or ListenerSet refers to Secrets. */
interface Referrer {
  readonly namespace: string;
  readonly status: unknown;
}

/**
 * A Gateway or ListenerSet (gateway.networking.k8s.io): its listeners, the Secrets they name, and whether each may be
 * used by the controller's own verdict (condition ResolvedRefs, reason RefNotPermitted); see `withGrants`.
 */
export function readGateway(object: unknown, kind: GatewayFact['kind']): GatewayFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const referrer = { namespace: meta.namespace, status: at(object, 'status') };
  return compact<GatewayFact>({
    kind,
    namespace: meta.namespace,
    name: meta.name,
    className: textOf(at(object, 'spec', 'gatewayClassName')),
    listeners: recordsOf(at(object, 'spec', 'listeners')).map((listener) => readListener(listener, referrer)),
    addresses: recordsOf(at(object, 'status', 'addresses')).flatMap(({ value }) => textOf(value) ?? []),
    annotations: tlsAnnotationsOf(meta),
    parent: kind === 'ListenerSet' ? readParent(at(object, 'spec', 'parentRef'), meta.namespace) : undefined,
    problems: readProblems(referrer.status),
  });
}

/** `kind` defaults to Gateway, `namespace` to the ListenerSet's own (ParentGatewayReference). */
function readParent(reference: unknown, own: string): GatewayFact['parent'] {
  const name = textOf(at(reference, 'name'));
  if (name === undefined || (textOf(at(reference, 'kind')) ?? 'Gateway') !== 'Gateway') return undefined;
  return { namespace: textOf(at(reference, 'namespace')) ?? own, name };
}

/** `Accepted` False: `NotAllowed`, `ParentNotAccepted`, `ListenersNotValid`, ...: none of it is served. */
function readProblems(status: unknown): string[] | undefined {
  const accepted = conditionOf(status, 'Accepted');
  if (accepted?.status !== 'False') return undefined;
  return [`Accepted: ${[accepted.reason, accepted.message].filter(Boolean).join(': ')}`];
}

/** A ListenerSet is reached where its Gateway is. */
export function withParentsAddresses(facts: readonly GatewayFact[]): GatewayFact[] {
  return facts.map((fact) => {
    const { parent } = fact;
    const gateway = facts.find(
      ({ kind, namespace, name }) => kind === 'Gateway' && namespace === parent?.namespace && name === parent.name,
    );
    return gateway ? { ...fact, addresses: [...new Set([...fact.addresses, ...gateway.addresses])] } : fact;
  });
}

/** The same with every reference across namespaces judged by the ReferenceGrants of the Secrets' namespaces. */
export function withGrants(fact: GatewayFact, grants: readonly ReferenceGrant[]): GatewayFact {
  const judge = (secret: Listener['secrets'][number]) =>
    secret.namespace === fact.namespace ? secret : { ...secret, granted: isGranted(grants, fact, secret) };
  return {
    ...fact,
    listeners: fact.listeners.map((listener) => ({ ...listener, secrets: listener.secrets.map(judge) })),
  };
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
    options: readOptions(at(tls, 'options')),
    secrets: recordsOf(at(tls, 'certificateRefs'))
      .filter(isSecretReference)
      .flatMap((reference) => readReference(reference, name, referrer)),
  });
}

/** An empty one is there for the schema alone, which demands references or options of a listener with TLS. */
function readOptions(options: unknown): Listener['options'] {
  const said = Object.entries(tlsAnnotationsOf({ annotations: textMapOf(options) })).filter(
    ([, value]) => value !== '',
  );
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

/** `group` defaults to core, `kind` to Secret (SecretObjectReference); other kinds are the implementation's own. */
function isSecretReference({ group, kind }: Json): boolean {
  return (textOf(group) ?? '') === '' && (textOf(kind) ?? 'Secret') === 'Secret';
}

function readReference(reference: Json, listener: string, referrer: Referrer): Listener['secrets'] {
  const name = textOf(reference.name);
  if (name === undefined) return [];
  const namespace = textOf(reference.namespace) ?? referrer.namespace;
  return [{ namespace, name, granted: namespace === referrer.namespace || !isRefused(referrer, listener) }];
}

function isRefused({ status }: Referrer, listener: string): boolean {
  const own = recordsOf(at(status, 'listeners')).find(({ name }) => name === listener);
  return conditionOf(own, 'ResolvedRefs')?.reason === 'RefNotPermitted';
}
