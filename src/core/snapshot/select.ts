import { leavesUnknown } from '../model/coverage.ts';
import type { GatewayFact, IngressFact } from '../model/facts.ts';
import { LAYERS, type Layer } from '../model/layer.ts';
import { ref, refBase } from '../model/ref.ts';
import type { Target } from '../model/target.ts';
import type { Inventory, Placed } from './inventory.ts';
import { OBJECT_SOURCES } from './object-sources.ts';
import { type Branch, walk } from './walk.ts';

/** A target that names nothing in the snapshot, and what is there of its kind. */
export interface Unmatched {
  readonly target: Target;
  readonly nearby: readonly string[];
}

export interface Selection {
  /** Refs of the placements that the targets name; undefined: no target narrows the view. */
  readonly refs: ReadonlySet<string> | undefined;
  readonly unmatched: readonly Unmatched[];
}

/**
 * The placements that TARGETs name. Files and addresses narrow what is collected, not what is shown, when they are
 * the only targets; beside others they select their own placements.
 */
export function select(inventory: Inventory, targets: readonly Target[]): Selection {
  if (targets.length === 0) return { refs: ofLayersAsked(inventory), unmatched: [] };
  const refs = new Set<string>();
  const unmatched: Unmatched[] = [];
  for (const target of targets) {
    const found = matchingOrElsewhere(inventory, target);
    if (found.length === 0 && !wasSought(inventory, target) && walk(inventory, target).meant.size === 0)
      unmatched.push({ target, nearby: nearby(inventory, target) });
    for (const { placement } of found) refs.add(placement.ref);
  }
  return { refs, unmatched };
}

/** What `--layer` leaves: sources of other layers are read for what they say about these; undefined: all are asked. */
function ofLayersAsked({ snapshot, placements }: Inventory): ReadonlySet<string> | undefined {
  const asked: ReadonlySet<Layer> = new Set([...snapshot.scope.layers, 'none']);
  if (LAYERS.every((layer) => asked.has(layer))) return undefined;
  return new Set(
    placements.filter(({ placement }) => asked.has(placement.layer)).map(({ placement }) => placement.ref),
  );
}

/**
 * Files and addresses are read because they were named: where that failed, coverage says why; a file may hold
 * something else than certificates. An object may be among what could not be read.
 */
function wasSought(inventory: Inventory, target: Target): boolean {
  const { kind } = target;
  if (kind === 'file' && inventory.facts('file').some(({ path }) => isInFile(ref.file(path), target.path))) return true;
  const unread = inventory.snapshot.coverage.filter(({ state }) => leavesUnknown(state));
  if (kind === 'object') return unread.some(({ source }) => OBJECT_SOURCES[target.objectKind]?.includes(source));
  return kind !== 'layer' && unread.length > 0;
}

function matchingOrElsewhere(inventory: Inventory, target: Target): readonly Placed[] {
  const found = matching(inventory, target);
  if (found.length > 0 || target.kind !== 'object' || !target.elsewhere) return found;
  const { namespace: _namespace, ref: _ref, ...anywhere } = target;
  return matching(inventory, anywhere);
}

function matching(inventory: Inventory, target: Target): readonly Placed[] {
  const where = (test: (placed: Placed) => boolean) => inventory.placements.filter(test);
  switch (target.kind) {
    case 'layer':
      return where(({ placement }) => placement.layer === target.layer);
    case 'file':
      return where(({ placement }) => isInFile(placement.ref, target.path));
    case 'kubeconfig':
      return where(({ placement }) => refBase(placement.ref) === refBase(target.ref));
    case 'address': {
      const { host, port, sni } = target.address;
      const start = ref.tls(host, port);
      return where(
        ({ placement }) =>
          isUnder(placement.ref, sni ? ref.tls(host, port, sni) : start) || servesHost(placement.ref, host, port),
      );
    }
    case 'host':
      return where((placed) => coversHost(placed, target.host) || servedName(placed.placement.ref) === target.host);
    case 'object':
      return matchingObject(inventory, target);
  }
}

type ObjectTarget = Extract<Target, { kind: 'object' }>;

/** How each kind of object leads to placements: a new kind is one more line. */
const OBJECTS: Readonly<Record<string, (inventory: Inventory, target: ObjectTarget) => readonly string[]>> = {
  ingress: (inventory, target) =>
    named(inventory.facts('ingress'), target).flatMap((ingress) => ingressObjects(ingress)),
  gateway: (inventory, target) => gatewayObjects(named(inventory.facts('gateway'), target)),
  listenerset: (inventory, target) => gatewayObjects(named(inventory.facts('gateway'), target)),
  certificate: (inventory, target) =>
    named(inventory.facts('certificate'), target).flatMap(({ namespace, secretName, dnsNames }) => [
      ref.object('secret', secretName, namespace),
      ...dnsNames.map((host) => `#${host}`),
    ]),
  issuer: (inventory, target) => issuedBy(inventory, target, 'Issuer'),
  clusterissuer: (inventory, target) => issuedBy(inventory, target, 'ClusterIssuer'),
  pod: (inventory, target) => [
    ...named(inventory.facts('pod'), target).flatMap(({ namespace, name, secrets, configMaps }) => [
      ref.object('pod', name, namespace),
      ...secrets.map((secret) => ref.object('secret', secret, namespace)),
      ...configMaps.map((configMap) => ref.object('configmap', configMap, namespace)),
    ]),
  ],
  node: (inventory, target) =>
    named(inventory.facts('node'), target).flatMap(({ addresses }) =>
      addresses.map(({ address }) => ref.tls(address, 0).replace(/0$/, '')),
    ),
};

/** What a kind without placements of its own leads to: the Secrets, tries and addresses of its chain. */
function inChain(inventory: Inventory, target: ObjectTarget): string[] {
  const refsOf = ({ ref: own, children }: Branch): string[] => [own, ...children.flatMap(refsOf)];
  return walk(inventory, target).roots.flatMap(refsOf);
}

/** Kinds that only the chain leads on from. */
const CHAIN_KINDS: ReadonlySet<string> = new Set([
  'order',
  'challenge',
  'httproute',
  'tlsroute',
  'grpcroute',
  'httpproxy',
  'ingressroute',
  'ingressroutetcp',
  'tlsstore',
  'tlsoption',
  'route',
]);

function matchingObject(inventory: Inventory, target: ObjectTarget): readonly Placed[] {
  const { objectKind, name, namespace } = target;
  const exact = target.ref ?? ref.object(objectKind, name, namespace);
  const led = CHAIN_KINDS.has(objectKind) ? inChain(inventory, target) : undefined;
  const starts = led ??
    OBJECTS[objectKind]?.(inventory, target) ?? [exact, ...(namespace ? [] : inAnyNamespace(inventory, target))];
  return inventory.placements.filter(({ placement }) =>
    starts.some((start) =>
      start.startsWith('#') ? servedName(placement.ref) === start.slice(1) : isUnder(placement.ref, start),
    ),
  );
}

/** Refs of the objects of that kind and name that hold placements. */
function inAnyNamespace(inventory: Inventory, { objectKind, name }: ObjectTarget): string[] {
  const refs = inventory.placements.map(({ placement }) => placement.ref.split('#')[0] as string);
  return refs.filter((text) => text.startsWith(`${objectKind}/`) && text.endsWith(`/${name}`));
}

/** Objects of that name; in the target's namespace, or in any when it names none. */
function named<T extends { name: string; namespace?: string }>(
  facts: readonly T[],
  { name, namespace }: ObjectTarget,
): T[] {
  return facts.filter((fact) => fact.name === name && (namespace === undefined || fact.namespace === namespace));
}

function ingressObjects({ namespace, hosts, tls }: IngressFact): string[] {
  const secrets = tls.flatMap(({ secretName }) => (secretName ? [ref.object('secret', secretName, namespace)] : []));
  return [...secrets, ...[...hosts, ...tls.flatMap(({ hosts: more }) => more)].map((host) => `#${host}`)];
}

function gatewayObjects(gateways: readonly GatewayFact[]): string[] {
  return gateways.flatMap(({ listeners }) =>
    listeners.flatMap(({ secrets, hostname }) => [
      ...secrets.map(({ namespace, name }) => ref.object('secret', name, namespace)),
      ...(hostname ? [`#${hostname}`] : []),
    ]),
  );
}

function issuedBy(inventory: Inventory, { name, namespace }: ObjectTarget, kind: 'Issuer' | 'ClusterIssuer'): string[] {
  const inScope = (of: string | undefined) => kind === 'ClusterIssuer' || namespace === undefined || of === namespace;
  const issuers = inventory
    .facts('issuer')
    .filter((issuer) => issuer.kind === kind && issuer.name === name && inScope(issuer.namespace));
  const certificates = inventory
    .facts('certificate')
    .filter(({ issuer, namespace: of }) => issuer.kind === kind && issuer.name === name && inScope(of));
  return [
    ...issuers.flatMap(({ caSecretName, namespace: of }) =>
      caSecretName && of ? [ref.object('secret', caSecretName, of)] : [],
    ),
    ...certificates.map(({ secretName, namespace: of }) => ref.object('secret', secretName, of)),
  ];
}

/** Whether a ref's path is the file, or lies in the folder; `./a` and `a` are one, `.` holds every relative path. */
function isInFile(text: string, path: string): boolean {
  const [, scheme, rest] = /^(file|kubeconfig):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return false;
  const folder = plainPath(path);
  return folder === '' ? !rest.startsWith('/') && !rest.startsWith('..') : isUnder(plainPath(rest), folder);
}

function plainPath(path: string): string {
  return path
    .replace(/^(?:\.\/+)+/, '')
    .replace(/(?<=.)\/+$/, '')
    .replace(/^\.$/, '');
}

/** Whether a ref is the start itself or something inside it: a key, an entry, a member, a file in a folder. */
function isUnder(text: string, start: string): boolean {
  return (
    text.startsWith(start) &&
    (text.length === start.length || /[#[/:]$/.test(start) || /^[#[/~]/.test(text.slice(start.length)))
  );
}

function servesHost(text: string, host: string, port: number): boolean {
  return servedName(text) === host && text.includes(`:${port}#`);
}

/** The name by which what is served was asked for. */
function servedName(text: string): string | undefined {
  return /^tls:\/\/[^#]+#([^~]+)/.exec(text)?.[1];
}

/** Exact names and one-label wildcards, RFC 9525 section 6.3. */
function coversHost({ leaf }: Placed, host: string): boolean {
  const wildcard = host.replace(/^[^.]+/, '*');
  return leaf?.dnsNames.some((name) => name.toLowerCase() === host || name.toLowerCase() === wildcard) ?? false;
}

/** Names that a person may have meant: what the snapshot has of the same kind. */
function nearby(inventory: Inventory, target: Target): string[] {
  if (target.kind !== 'object') return [];
  const kinds = {
    ingress: 'ingress',
    gateway: 'gateway',
    certificate: 'certificate',
    pod: 'pod',
    node: 'node',
  } as const;
  const kind = kinds[target.objectKind as keyof typeof kinds];
  const facts: readonly { name: string; namespace?: string }[] = kind
    ? inventory.facts(kind)
    : inventory.placements.flatMap(({ placement }) => {
        const [, namespace, name] = /^secret\/([^/]+)\/([^#]+)/.exec(placement.ref) ?? [];
        return target.objectKind === 'secret' && namespace && name ? [{ namespace, name }] : [];
      });
  const names = new Set(facts.map(({ name, namespace }) => ref.object(target.objectKind, name, namespace)));
  return [...names].filter((text) => text.includes(target.name.slice(0, 3))).slice(0, 5);
}
